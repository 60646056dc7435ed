"""Paired tokens: dead image tokens and alive ones of the same length, to be compared with each other."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits.picked_tokens import DEAD
from vtmetrics.edits.tokens import IMAGE, Picked
from vtmetrics.inputs import Layout
from vtmetrics.metrics import norms

#: how far two tokens of the same length may differ in it, as a logarithm
CALIPER = 0.1


@dataclass(frozen=True)
class PairedInLength(Picked):
    """The dead and the alive image tokens that make pairs of one length as they enter, each in one at most.

    Whatever a layer adds turns a long token less than a short one. Tokens are paired from the shortest up: a
    dead one with the shortest alive one that is left and not a tenth longer or shorter.
    """

    of = IMAGE
    site = "states"
    told = True

    def __str__(self) -> str:
        return "PAIRED"

    def layer(self, layers: int) -> int:  # noqa: ARG002 - the same in every model
        return 0

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:
        (dead,) = (pick.choose(seen, image) for pick in DEAD.picks())
        lengths = norms(seen).log().cpu()
        chosen = torch.zeros(len(seen), dtype=torch.bool)
        mine, others = ([*_rising(lengths, some.cpu())] for some in (dead, ~dead))
        while mine and others:
            gap = float(lengths[mine[0]] - lengths[others[0]])
            if abs(gap) <= CALIPER:
                chosen[[mine.pop(0), others.pop(0)]] = True
            else:
                (others if gap > 0 else mine).pop(0)
        return chosen.to(seen.device)

    def lacking(self, layout: Layout) -> dict[int, str]:
        without = (~self.mask(layout).any(1)).nonzero().flatten().tolist()
        return dict.fromkeys(without, "no alive image token is as long as a dead one")


def _rising(lengths: Tensor, which: Tensor) -> list[int]:
    """The numbers of these tokens, the shortest first; what has no length is none."""
    numbers = (which & lengths.isfinite()).nonzero().flatten()
    found: list[int] = numbers[lengths[numbers].argsort(stable=True)].tolist()
    return found


PAIRED = PairedInLength()
