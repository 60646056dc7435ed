"""An estimate: a number, the interval in which it may lie, and how many scenes would decide."""

from dataclasses import dataclass
from typing import Protocol

from vtmetrics.statistics.confidence import Bounds, Sample
from vtmetrics.statistics.finding import Measured
from vtmetrics.statistics.interval import Interval, Verdict, judge
from vtmetrics.stopwatch import timed


@dataclass(frozen=True)
class Estimate:
    """What was found, its two-sided confidence interval, and what they rest on.

    Where nothing can be said, the ends are infinite and the method is "none".
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


class Repeatable(Protocol):
    """What has an interval, also one as if its groups had been repeated."""

    def interval(self, level: float, length: int | None = None) -> Bounds: ...


@timed("statistics")
def estimate(measured: Measured, level: float = 0.95) -> Estimate:
    """The mean of the groups' means, or the fitted statistic, with its interval."""
    if not 0.5 <= level < 1:
        raise ValueError(f"A confidence level is at least 0.5 and below 1, not {level}.")
    sample = Sample.of(measured)
    found = sample.interval(level)
    return Estimate(
        value=sample.value,
        low=found.low,
        high=found.high,
        level=level,
        groups=len(sample.numbers),
        scenes=sample.scenes,
        missing=len(measured.missing),
        excluded=len(measured.excluded),
        method=found.method,
        kind=sample.kind,
    )


MOST_GROUPS = 10_000  # beyond this nobody measures on


def needed(measured: Measured, expected: Interval, level: float = 0.95) -> int | None:
    """The smallest number of groups, these repeated, that decides by the same method; None above 10,000."""
    sample = Sample.of(measured)
    return groups_to_decide(sample, len(sample.numbers), expected, level)


def groups_to_decide(found: Repeatable, groups: int, expected: Interval, level: float) -> int | None:
    """The same for whatever has an interval, such as a difference."""

    def decides(length: int) -> bool:
        return judge(found.interval(level, length), expected) is not Verdict.UNDECIDED

    if not groups or not decides(MOST_GROUPS):
        return None
    # Repeated in fractions, the interval only shrinks (but for chance in resampling), so bisection will do.
    fewer, enough = (0, groups) if decides(groups) else (groups, MOST_GROUPS)
    while enough - fewer > 1:
        middle = (fewer + enough) // 2
        fewer, enough = (fewer, middle) if decides(middle) else (middle, enough)
    return enough
