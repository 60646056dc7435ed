"""Published pruners in a few lines each, VTW, FastV, ShortV, PyramidDrop, and one that keeps what differs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import rshift

import torch
from torch import Tensor
from torch.nn.functional import normalize

from vtmetrics.edits import IMAGE, PLAIN, Depth, Tokens, attended, chosen, freeze, pyramid, truncate
from vtmetrics.protocols.pruner_trial import DRAWS, RANDOM, Pruner, pruner


def vtw(at: Depth) -> Pruner:
    """VTW (2405.05803): all image tokens leave at a depth; there is no choice that could be random."""
    return Pruner("VTW", truncate(at), {})


def fastv(kept: float, at: Depth = 2, side: int | None = None) -> Pruner:
    """FastV (2403.06764): from a layer on, those that the last token attended to most one layer earlier."""
    return pruner("FastV", attended(kept, at), at, side)


def shortv(layers: Collection[int]) -> Pruner:
    """ShortV (2504.00502): in these layers image tokens are read and neither attend nor are transformed."""
    frozen = (freeze(IMAGE, first=layer, last=layer + 1) for layer in sorted(layers))
    return Pruner("ShortV", reduce(rshift, frozen, PLAIN), {})


def pyramiddrop(kept: Mapping[Depth, float]) -> Pruner:
    """PyramidDrop (2410.17247): at each depth the least attended leave, until this share of all is left.

    Ranked is by the attention of the plain run, where the method ranks what earlier stages have left; who has
    left stays away, so that fewer may be left than the share. As many random tokens leave at each stage.
    """
    stayed: dict[Depth, Tokens] = {}
    left: Tokens = IMAGE
    for at, share in sorted(kept.items()):
        stayed[at] = left = left & attended(share, at)
    drawn = [{at: IMAGE - IMAGE.like(some, seed) for at, some in stayed.items()} for seed in range(DRAWS)]
    stages = {at: IMAGE - some for at, some in stayed.items()}
    return Pruner("PyramidDrop", pyramid(stages), {RANDOM: tuple(map(pyramid, drawn))})


@dataclass(frozen=True)
class Diverse:
    """The selector of a diversity pruner: so many tokens, each the least like those that are kept already."""

    count: int

    def __call__(self, states: Tensor) -> Tensor:
        units = normalize(states.double(), dim=1)
        near = units @ units.T
        first = int(near.sum(1).argmin())
        kept, nearest = [first], near[first].clone()
        while len(kept) < min(self.count, len(states)):
            nearest[kept] = torch.inf
            kept.append(int(nearest.argmin()))
            nearest = torch.maximum(nearest, near[kept[-1]])
        return torch.tensor(kept)


def diverse(count: int, at: Depth = 0, side: int | None = None) -> Pruner:
    """Next the token whose largest cosine to those kept is smallest (DivPrune's rule, 2503.02175)."""
    return pruner("diverse", chosen(Diverse(count), at), at, side)
