"""Curves over depth: how a scene's tokens lie at every layer, as numbers taken while the model runs.

All numbers of one set of tokens are taken in one pass, from one Gram a layer; nothing of the states is kept.
A curve has one value for the input of each layer and one for what the final norm receives; what compares
layers begins later.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import Edit, Tokens
from vtmetrics.engine import Record
from vtmetrics.metrics import GEOMETRY, geometry, name_of, why
from vtmetrics.readings.block import Block
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind
from vtmetrics.stopwatch import timed

DEPTH_VERSION = 1
#: numbers that compare a layer with earlier ones, and how many layers they need before them
LATER = {"state_angle": 1, "relative_update": 1, "stillness": 1, "update_angle": 2}
#: what the others can be at most; all are at least 0
UPPER_ENDS = {
    "state_angle": math.pi,
    "update_angle": math.pi,
    "position_angle": math.pi,
    "norm_gini": 1,
    "norm_entropy": 1,
}
SIGNED = {"stillness": (-1.0, 1.0), "norm_median_log": (-math.inf, math.inf)}


@dataclass(frozen=True)
class OverDepth:
    """A number of some tokens at every layer: `over_depth("matrix_entropy", IMAGE)`."""

    metric: str
    tokens: Tokens
    kind: Kind = "number"

    def __post_init__(self) -> None:
        if self.metric not in GEOMETRY:
            raise ValueError(f"a number over depth is one of {', '.join(GEOMETRY)}, got {self.metric!r}")

    def __str__(self) -> str:
        return f"{self.metric}({self.tokens}):{DEPTH_VERSION}"

    @property
    def bundle(self) -> "DepthBundle":
        """What it is read with: all numbers of these tokens."""
        return DepthBundle(self.tokens)

    @property
    def range(self) -> tuple[float, float]:
        """Between which numbers the values lie."""
        return SIGNED.get(self.metric, (0.0, float(UPPER_ENDS.get(self.metric, math.inf))))


def over_depth(metric: str | Callable[..., Any], tokens: Tokens) -> OverDepth:
    """The reading of a number of GEOMETRY, by name or metric, for some tokens at every layer."""
    return OverDepth(name_of(metric), tokens)


@dataclass(frozen=True)
class DepthBundle:
    """The bundle of everything that can be read of these tokens in one pass."""

    tokens: Tokens
    answered: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each number."""
        return tuple(str(OverDepth(metric, self.tokens)) for metric in GEOMETRY)

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """Each edit is one pass of its own."""

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curves of every scene."""
        layers = runs.recorded(edit, Record(self.tokens, _Memory()))
        lacking = runs.lacking(self.tokens)
        for metric, name in zip(GEOMETRY, self.names, strict=True):
            curves = torch.stack([layer[metric] for layer in layers[LATER.get(metric, 0) :]], dim=-1)
            for position, curve in enumerate(curves):
                yield name, position, lacking.get(position) or _row(curve)


@dataclass
class _Memory:
    """The states of the two layers before and of the first, which angles and drift are measured from."""

    kept: list[Tensor] = field(default_factory=list)
    first: Tensor | None = None

    @timed("metrics")
    def __call__(self, layer: int, rows: tuple[Tensor, ...]) -> dict[str, Tensor]:
        if layer == 0:
            self.kept, self.first = [], None
        states, mask = _together(rows)
        self.first = states if self.first is None else self.first
        earlier, before = ([None, None, *self.kept])[-2:]
        told = geometry(states, mask, before=before, earlier=earlier, first=self.first)
        self.kept = [*self.kept[-1:], states]
        return {name: value.cpu() for name, value in told.items()}


@timed("metrics")
def _together(rows: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """The states of all rows side by side, and which of them are there."""
    states = torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True)
    counts = torch.tensor([len(row) for row in rows], device=states.device)
    return states, torch.arange(states.shape[1], device=states.device) < counts[:, None]


def _row(curve: Tensor) -> StoredValue:
    """The curve, or the first reason why a layer has no such number."""
    reasons = [reason for reason in map(why, curve) if reason is not None]
    if reasons:
        return StoredValue(excluded=f"undefined at {len(reasons)} of {len(curve)} layers: {reasons[0]}")
    return StoredValue(value=tuple(curve.tolist()))
