"""The difference of a claim to its control: by how much the claim does better, with an interval of its own.

It is paired where both were measured on the same scenes. On other scenes the two intervals are combined by
square-and-add (MOVER), which keeps the skew of each.
"""

import math
from dataclasses import dataclass

from vtmetrics.statistics.confidence import Bounds, Sample
from vtmetrics.statistics.conjunction import Conjunction
from vtmetrics.statistics.finding import Control, Measured
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Interval, at_least
from vtmetrics.statistics.scores import Scores

#: how much better a claim does than a control, in points of a share, before it is called better
TEN_POINTS = 0.1


@dataclass(frozen=True, eq=False)
class Difference:
    """The better side less the worse one: paired, or of two samples."""

    better: Sample
    worse: Sample | None
    expected: Interval

    @property
    def value(self) -> float | None:
        """The difference of the two means."""
        if self.worse is None or None in (self.better.value, self.worse.value):
            return self.better.value if self.worse is None else None
        assert self.better.value is not None  # noqa: S101
        assert self.worse.value is not None  # noqa: S101
        return self.better.value - self.worse.value

    @property
    def groups(self) -> int:
        """How many groups of scenes the smaller side has."""
        sizes = [len(side.numbers) for side in (self.better, self.worse) if side is not None]
        return min(sizes)

    @property
    def scenes(self) -> int:
        """How many scenes the smaller side has."""
        return min(side.scenes for side in (self.better, self.worse) if side is not None)

    def interval(self, level: float, length: int | None = None) -> Bounds:
        """The interval; with `length`, as if the groups had been repeated to that many."""
        if self.worse is None:
            return self.better.interval(level, length)
        return square_and_add(
            (self.better.value, self.better.interval(level, length)),
            (self.worse.value, self.worse.interval(level, length)),
        )


def difference_to(control: Control, own: Measured, expected: Interval) -> Difference | None:
    """By how much the claim does better than its control; None where a difference has no direction or unit.

    A claim that is expected below a number does better the lower it is. Several numbers together have none.
    """
    by = margin(control, own)
    several = isinstance(own, Conjunction) or isinstance(control.measured, Conjunction)
    if by is None or several or (math.isfinite(expected.low) and math.isfinite(expected.high)):
        return None
    wanted = at_least(by, "what a control has to do worse by")
    better, worse = (own, control.measured) if math.isinf(expected.high) else (control.measured, own)
    paired = _paired(better, worse)
    if paired is not None:
        return Difference(Sample.of(paired), None, wanted)
    return Difference(Sample.of(better), Sample.of(worse), wanted)


def _paired(better: Measured, worse: Measured) -> Measured | None:
    """The difference scene by scene, where both sides were measured on the same scenes."""
    if isinstance(better, Scores) and isinstance(worse, Scores) and better.groups == worse.groups:
        return better - worse
    if isinstance(better, Fitted) and isinstance(worse, Fitted):
        same = better.replicates.keys() == worse.replicates.keys()
        return better - worse if same else None
    return None


def margin(control: Control, own: Measured) -> float | None:
    """The margin that was stated, or ten points of shares; other numbers have none unless it is stated."""
    if control.by is not None:
        return control.by
    shares = all(isinstance(side, Scores) and side.kind == "share" for side in (own, control.measured))
    return TEN_POINTS if shares else None


def square_and_add(better: tuple[float | None, Bounds], worse: tuple[float | None, Bounds]) -> Bounds:
    """The interval of a difference of two independent means, from the interval of each."""
    (high_mean, high), (low_mean, low) = better, worse
    if high_mean is None or low_mean is None:
        return Bounds(-math.inf, math.inf, "none")
    difference = high_mean - low_mean
    down = math.hypot(high_mean - high.low, low.high - low_mean)
    up = math.hypot(high.high - high_mean, low_mean - low.low)
    method = "none" if "none" in (high.method, low.method) else "square-and-add"
    return Bounds(difference - down, difference + up, method)
