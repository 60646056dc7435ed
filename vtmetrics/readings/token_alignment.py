"""Token alignment: how some tokens lie beside others in the same layer, or beside those of another picture.

Affinity compares what tokens enter as with what others become; here both are looked at where they are.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from vtmetrics.edits import DONOR, IMAGE, PLAIN, Edit, StandIn, Tokens
from vtmetrics.engine import Index, Record
from vtmetrics.inputs import Encoded, encode
from vtmetrics.metrics import (
    balance,
    centroid_cosine,
    cosine_rank,
    explained_variance,
    nearest_cosine,
    rotation,
)
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import OwnBundle
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.statistics import Kind, Range
from vtmetrics.stopwatch import timed

ALIGNMENT_VERSION = 1
#: of some tokens and others, in which direction they lie and who makes the directions of both
ALIGNMENTS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cosine": nearest_cosine,
    "centroid": centroid_cosine,
    "rotation": rotation,
    "balance": balance,
    "explained": explained_variance,
}
#: how near they are to others among all tokens of the image
RANK = "rank"
LIMITS: Mapping[str, Range] = {
    "cosine": (-1.0, 1.0),
    "centroid": (-1.0, 1.0),
    "explained": (-math.inf, 1.0),
}
#: between layers alone, or between their halves as well
Steps = Literal["layers", "sublayers"]
#: where states are looked at: before a layer, and between its halves
Halves = Literal["states", "middle"]


@dataclass(frozen=True)
class Alignment(OwnBundle):
    """One of ALIGNMENTS, or a rank, of tokens and others at every layer, or around every half of one."""

    metric: str
    tokens: Tokens
    others: Tokens
    whose: StandIn | None
    steps: Steps
    kind: Kind = "number"

    def __post_init__(self) -> None:
        if self.metric not in (*ALIGNMENTS, RANK):
            known = ", ".join(ALIGNMENTS)
            raise ValueError(f"an alignment is one of {known} or {RANK}, got {self.metric!r}")
        if self.whose not in (None, DONOR):
            raise ValueError(f"others are the scene's own or its DONOR's, not those of {self.whose}")
        if self.steps not in get_args(Steps):
            raise ValueError(f"steps are {' or '.join(get_args(Steps))}, not {self.steps!r}")

    def __str__(self) -> str:
        whose = "" if self.whose is None else f", whose={self.whose}"
        steps = "" if self.steps == "layers" else f", steps={self.steps!r}"
        return f"alignment({self.metric!r}, {self.tokens}, {self.others}{whose}{steps}):{ALIGNMENT_VERSION}"

    @property
    def range(self) -> Range:
        """Between which numbers the values lie."""
        return LIMITS.get(self.metric, (0.0, 1.0))

    @property
    def among(self) -> Tokens:
        """The tokens that are looked at: of a rank, all those that it is a rank among."""
        return self.tokens | IMAGE if self.metric == RANK else self.tokens

    @property
    def sites(self) -> tuple[Halves, ...]:
        """Where they are looked at."""
        return ("states",) if self.steps == "layers" else ("states", "middle")

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curve of every scene."""
        lacking, theirs = self._others(runs, edit)
        seen = self.among | self.others if self.whose is None else self.among
        ours, chosen = _among(runs, seen, self.among), _among(runs, self.among, self.tokens)
        whole = runs.where(seen).sum(1).tolist()
        taken = [
            runs.recorded(edit, Record(seen, _Beside(self.metric, whole, ours, chosen, others), site))
            for site, others in zip(self.sites, theirs, strict=True)
        ]
        curves = torch.stack(_in_order(*taken), -1).cpu()
        for position, curve in enumerate(curves):
            yield str(self), position, lacking.get(position) or curve_row(curve)

    def _others(self, runs: Block, edit: Edit) -> "tuple[dict[int, StoredValue], list[Sequence[Others]]]":
        """Why scenes say nothing; and at each site where the others are, or of a donor what they hold."""
        if self.whose is None:
            there = _among(runs, self.among | self.others, self.others)
            return runs.lacking(self.tokens, self.others), [there for _ in self.sites]
        if edit.steps:
            raise ValueError(f"another picture's tokens are seen in a plain run, not under {edit}")
        lacking, held = _of_donors(runs, self.others, self.sites)
        return lacking | runs.lacking(self.tokens), held


#: which of the rows that are seen are the others, or what these hold at each layer
Others = Index | Sequence[Tensor]


@dataclass(frozen=True, eq=False)
class _Beside:
    """The number of each scene at a layer, from the states of all tokens of it that are seen."""

    metric: str
    whole: Sequence[int]
    ours: Sequence[Index]
    chosen: Sequence[Index]
    theirs: Sequence[Others]

    @timed("metrics")
    def __call__(self, layer: int, rows: tuple[Tensor, ...]) -> Tensor:
        return torch.stack([self._number(layer, position, row) for position, row in enumerate(rows)])

    def _number(self, layer: int, position: int, row: Tensor) -> Tensor:
        theirs = self.theirs[position]
        if len(row) < self.whole[position]:  # inside of a layer from which tokens are absent
            return nearest_cosine(row[:0], row[:0])
        tokens = row.index_select(0, self.ours[position].on(row.device))
        if isinstance(theirs, Index):
            others = row.index_select(0, theirs.on(row.device))
        else:
            others = theirs[layer] if theirs else row[:0]
        if self.metric != RANK:
            return ALIGNMENTS[self.metric](tokens, others)
        mask = torch.zeros(len(tokens), dtype=torch.bool, device=row.device)
        return cosine_rank(
            tokens, others, mask.index_fill(0, self.chosen[position].on(row.device), value=True)
        )


def _among(runs: Block, seen: Tokens, some: Tokens) -> list[Index]:
    """Of the rows of those who are seen, which are these tokens'."""
    both = zip(runs.where(some), runs.where(seen), strict=True)
    return [Index(mask[where].nonzero()[:, 0]) for mask, where in both]


def _of_donors(
    runs: Block, tokens: Tokens, sites: Sequence[Halves]
) -> tuple[dict[int, StoredValue], list[Sequence[Others]]]:
    """The tokens of the scenes' donors at each site, layer by layer; or why there are none."""
    alike = defaultdict[object, dict[int, Encoded]](dict)
    lacking: dict[int, StoredValue] = {}
    for position, row in enumerate(runs.rows):
        if row.scene.donor is None:
            lacking[position] = StoredValue(excluded="the scene has no donor")
            continue
        donor = encode(runs.processor, row.scene.donor)
        alike[donor.shape][position] = donor
    held: list[list[Others]] = [[[] for _ in runs.rows] for _ in sites]
    for donors in alike.values():
        there = Block(runs.net, runs.processor, [*donors.values()])
        lacking |= {[*donors][place]: why for place, why in there.lacking(tokens).items()}
        for kept, site in zip(held, sites, strict=True):
            layers = there.recorded(PLAIN, Record(tokens, site=site))
            for place, position in enumerate(donors):
                kept[position] = [rows[place] for rows in layers]
    return lacking, [*held]


def _in_order(layers: Sequence[Tensor], middle: Sequence[Tensor] = ()) -> list[Tensor]:
    """What was found at layers and in the end, with what was found between their halves in between."""
    if not middle:
        return [*layers]
    pairs = zip(layers[:-1], middle, strict=True)
    return [*(step for pair in pairs for step in pair), layers[-1]]


def alignment(
    metric: str,
    tokens: Tokens,
    others: Tokens,
    *,
    whose: StandIn | None = None,
    steps: Steps = "layers",
) -> Alignment:
    """How tokens lie beside others in the same layer: at each one's input, and what the final norm receives.

    `cosine` is the mean cosine with the nearest of the others, `centroid` that of both means, and `rank` the
    mean share of image tokens that are nearer to the others than these. `rotation` is how far the first
    direction of tokens is that of both kinds together, `balance` their share in it, and `explained` what five
    directions of theirs explain of both. With `whose=DONOR` others are those of the scene's donor. With
    `steps="sublayers"` tokens are looked at between a layer's attention and its feed-forward network too.
    """
    return Alignment(metric, tokens, others, whose, steps)
