"""Curves over depth: how a scene's tokens lie at every layer, as numbers taken while the model runs.

All numbers of one set of tokens are taken in one pass, from one Gram a layer; nothing of the states is kept.
A curve has one value for the input of each layer and one for what the final norm receives; what compares
layers begins later. At other sites it has one for each layer, or for each block of the vision tower.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import torch
from torch import Tensor

from vtmetrics.edits import IMAGE, Edit, Tokens
from vtmetrics.engine import Record, tower_record
from vtmetrics.metrics import GEOMETRY, geometry, name_of
from vtmetrics.readings.block import Block
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.statistics import Kind
from vtmetrics.stopwatch import timed

DEPTH_VERSION = 1
#: where tokens are looked at: as layers receive them, between their halves, as what each half adds to them,
#: or as patches in the vision tower
SeenAt = Literal["states", "middle", "attention", "ffn", "encoder"]
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
    site: SeenAt = "states"

    def __post_init__(self) -> None:
        if self.metric not in GEOMETRY:
            raise ValueError(f"a number over depth is one of {', '.join(GEOMETRY)}, got {self.metric!r}")
        if self.site not in get_args(SeenAt):
            raise ValueError(f"tokens are seen at {', '.join(get_args(SeenAt))}, not at {self.site!r}")
        if self.site == "encoder" and self.tokens != IMAGE:
            raise ValueError(f"the vision tower holds patches of the whole IMAGE, not {self.tokens}")
        if self.site == "encoder" and self.metric.startswith("position"):
            raise ValueError(f"patches of a vision tower lie in no line, so they have no {self.metric}")

    def __str__(self) -> str:
        where = "" if self.site == "states" else f", site={self.site!r}"
        return f"{self.metric}({self.tokens}{where}):{DEPTH_VERSION}"

    @property
    def bundle(self) -> "DepthBundle":
        """What it is read with: all numbers of these tokens."""
        return DepthBundle(self.tokens, self.site)

    @property
    def range(self) -> tuple[float, float]:
        """Between which numbers the values lie."""
        return SIGNED.get(self.metric, (0.0, float(UPPER_ENDS.get(self.metric, math.inf))))


def over_depth(metric: str | Callable[..., Any], tokens: Tokens, *, site: SeenAt = "states") -> OverDepth:
    """The reading of a number of GEOMETRY, by name or metric, for some tokens at every layer.

    `site` says where they are seen: "states" as layers receive them, "middle" between a layer's attention and
    its feed-forward network, "attention" and "ffn" as what these add to them, and "encoder" as the patches of
    the image that the vision tower's blocks receive, and the last one returns.
    """
    return OverDepth(name_of(metric), tokens, site=site)


@dataclass(frozen=True)
class DepthBundle:
    """The bundle of everything that can be read of these tokens in one pass."""

    tokens: Tokens
    site: SeenAt = "states"
    answered: bool = True
    at_once: int = 1

    @property
    def metrics(self) -> tuple[str, ...]:
        """The numbers that there are of tokens at this site."""
        return tuple(m for m in GEOMETRY if self.site != "encoder" or not m.startswith("position"))

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each number."""
        return tuple(str(OverDepth(metric, self.tokens, site=self.site)) for metric in self.metrics)

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """Each edit is one pass of its own."""

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curves of every scene."""
        if self.site == "encoder":
            yield from self._in_tower(runs)
            return
        whole = None if self.site == "states" else tuple(runs.where(self.tokens).sum(1).tolist())
        numbers = torch.stack(runs.recorded(edit, Record(self.tokens, _Memory(whole), self.site))).cpu()
        lacking = runs.lacking(self.tokens)
        named = dict(zip(GEOMETRY, numbers.unbind(1), strict=True))
        for metric, name in zip(self.metrics, self.names, strict=True):
            for position, curve in enumerate(named[metric][LATER.get(metric, 0) :].unbind(1)):
                yield name, position, lacking.get(position) or curve_row(curve)

    def _in_tower(self, runs: Block) -> Iterator[tuple[str, int, StoredValue]]:
        """The same of each scene by itself, which no edit of the language model changes."""
        for position, row in enumerate(runs.rows):
            blocks = tower_record(runs.net, row, _Memory())
            if not blocks:
                none = StoredValue(excluded="there is no token")
                yield from ((name, position, none) for name in self.names)
                continue
            named = dict(zip(GEOMETRY, torch.stack(blocks).cpu()[..., 0].unbind(1), strict=True))
            for metric, name in zip(self.metrics, self.names, strict=True):
                yield name, position, curve_row(named[metric][LATER.get(metric, 0) :])


@dataclass
class _Memory:
    """The states of the two layers before and of the first, which angles and drift are measured from.

    The numbers of GEOMETRY of each scene (M, B) stay on the device until the run is over.

    Inside of a layer from which tokens are absent there is nothing of them to compare: `whole` is how many
    each row has of them if none is.
    """

    whole: tuple[int, ...] | None = None
    kept: list[Tensor | None] = field(default_factory=list)
    first: Tensor | None = None

    @timed("metrics")
    def __call__(self, layer: int, rows: tuple[Tensor, ...]) -> Tensor:
        states, mask = _together(rows)
        here = states if self.whole in (None, tuple(map(len, rows))) else None
        if layer == 0:
            self.kept, self.first = [], here
        others = [None] * 3 if here is None else [*[None, None, *self.kept][-2:], self.first]
        told = geometry(states, mask, earlier=others[0], before=others[1], first=others[2])
        self.kept = [*self.kept[-1:], here]
        return torch.stack([told[name] for name in GEOMETRY])


@timed("metrics")
def _together(rows: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """The states of all rows side by side, and on the host which of them are there."""
    states = torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True)
    counts = torch.tensor([len(row) for row in rows])
    return states, torch.arange(states.shape[1]) < counts[:, None]
