"""Safe depth: a walk from the deepest cut upwards, to the earliest layer at which a loss is shown small.

It stops at the first cut that is not shown safe. So some layer is called safe wrongly only if the deepest
unsafe cut is, which is a single claim: nothing is selected, and nothing has to be corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vtmetrics.edits import PLAIN, Edit, truncate
from vtmetrics.model import Model
from vtmetrics.statistics import Fitted, Scores, Verdict, at_most, estimate, judge
from vtmetrics.unmeasured import NotMeasured

WITHIN = at_most(0, "no more is lost than may be")


@dataclass(frozen=True, eq=False)
class Stop:
    """Where a walk ended: at the earliest safe layer or, if no cut is shown safe, at the deepest one."""

    layer: int
    excess: Scores
    safe: bool

    @property
    def edit(self) -> Edit:
        """What may be done: leave image tokens out from that layer on, or nothing."""
        return truncate(self.layer) if self.safe else PLAIN

    @property
    def shown(self) -> Fitted:
        """The layer as a number to show beside the loss."""
        return Fitted(float(self.layer), {}, (0, float("inf")))


def walk(losses: Sequence[Scores], within: float, level: float = 0.95) -> Stop:
    """The stop, from what is lost without image tokens from layer 0, 1, 2, … on."""
    if not losses:
        raise ValueError("a walk wants the loss at one layer at least, none came")
    layer = len(losses)
    excess = losses[-1] - within
    while layer > 0 and judge(estimate(losses[layer - 1] - within, level), WITHIN) is Verdict.SUPPORTED:
        layer -= 1
        excess = losses[layer] - within
    safe = layer < len(losses)
    return Stop(layer if safe else layer - 1, excess, safe)


def require_learned(model: Model) -> None:
    """A twin is asked nothing here: it has learned nothing that could be lost."""
    if model.spec.twin:
        raise NotMeasured("a twin has learned nothing that it could lose")
