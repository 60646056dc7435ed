"""Confidence intervals of a sample: one number for every group, and the method that its kind asks for."""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from vtmetrics.statistics.bootstrap import bootstrap_t, nearly_equal, tail_of
from vtmetrics.statistics.exact_bounds import FloatArray, mean_bounds
from vtmetrics.statistics.finding import Measured
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Range
from vtmetrics.statistics.scores import Scores

FEWEST = 20  # groups that the methods for numbers need


class Bounds(NamedTuple):
    """From where to where the number may lie, and how that was found."""

    low: float
    high: float
    method: str


_NOTHING = Bounds(-math.inf, math.inf, "none")


@dataclass(frozen=True, eq=False)
class Sample:
    """The groups' means or, of a fitted statistic, what it is without each of them.

    They run from low to high, so that neither names nor order play a part.
    """

    numbers: FloatArray
    value: float | None
    kind: str
    range: Range
    scenes: int

    @classmethod
    def of(cls, measured: Measured) -> "Sample":
        """What can be judged; refuses curves."""
        if isinstance(measured, Fitted):
            replicates = np.sort(np.array(list(measured.replicates.values()), dtype=np.float64))
            return cls(replicates, measured.value, "fitted", measured.range, measured.scenes)
        if isinstance(measured, Scores):
            means = _group_means(measured)
            value = float(means.mean()) if len(means) else None
            return cls(means, value, measured.kind, measured.range, len(measured.values))
        raise TypeError(f"Only Scores or Fitted can be judged, not {type(measured).__name__}.")

    def interval(self, level: float, length: int | None = None) -> Bounds:
        """The interval; with `length`, as if the groups had been repeated to that many."""
        n = length or len(self.numbers)
        if self.value is None or not n:
            return _NOTHING
        equal = nearly_equal(self.numbers, level, n)
        if self._exact(n, equal=equal):
            return Bounds(*mean_bounds(self.numbers, self.range, level, n), "exact")
        if n < FEWEST or equal:
            return _NOTHING
        if self.kind == "fitted":
            return Bounds(*_within(_jackknife(self.value, self.numbers, level, n), self.range), "jackknife")
        return Bounds(*_within(bootstrap_t(self.numbers, level, n), self.range), "bootstrap-t")

    def _exact(self, n: int, *, equal: bool) -> bool:
        """Whether the range alone says how far off the number may be.

        A statistic that no group moves is as if each group had that number.
        """
        if self.kind == "share" or not np.isfinite(self.range).all():
            return self.kind == "share"
        if self.kind == "number":
            return equal
        return n >= FEWEST and bool((self.numbers == self.value).all())


def _group_means(scores: Scores) -> FloatArray:
    groups = defaultdict(list)
    for scene, value in scores.values.items():
        if not isinstance(value, float):
            raise TypeError(
                "Only one number per scene can be judged: take `at`, `mean` or `slope` of curves."
            )
        groups[scores.groups[scene]].append(value)
    return np.sort(np.array([math.fsum(values) / len(values) for values in groups.values()]))


def _jackknife(value: float, replicates: FloatArray, level: float, n: int) -> Range:
    """Student's interval for a smooth statistic, from its delete-a-group replicates."""
    m = len(replicates)
    # Each of n repeated groups moves the statistic by (m - 1) / (n - 1) of what one of m does.
    error = math.sqrt(float(replicates.var()) * (m - 1) ** 2 / (n - 1))
    reach = float(stdtrit(n - 1, 1 - tail_of(level, n))) * error
    return value - reach, value + reach


def _within(found: Range, ends: Range) -> Range:
    """The part of what was found that is possible at all."""
    return max(found[0], ends[0]), min(found[1], ends[1])
