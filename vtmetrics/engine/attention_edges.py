"""Attention edges: who may not read whom, as a mask over all tokens, of a prompt and of what follows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits import Blind, aimed
from vtmetrics.inputs import Layout


@dataclass(frozen=True, eq=False)
class ClosedEdges:
    """Which tokens (B, S) of a prompt do not read which (B, S), in pairs; and whom generated ones don't."""

    pairs: Sequence[tuple[Tensor, Tensor]]
    later: Tensor | None

    def in_prompt(self, mask: Tensor | None) -> Tensor:
        """Who reads whom (B, 1, S, S), from what a layer is given: a mask, or None where all is read."""
        each = [readers[:, :, None] & read[:, None, :] for readers, read in self.pairs]
        size, device = each[0].shape[1], each[0].device
        # A softmax over nothing is no number: a token reads at least itself.
        closed = torch.stack(each).any(0) & ~torch.eye(size, dtype=torch.bool, device=device)
        return _closing(_causal(size, size, device) if mask is None else mask, closed[:, None])

    def after(self, mask: Tensor | None, seen: int, states: Tensor) -> Tensor | None:
        """Who reads whom (B, 1, new, all), when new tokens follow so many."""
        if self.later is None:
            return mask
        new = states.shape[1]
        mask = _causal(new, seen + new, states.device) if mask is None else mask
        closed = torch.nn.functional.pad(self.later, (0, seen + new - self.later.shape[1]))
        return _closing(mask, closed[:, None, None, :].expand(-1, 1, new, -1))


def closed_edges(steps: Sequence[Blind], layout: Layout, layers: int) -> dict[int, ClosedEdges]:
    """The edges that are closed in each layer; layers in which the same are share one object."""
    made: dict[tuple[int, ...], ClosedEdges] = {}
    found: dict[int, ClosedEdges] = {}
    for layer in range(layers):
        acting = [step for step in steps if layer in step.layers(layers)]
        if acting:
            key = tuple(map(id, acting))
            if key not in made:
                made[key] = _edges(acting, layout)
            found[layer] = made[key]
    return found


def _edges(steps: Sequence[Blind], layout: Layout) -> ClosedEdges:
    """What one layer's steps close. Who is read is not touched, and may be READOUT without being named."""
    pairs = [(aimed(step.tokens, layout), step.to.mask(layout)) for step in steps]
    later = [read for step, (_, read) in zip(steps, pairs, strict=True) if step.decoding]
    return ClosedEdges(pairs, torch.stack(later).any(0) if later else None)


def _causal(new: int, total: int, device: torch.device) -> Tensor:
    """The last of so many tokens read what came before them, and themselves."""
    everywhere = torch.ones(new, total, dtype=torch.bool, device=device)
    return everywhere.tril(total - new)[None, None]


def _closing(mask: Tensor, closed: Tensor) -> Tensor:
    closed = closed.to(mask.device)
    return (
        mask & ~closed if mask.dtype == torch.bool else mask.masked_fill(closed, torch.finfo(mask.dtype).min)
    )
