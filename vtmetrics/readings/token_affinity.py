"""Token affinity: how near some tokens, as they enter, are to states that others come to at every layer."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from vtmetrics.edits import Edit, Tokens
from vtmetrics.engine import Index, Record
from vtmetrics.metrics import median_log, nearest_cosine, norms, why
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import PassBundle
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind
from vtmetrics.stopwatch import timed

AFFINITY_VERSION = 1


def _longer(tokens: Tensor, others: Tensor) -> Tensor:
    return median_log(norms(others)) - median_log(norms(tokens))


#: in which direction tokens are near, and in length
AFFINITIES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {"cosine": nearest_cosine, "longer": _longer}
RANGES = {"cosine": (-1.0, 1.0), "longer": (-math.inf, math.inf)}


@dataclass(frozen=True)
class Affinity:
    """One of AFFINITIES between tokens at the input and others at every layer."""

    metric: str
    tokens: Tokens
    others: Tokens
    kind: Kind = "number"

    def __post_init__(self) -> None:
        if self.metric not in AFFINITIES:
            raise ValueError(f"an affinity is one of {', '.join(AFFINITIES)}, got {self.metric!r}")

    def __str__(self) -> str:
        return f"affinity({self.metric!r}, {self.tokens}, {self.others}):{AFFINITY_VERSION}"

    @property
    def range(self) -> tuple[float, float]:
        """Between which numbers the values lie."""
        return RANGES[self.metric]

    @property
    def bundle(self) -> "AffinityBundle":
        """What it is read with: all numbers of these tokens and others."""
        return AffinityBundle(self.tokens, self.others)


@dataclass(frozen=True)
class AffinityBundle(PassBundle):
    """The bundle of all affinities between these tokens and others."""

    tokens: Tokens
    others: Tokens

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each number."""
        return tuple(str(Affinity(metric, self.tokens, self.others)) for metric in AFFINITIES)

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curves of every scene."""
        lacking = runs.lacking(self.tokens, self.others)
        both = runs.where(self.tokens | self.others)
        ours, theirs = (
            [Index(mask[where].nonzero()[:, 0]) for mask, where in zip(runs.where(some), both, strict=True)]
            for some in (self.tokens, self.others)
        )
        layers = runs.recorded(edit, Record(self.tokens | self.others, _Nearness(ours, theirs)))
        for name, curves in zip(self.names, torch.stack(layers).cpu().unbind(1), strict=True):
            for position, curve in enumerate(curves.unbind(1)):
                reasons = [*filter(None, map(why, curve))]
                found = lacking.get(position) or (
                    StoredValue(excluded=reasons[0])
                    if reasons
                    else StoredValue(value=tuple(map(float, curve)))
                )
                yield name, position, found


@dataclass
class _Nearness:
    """How near the first layer's tokens are to each layer's others; of the rows' tokens, which are which.

    The numbers of AFFINITIES of each scene (M, B) stay on the device until the run is over.
    """

    ours: Sequence[Index]
    theirs: Sequence[Index]
    entered: list[Tensor] = field(default_factory=list)

    @timed("metrics")
    def __call__(self, layer: int, rows: tuple[Tensor, ...]) -> Tensor:
        if layer == 0:
            self.entered = _those(rows, self.ours)
        others = _those(rows, self.theirs)
        pairs = [*zip(self.entered, others, strict=True)]
        return torch.stack([torch.stack([metric(*pair) for pair in pairs]) for metric in AFFINITIES.values()])


def _those(rows: tuple[Tensor, ...], which: Sequence[Index]) -> list[Tensor]:
    return [row.index_select(0, there.on(row.device)) for row, there in zip(rows, which, strict=True)]


def affinity(metric: str, tokens: Tokens, others: Tokens) -> Affinity:
    """How near tokens at the input are to others at every layer.

    `cosine` is the mean cosine to the nearest of the others; `longer` is by how much the others are longer:
    the logarithm of the ratio of median norms.
    """
    return Affinity(metric, tokens, others)
