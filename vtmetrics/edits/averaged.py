"""Averaged tokens: what a smaller image would leave, where a tower gives every image as many tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import torch
from torch import Tensor

from vtmetrics.edits.depth import Depth
from vtmetrics.edits.edit import Edit, truncate
from vtmetrics.edits.steps import Hold
from vtmetrics.edits.tokens import IMAGE, Tokens
from vtmetrics.inputs import Layout
from vtmetrics.unmeasured import NotMeasured


def cells(count: int, side: int) -> Tensor:
    """In which of side × side cells each token of a square image lies, row by row (count,)."""
    whole = isqrt(count)
    if whole * whole != count:
        raise NotMeasured(f"a smaller image is averaged on a square grid, {count} image tokens have none")
    if not 1 <= side <= whole:
        raise NotMeasured(f"of {whole} × {whole} image tokens no {side} × {side} can be averaged")
    along = torch.arange(whole) * side // whole
    return (along[:, None] * side + along[None]).flatten()


@dataclass(frozen=True)
class Corners(Tokens):
    """The first image token of each cell, which stands for all of them."""

    side: int

    def __str__(self) -> str:
        return f"corners({self.side})"

    def mask(self, layout: Layout) -> Tensor:
        image = IMAGE.mask(layout)
        first = torch.zeros_like(image)
        for row, where in enumerate(image):
            places = where.nonzero().squeeze(1)
            cell = cells(len(places), self.side)
            firsts = [int((cell == one).nonzero()[0]) for one in range(self.side**2)]
            first[row, places[firsts]] = True
        return first

    def names(self) -> frozenset[str]:
        return IMAGE.names()


@dataclass(frozen=True)
class Averaged(Hold):
    """Each image token holds the mean of its cell."""

    side: int = 1

    def instead(self, rows: Sequence[Tensor], keys: Sequence[str]) -> Sequence[Tensor]:  # noqa: ARG002
        return [self._averaged(row) for row in rows]

    def _averaged(self, row: Tensor) -> Tensor:
        cell = cells(len(row), self.side).to(row.device)
        sums = torch.zeros(self.side**2, row.shape[1], dtype=row.dtype, device=row.device)
        means = sums.index_add(0, cell, row) / cell.bincount(minlength=self.side**2)[:, None]
        return means[cell]


def smaller_image(side: int, at: Depth = 0) -> Edit:
    """From layer `at` on there are side × side image tokens, each the mean of those that lie around it.

    It stands for a smaller picture where the tower is of a fixed size: nothing is looked at more coarsely,
    but what is passed on is averaged.
    """
    return Edit((Averaged(IMAGE, at, side),)) >> truncate(at, IMAGE - Corners(side))
