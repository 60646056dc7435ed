"""Sink tokens: image tokens on which attention may come to rest, by how long they are or what is massive."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits.tokens import FIRST, IMAGE, Picked, Tokens
from vtmetrics.inputs import Layout

#: so many median deviations above the median is far from the others, as none is where values lie as a bell
FAR = 10
#: and so many times the median, since flat ground is so alike that a hair is ten deviations: EmbedLens asks
#: for a norm of 75 in a tower where most have less than 20
LONG = 2
#: which share of its energy a massive coordinate holds: EmbedLens asks for 20 times the root mean square,
#: which is this at its 4,096 coordinates, and more than there can be at 400
MASSIVE = 0.1


@dataclass(frozen=True)
class LongInTower(Picked):
    """The image tokens that are far longer than the others behind the vision tower's last block.

    Twice as long as the median, and above it by ten times the median deviation: thresholds for any tower.
    """

    of = IMAGE
    site = "encoder"
    told = True

    def __str__(self) -> str:
        return "SINK_VIT"

    def layer(self, layers: int) -> int:  # noqa: ARG002 - the tower's last
        return 0

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:  # noqa: ARG002
        there = seen[seen.isfinite()].double()
        return seen.nan_to_num(0.0) > torch.maximum(_far(there), LONG * there.quantile(0.5))

    def lacking(self, layout: Layout) -> dict[int, str]:
        return _without(self.mask(layout), "no image token is long behind the vision tower: it has no sinks")


@dataclass(frozen=True)
class MassiveTokens(Picked):
    """The image tokens that have a massive coordinate of the prompt's first token, at the input of a layer.

    One that holds a tenth of the first token's energy and of theirs, and is far larger than in other image
    tokens: in narrow models many tokens have a tenth of their energy somewhere.
    """

    at: int
    of = IMAGE | FIRST
    site = "states"
    told = True

    def __str__(self) -> str:
        return "SINK_LLM" if self.at == USUAL else f"massive({self.at})"

    def layer(self, layers: int) -> int:
        if self.at > layers:
            raise ValueError(f"{self} wants a model of {self.at} layers, not of {layers}")
        return self.at

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:
        energy = seen.double().square()
        massive = energy >= MASSIVE * energy.sum(-1, keepdim=True)
        # the first token comes before the image, or is its first one
        own = slice(len(seen) - int(image.sum()), None)
        sizes = energy[own].sqrt()
        return (massive[own] & massive[0] & (sizes > _far(sizes))).any(-1)

    def lacking(self, layout: Layout) -> dict[int, str]:
        why = "no image token has a massive coordinate of the first one: the language model has no sinks"
        return _without(self.mask(layout), why)


def _far(values: Tensor) -> Tensor:
    """Above what values (n, ...) are far from the others."""
    middle = values.quantile(0.5, dim=0)
    return middle + FAR * (values - middle).abs().quantile(0.5, dim=0)


def _without(mask: Tensor, why: str) -> dict[int, str]:
    return dict.fromkeys((~mask.any(1)).nonzero().flatten().tolist(), why)


def massive(at: int) -> Tokens:
    """The image tokens that have a massive coordinate of the first token at the input of layer `at`."""
    return MassiveTokens(at)


#: at the input of the third layer, as EmbedLens looks
USUAL = 2
SINK_VIT, SINK_LLM = LongInTower(), massive(USUAL)
