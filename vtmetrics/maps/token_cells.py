"""Token cells: the rectangle of the image that each token shows, on sheets where none lies on another."""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class TokenCells:
    """Rectangles (N, 4) of the image's tokens, left, top, right and bottom in pixels, and their sheets (N,).

    Tokens of one sheet lie side by side. A whole image beside its own tiles is two sheets. A token that shows
    nothing of the image has NaN, and is on the sheet −1.
    """

    rectangles: Tensor
    sheets: Tensor

    @property
    def count(self) -> int:
        """How many sheets there are."""
        return int(self.sheets.max()) + 1


def cells_of(middles: Tensor, size: tuple[int, int]) -> TokenCells:
    """The cells of tokens whose middles (N, 2) are known, within an image of this size."""
    rectangles = middles.new_full((len(middles), 4), torch.nan)
    sheets = torch.full((len(middles),), -1)
    shown = middles.isfinite().all(1).nonzero().flatten()
    if not len(shown):
        raise ValueError("a map wants a token that shows something of the image, none does")
    for run in _runs(middles[shown]):
        some = shown[run]
        rectangles[some] = _around(middles[some], size)
        sheets[some] = _first_free(middles, rectangles, sheets, some)
    return TokenCells(rectangles, sheets)


def _runs(middles: Tensor) -> list[slice]:
    """Tokens come row by row: where one lies higher than the one before it, another grid begins."""
    heights = middles[:, 1]
    half_a_row = float(heights.max() - heights.min()) / sqrt(len(heights)) / 2
    ends = ((heights[1:] < heights[:-1] - half_a_row).nonzero().flatten() + 1).tolist()
    return [slice(*pair) for pair in zip([0, *ends], [*ends, len(heights)], strict=True)]


def _around(middles: Tensor, size: tuple[int, int]) -> Tensor:
    """The rectangles around middles of one grid: as wide and high as its middles are apart."""
    apart = [_apart(values, float(whole)) for values, whole in zip(middles.T, size, strict=True)]
    half = middles.new_tensor(apart) / 2
    limits = middles.new_tensor(size)
    return torch.cat([(middles - half).clamp_min(0.0), torch.minimum(middles + half, limits)], 1)


def _apart(values: Tensor, whole: float) -> float:
    """How far the columns or rows of a grid are apart; one alone has all of the image."""
    places = values.sort().values
    steps = places[1:] - places[:-1]
    steps = steps[steps > max(whole, 1.0) / 1000]  # what is nearer is one row, but for rounding
    return float(steps.median()) if len(steps) else whole


def _first_free(middles: Tensor, rectangles: Tensor, sheets: Tensor, some: Tensor) -> int:
    """The first sheet on which nothing lies where these tokens lie."""
    for sheet in range(int(sheets.max()) + 1):
        there = (sheets == sheet).nonzero().flatten()
        if not (_covers(rectangles[there], middles[some]) or _covers(rectangles[some], middles[there])):
            return sheet
    return int(sheets.max()) + 1


def _covers(rectangles: Tensor, middles: Tensor) -> bool:
    """Whether one of these rectangles holds one of these points."""
    low, high = rectangles[:, None, :2], rectangles[:, None, 2:]
    return bool(((middles > low) & (middles < high)).all(2).any())
