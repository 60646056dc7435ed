"""The bootstrap-t interval for the mean of numbers."""

import math

import numpy as np
from numpy.typing import NDArray

from vtmetrics.interval import Range

Array = NDArray[np.float64]

_SEED = 20190515
_ROWS = 250_000  # numbers in memory at a time


def bootstrap_t(values: Array, level: float, length: int | None = None) -> Range:
    """Two-sided for the mean; with `length`, as if the values had been repeated to that many.

    An end that too many resamples say nothing about, since all their values were equal, is infinite.
    """
    n, tail = length or len(values), (1 - level) / 2
    mean, spread = values.mean(), values.std()
    t = np.sort(_resampled((np.sort(values) - mean) / spread, n, resamples=_resamples(tail)))
    last = int(tail * (len(t) + 1)) - 1
    error = spread / math.sqrt(n - 1)
    return float(mean - t[-1 - last] * error), float(mean - t[last] * error)


def _resamples(tail: float) -> int:
    """Enough that each tail holds about fifty."""
    return max(1999, math.ceil(50 / tail) - 1)


def _resampled(values: Array, n: int, resamples: int) -> Array:
    """Student's t of resamples of n from values whose mean is 0; infinite where all of them are equal."""
    rng = np.random.default_rng(_SEED)
    rows = max(1, _ROWS // n)
    parts = []
    for start in range(0, resamples, rows):
        drawn = values[rng.integers(len(values), size=(min(rows, resamples - start), n))]
        mean = drawn.mean(axis=1)
        variance = np.maximum((drawn**2).mean(axis=1) - mean**2, 0)
        equal = variance < 1e-12
        parts.append(
            np.where(equal, np.copysign(np.inf, mean), mean * math.sqrt(n - 1) / np.sqrt(variance + equal))
        )
    return np.concatenate(parts)
