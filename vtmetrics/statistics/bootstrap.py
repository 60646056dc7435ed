"""The bootstrap-t interval for the mean of numbers."""

import math

import numpy as np
from numpy.random import Generator

from vtmetrics.statistics.exact_bounds import FloatArray
from vtmetrics.statistics.interval import Range

_SEED = 20190515
_AT_ONCE = 500_000  # numbers in memory


def bootstrap_t(values: FloatArray, level: float, length: int | None = None) -> Range:
    """Two-sided for the mean; with `length`, as if the values had been repeated to that many."""
    n = length or len(values)
    tail = tail_of(level, n)
    mean, spread = values.mean(), values.std()
    resamples = max(3999, math.ceil(30 / tail))
    t = np.sort(_resampled((np.sort(values) - mean) / spread, n, resamples))
    last = int(tail * (resamples + 1)) - 1
    error = spread / math.sqrt(n - 1)
    return float(mean - t[-1 - last] * error), float(mean - t[last] * error)


def tail_of(level: float, n: int) -> float:
    """How much of each side to leave out, so that what is promised at this level is kept."""
    # Few groups show too little of a long tail. With this factor the exponential keeps its 2.5 % a side from
    # n = 20 on (measured; `nox -s intervals` prints what others come to).
    return (1 - level) / 2 * n / (n + 25)


def nearly_equal(values: FloatArray, level: float, length: int | None = None) -> bool:
    """Whether too many resamples would be all equal to say anything: all values but about three are."""
    commonest = int(np.unique(values, return_counts=True)[1].max())
    return bool((commonest / len(values)) ** (length or len(values)) > (1 - level) / 2)


def _resampled(values: FloatArray, n: int, resamples: int) -> FloatArray:
    """Student's t of resamples of n from values whose mean is 0; infinite where all of one are equal."""
    rng = np.random.default_rng(_SEED)
    rows = max(1, _AT_ONCE // n)
    parts = []
    for start in range(0, resamples, rows):
        mean, square = _moments(values, n, min(rows, resamples - start), rng)
        variance = np.maximum(square - mean**2, 0)
        equal = variance < 1e-12
        t = mean * math.sqrt(n - 1) / np.sqrt(np.where(equal, 1, variance))
        parts.append(np.where(equal, np.copysign(np.inf, mean), t))
    return np.concatenate(parts)


def _moments(values: FloatArray, n: int, rows: int, rng: Generator) -> tuple[FloatArray, FloatArray]:
    """The mean and the mean square of each resample."""
    if n > 4 * len(values):  # counting how often each was drawn is cheaper than drawing
        drawn = rng.multinomial(n, np.full(len(values), 1 / len(values)), size=rows) / n
        return drawn @ values, drawn @ values**2
    drawn = values[rng.integers(len(values), size=(rows, n))]
    return drawn.mean(axis=1), (drawn**2).mean(axis=1)
