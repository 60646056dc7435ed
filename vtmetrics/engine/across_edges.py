"""Edges across: which words may not read which image tokens, where layers read these from beside the line."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits import Blind, aimed
from vtmetrics.engine.across_layout import beside_line
from vtmetrics.engine.layer_plan import LayerPlan
from vtmetrics.engine.presence import sent
from vtmetrics.nets import Anatomy


@dataclass(frozen=True, eq=False)
class EdgesAcross:
    """Which words (B, S) do not read which image tokens (B, n), in pairs; whom generated ones don't (B, n).

    `image` (B, n) are the image tokens that there are: tiles are filled up with others.
    """

    pairs: Sequence[tuple[Tensor, Tensor]]
    later: Tensor | None
    image: Tensor

    def closed(self, new: int | None, device: torch.device) -> Tensor | None:
        """Which words do not read which image tokens (B, words, n): those of the prompt, or so many new."""
        if new is None:
            each = [words[:, :, None] & read[:, None, :] for words, read in self.pairs]
            return sent(torch.stack(each).any(0), device)
        return None if self.later is None else sent(self.later, device)[:, None].expand(-1, new, -1)


def closing(mask: Tensor, closed: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
    """What words read (B, 1, words, n) once edges are closed, and which words (B, words) have none left.

    `there` (B, n) are the image tokens that the layer has. One who had nothing to read is not among them.
    """
    readable = (mask > -1)[:, 0] & there[:, None]
    none = closed.any(-1) & ~(readable & ~closed).any(-1)
    return mask.masked_fill(closed[:, None], torch.finfo(mask.dtype).min), none


def edges_across(body: Anatomy, plan: LayerPlan) -> dict[int, EdgesAcross]:
    """The edges that are closed in each layer that reads across."""
    beside, found = beside_line(body, plan.layout), dict[int, EdgesAcross]()
    blind = [step for step in plan.edit.steps if isinstance(step, Blind)]
    for layer in body.crossing:
        acting = [step for step in blind if layer in step.layers(body.depth)]
        read = [step.to.mask(beside) & beside.valid for step in acting]
        if not any(bool(some.any()) for some in read):
            continue
        if "flash" in body.attention:
            raise ValueError(f"who reads whom is edited in sdpa or eager attention, not in {body.attention}")
        words = [aimed(step.tokens, plan.layout) for step in acting]
        later = [some for step, some in zip(acting, read, strict=True) if step.decoding]
        also = torch.stack(later).any(0) if later else None
        found[layer] = EdgesAcross([*zip(words, read, strict=True)], also, beside.valid)
    return found
