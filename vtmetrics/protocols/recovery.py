"""Recovery: how much of what an edit costs does training win back?"""

import math
from dataclasses import dataclass

from torch import Tensor

from vtmetrics.statistics import Fitted, Scores, curve, mean_profile


@dataclass(frozen=True)
class Recovery:
    """Scores of the same scenes: what the edit leaves, what the whole model has, what the student has."""

    cut: Scores
    full: Scores
    tuned: Scores

    @property
    def cost(self) -> Scores:
        """What the edit costs, or there is nothing to win back."""
        return self.full - self.cut

    def beyond(self, share: float) -> Scores:
        """What the student has beyond this share of the way back; ratios divide by noise."""
        return self.tuned - (1 - share) * self.cut - share * self.full

    def ahead_of(self, other: "Recovery") -> Fitted:
        """How much larger a share of its cost this student wins back: ratios of means, over paired scenes."""
        sides = (self.cut, self.full, self.tuned, other.cut, other.full, other.tuned)
        return mean_profile(curve(*sides)).read(_lead, (-math.inf, math.inf))


def _lead(means: Tensor) -> Tensor:
    cut, full, tuned, other_cut, other_full, other_tuned = means.unbind(-1)
    return (tuned - cut) / (full - cut) - (other_tuned - other_cut) / (other_full - other_cut)
