"""Direction curves: who of two sets of tokens makes the directions that both share, layer by layer.

Both sets are looked at in the same layer. Singular vectors have no sign, and where the first two singular
values are nearly equal there is no first direction: the gap says how far apart they are.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits import Edit, Tokens
from vtmetrics.engine import Index, Record
from vtmetrics.metrics import balance, consistency, explained_variance, first_gap, rotation
from vtmetrics.readings.block import Block
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.statistics import Kind, Range
from vtmetrics.stopwatch import timed

DIRECTIONS_VERSION = 1
#: what is said of some tokens and others
OF_BOTH: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "rotation": rotation,
    "balance": balance,
    "explained": explained_variance,
    "consistency": consistency,
    "gap": first_gap,
}


@dataclass(frozen=True)
class Directions:
    """One of OF_BOTH of tokens and others, at the input of every layer and of the final norm."""

    metric: str
    tokens: Tokens
    others: Tokens
    kind: Kind = "number"
    answered: bool = True
    at_once: int = 1

    def __post_init__(self) -> None:
        if self.metric not in OF_BOTH:
            known = ", ".join(OF_BOTH)
            raise ValueError(f"what is said of shared directions is one of {known}, got {self.metric!r}")

    def __str__(self) -> str:
        return f"directions({self.metric!r}, {self.tokens}, {self.others}):{DIRECTIONS_VERSION}"

    @property
    def range(self) -> Range:
        """Between which numbers the values lie."""
        return (-math.inf, 1.0) if self.metric == "explained" else (0.0, 1.0)

    @property
    def bundle(self) -> "Directions":
        """What it is read with: nothing else looks at the same tokens."""
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The one reading."""
        return (str(self),)

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """Each edit is one pass of its own."""

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curve of every scene."""
        lacking = runs.lacking(self.tokens, self.others)
        seen = self.tokens | self.others
        ours, theirs = (_rows_of(runs, seen, some) for some in (self.tokens, self.others))
        found = runs.recorded(edit, Record(seen, _OfBoth(OF_BOTH[self.metric], ours, theirs)))
        for position, curve in enumerate(torch.stack(found, -1).cpu()):
            yield str(self), position, lacking.get(position) or curve_row(curve)


@dataclass(frozen=True, eq=False)
class _OfBoth:
    """The number of each scene at a layer, from the states of both kinds of tokens."""

    metric: Callable[[Tensor, Tensor], Tensor]
    ours: Sequence[Index]
    theirs: Sequence[Index]

    @timed("metrics")
    def __call__(self, layer: int, rows: tuple[Tensor, ...]) -> Tensor:  # noqa: ARG002 - each layer is alike
        places = zip(rows, self.ours, self.theirs, strict=True)
        sets = [[row.index_select(0, some.on(row.device)) for some in both] for row, *both in places]
        return torch.stack([self.metric(*pair) for pair in sets])


def _rows_of(runs: Block, seen: Tokens, some: Tokens) -> list[Index]:
    """Of the rows of those who are seen, which are these tokens'."""
    both = zip(runs.where(some), runs.where(seen), strict=True)
    return [Index(mask[where].nonzero()[:, 0]) for mask, where in both]


def directions(metric: str, tokens: Tokens, others: Tokens) -> Directions:
    """What tokens have to do with the directions that they and others share, at every layer.

    `rotation` is how far their first direction is that of both, `balance` their share in that one, token by
    token, `explained` what five directions of theirs explain of both, `consistency` how alike they share in
    their own first direction and in that of both, and `gap` how far that is the first at all. Who has more
    tokens is the common direction, whatever they hold: take as many of either.
    """
    return Directions(metric, tokens, others)
