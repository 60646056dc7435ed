"""An estimate: the mean of the groups' means, and the interval in which it may lie."""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from vtmetrics.bootstrap import bootstrap_t
from vtmetrics.bounds import mean_bounds
from vtmetrics.finding import Measured
from vtmetrics.fitted import Fitted
from vtmetrics.interval import Range
from vtmetrics.scores import Scores

Array = NDArray[np.float64]

FEWEST = 20  # groups that the methods for numbers need
_ANYWHERE = (-math.inf, math.inf)


@dataclass(frozen=True)
class Estimate:
    """What was found: a number, its confidence interval, and what they rest on.

    An end is infinite where nothing can be said; without any value there is none.
    """

    value: float | None
    low: float
    high: float
    level: float
    groups: int
    scenes: int
    missing: int
    excluded: int
    method: str
    kind: str


def level_of(cases: int) -> float:
    """The level for each of the cases of one claim: 95 % for all of them together."""
    if cases < 1:
        raise ValueError(f"A claim has at least one case, not {cases}.")
    return 1 - 0.05 / cases


def estimate(measured: Measured, level: float = 0.95) -> Estimate:
    """The mean of group means, or the fitted statistic, with its two-sided interval."""
    if not 0.5 <= level < 1:
        raise ValueError(f"A confidence level is at least 0.5 and below 1, not {level}.")
    sample, value, scenes, kind = _sample(measured)
    (low, high), method = interval_of(measured, level)
    return Estimate(
        value,
        low,
        high,
        level,
        len(sample),
        scenes,
        len(measured.missing),
        len(measured.excluded),
        method,
        kind,
    )


def group_means(scores: Scores) -> Array:
    """One number per group, from low to high, so that neither names nor order play a part."""
    groups = defaultdict(list)
    for scene, value in scores.values.items():
        if not isinstance(value, float):
            raise TypeError(
                "Only one number per scene can be judged: take `at`, `mean` or `slope` of these curves."
            )
        groups[scores.groups[scene]].append(value)
    return np.sort([math.fsum(values) / len(values) for values in groups.values()])


def interval_of(measured: Measured, level: float, length: int | None = None) -> tuple[Range, str]:
    """The interval and its method's name; with `length`, as if the groups had been repeated to that many."""
    if isinstance(measured, Fitted):
        replicates = np.sort(list(measured.replicates.values()))
        if (length or len(replicates)) < FEWEST or np.ptp(replicates) == 0:
            return _ANYWHERE, "none"
        return _within(_jackknife(measured.value, replicates, level, length), measured.range), "jackknife"
    if not isinstance(measured, Scores):
        raise TypeError(f"An estimate is made of Scores or Fitted, not {type(measured).__name__}.")
    means = group_means(measured)
    equal = len(means) > 0 and means[0] == means[-1]
    if len(means) and (measured.kind == "share" or (equal and np.isfinite(measured.range).all())):
        return mean_bounds(means, measured.range, level, length), "exact"
    if (length or len(means)) < FEWEST or equal:
        return _ANYWHERE, "none"
    return _within(bootstrap_t(means, level, length), measured.range), "bootstrap-t"


def _sample(measured: Measured) -> tuple[Array, float | None, int, str]:
    if isinstance(measured, Fitted):
        return np.array(list(measured.replicates.values())), measured.value, measured.scenes or 0, "fitted"
    if not isinstance(measured, Scores):
        raise TypeError(f"An estimate is made of Scores or Fitted, not {type(measured).__name__}.")
    means = group_means(measured)
    return means, float(means.mean()) if len(means) else None, len(measured.values), measured.kind


def _jackknife(value: float, replicates: Array, level: float, length: int | None) -> Range:
    """Student's interval from delete-a-group replicates."""
    m, n = len(replicates), length or len(replicates)
    # Each of n repeated groups moves the statistic by (m - 1) / (n - 1) of what one of m does.
    error = math.sqrt(float(replicates.var()) * (m - 1) ** 2 / (n - 1))
    reach = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return value - reach, value + reach


def _within(found: Range, ends: Range) -> Range:
    """The part of what was found that is possible at all."""
    return max(found[0], ends[0]), min(found[1], ends[1])
