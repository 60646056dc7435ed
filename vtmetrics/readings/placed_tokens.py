"""Placed tokens: where tokens are in some scenes, of which some are found only by looking at a plain run."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import BACKGROUND, INSIDE, Picked, Tokens, needs_boxes
from vtmetrics.engine import boxed
from vtmetrics.inputs import Encoded, Layout
from vtmetrics.readings.row import StoredValue


class PlacedTokens:
    """The layout of a block's scenes, with all tokens that were asked about; `look` is told what to pick."""

    def __init__(
        self,
        net: Any,
        processor: Any,
        rows: Sequence[Encoded],
        layout: Layout,
        look: Callable[[Picked], tuple[Tensor, Tensor]],
    ) -> None:
        self.net, self.processor, self.rows, self.layout = net, processor, rows, layout
        self._look = look
        self._broken: set[int] = set()

    def where(self, tokens: Tokens) -> Tensor:
        """Which tokens of the block (B, S) these are."""
        self.pick(tokens)
        return tokens.mask(self.layout)

    def lacking(self, *tokens: Tokens) -> dict[int, StoredValue]:
        """The scenes that have no such tokens, and why: what is asked about them says nothing there.

        Where the states that would pick them are not finite, the scene is missing: a run that failed.
        """
        self.pick(*tokens)
        told = {row: why for some in tokens for row, why in some.lacking(self.layout).items()}
        none = {row: StoredValue(excluded=why) for row, why in told.items()}
        return none | self._lost(*tokens)

    def unknown(self, *tokens: Tokens) -> dict[int, StoredValue]:
        """The scenes of which it is not known whether they have such tokens, and why."""
        self.pick(*tokens)
        return self._unplaced(*tokens) | self._lost(*tokens)

    def _lost(self, *tokens: Tokens) -> dict[int, StoredValue]:
        picked = any(some.picks() for some in tokens)
        why = StoredValue(missing="the states that pick tokens are not finite")
        return dict.fromkeys(self._broken if picked else (), why)

    def _unplaced(self, *tokens: Tokens) -> dict[int, StoredValue]:
        """The scenes of which nobody knows where objects are, if that is asked."""
        if not any(map(needs_boxes, tokens)):
            return {}
        known = (self.where(INSIDE) | self.where(BACKGROUND)).any(1)
        return {
            row: StoredValue(excluded=INSIDE.lacking(self.layout)[row])
            for row in (~known).nonzero()[:, 0].tolist()
        }

    def pick(self, *tokens: Tokens) -> None:
        """Look once at what no layout knows beforehand: where tokens lie, and which the plain run picks."""
        if "inside" not in self.layout.masks and any(map(needs_boxes, tokens)):
            scenes = [row.scene for row in self.rows]
            self.layout = self.layout.also(boxed(self.net, self.processor, scenes, self.layout))
        picks = {pick for some in tokens for pick in some.picks() if str(pick) not in self.layout.masks}
        for pick in sorted(picks, key=str):
            mask, broken = self._look(pick)
            self.layout = self.layout.also({str(pick): mask})
            self._broken |= set(broken.nonzero().flatten().tolist())

    def carried(self, layout: Layout) -> Layout:
        """A donor's layout, in which those of its image tokens are picked that are picked in its scene."""
        own, there = self.layout.named("image"), layout.named("image")
        if not own.sum(1).equal(there.sum(1)):
            raise ValueError("a donor has as many image tokens as its scene, these have more or fewer")
        picked = {name: mask for name, mask in self.layout.masks.items() if name not in layout.masks}
        return layout.also(
            {name: torch.zeros_like(there).masked_scatter(there, mask[own]) for name, mask in picked.items()}
        )
