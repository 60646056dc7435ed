"""Affinity: how near some tokens, as they enter, are to the states that others come to at every layer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from torch import Tensor

from vtmetrics.edit import Edit
from vtmetrics.engine.record import Record
from vtmetrics.metrics.similarity import nearest_cosine
from vtmetrics.metrics.undefined import why
from vtmetrics.row import Row
from vtmetrics.runs import Runs
from vtmetrics.scores import Kind
from vtmetrics.tokens import Tokens

VERSION = 1


@dataclass(frozen=True)
class Affinity:
    """The mean cosine of tokens at the input to the nearest of others, layer by layer of the others."""

    tokens: Tokens
    others: Tokens
    kind: Kind = "number"
    range: tuple[float, float] = (-1.0, 1.0)
    answered: bool = True

    def __str__(self) -> str:
        return f"affinity({self.tokens}, {self.others}):{VERSION}"

    @property
    def bundle(self) -> "Affinity":
        """It is read by itself."""
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """One name."""
        return (str(self),)

    def prepare(self, runs: Runs, edits: Sequence[Edit]) -> None:
        """Each edit is one pass of its own."""

    def read(self, runs: Runs, edit: Edit) -> Iterator[tuple[str, int, Row]]:
        """The curve of every scene."""
        lacking = runs.lacking(self.tokens, self.others)
        both = runs.where(self.tokens | self.others)
        ours, theirs = (
            [mask[where] for mask, where in zip(runs.where(some), both, strict=True)]
            for some in (self.tokens, self.others)
        )
        layers = runs.recorded(edit, Record(self.tokens | self.others, _Nearness(ours, theirs)))
        for position, curve in enumerate(zip(*layers, strict=True)):
            reasons = [reason for reason in map(why, curve) if reason is not None]
            lost = lacking.get(position) or next(iter(reasons), None)
            yield str(self), position, Row(excluded=lost) if lost else Row(value=tuple(map(float, curve)))


@dataclass
class _Nearness:
    """How near the first layer's tokens are to each layer's others; of the rows' tokens, which are which."""

    ours: Sequence[Tensor]
    theirs: Sequence[Tensor]
    entered: list[Tensor] = field(default_factory=list)

    def __call__(self, layer: int, rows: tuple[Tensor, ...]) -> list[Tensor]:
        if layer == 0:
            self.entered = [row[which] for row, which in zip(rows, self.ours, strict=True)]
        others = [row[which] for row, which in zip(rows, self.theirs, strict=True)]
        return [nearest_cosine(*pair).cpu() for pair in zip(self.entered, others, strict=True)]


def affinity(tokens: Tokens, others: Tokens) -> Affinity:
    """The reading of how near tokens at the input are to others at every layer."""
    return Affinity(tokens, others)
