"""A jackknifed profile: a curve over depth of a set of scenes, and what it becomes without each group."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from vtmetrics.metrics import why
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Range
from vtmetrics.statistics.scores import Curve, Scores
from vtmetrics.stopwatch import timed
from vtmetrics.unmeasured import NotMeasured

Statistic = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Profile:
    """One curve of the whole set, the curves without each group, and between which numbers values lie.

    Nothing is judged by a curve: a layer, a mean of layers or a smooth statistic of it is. A maximum, a range
    or a total variation is no such statistic: noise alone moves it, and more scenes don't mend that.
    """

    whole: Curve
    without: Mapping[str, Curve]
    range: Range
    missing: Mapping[str, str] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    scenes: int = 0

    @property
    def points(self) -> int:
        """How many points of depth it has."""
        return len(self.whole)

    def at(self, layer: int) -> Fitted:
        """The value at one layer."""
        return self.over([layer])

    def over(self, layers: list[int]) -> Fitted:
        """The mean value of some layers."""
        return self._fitted(self._curves[:, layers].mean(axis=1), self.range)

    def read(self, statistic: Statistic, ends: Range) -> Fitted:
        """A statistic of the curve (..., L) that is smooth where it is judged, such as a trend."""
        numbers = statistic(torch.tensor(self._curves))
        for number in numbers:
            if (reason := why(number)) is not None:
                raise NotMeasured(f"the mean profile has no such number: {reason}")
        return self._fitted(numbers.numpy(), ends)

    @cached_property
    def _curves(self) -> Curve:
        """The whole curve, then those without each group: (1 + groups, points)."""
        return np.stack([self.whole, *self.without.values()])

    def _fitted(self, numbers: Curve, ends: Range) -> Fitted:
        whole, *without = numbers.tolist()
        named = dict(zip(self.without, without, strict=True))
        return Fitted(whole, named, ends, self.missing, self.excluded, self.scenes)


@timed("statistics")
def mean_profile(scores: Scores) -> Profile:
    """The mean over groups of their mean curves, where a scene's own noise averages out."""
    curves: dict[str, list[Curve]] = {}
    for scene, value in scores.values.items():
        curves.setdefault(scores.groups[scene], []).append(np.atleast_1d(value))
    if len(curves) < 2:
        lost = next(iter(scores.missing.values()), "")
        kind = "too few scenes" if lost else "nothing to lose"
        told = f"{kind}: {len(curves)} groups have a profile, 2 are needed for a mean of some"
        raise NotMeasured(f"{told}; {lost}" if lost else told)
    groups = sorted(curves)
    means = np.stack([np.mean(curves[group], axis=0) for group in groups])
    total = means.sum(axis=0)
    whole, without = total / len(groups), (total - means) / (len(groups) - 1)
    # Rounding may carry a mean of equal numbers past an end of the range that they only reach.
    whole, without = (np.clip(curve, *scores.range) for curve in (whole, without))
    named = dict(zip(groups, without, strict=True))
    return Profile(whole, named, scores.range, scores.missing, scores.excluded, len(scores.values))
