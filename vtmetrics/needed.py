"""How many groups of scenes it would take to decide."""

from dataclasses import dataclass

from vtmetrics.estimate import estimate, interval_of
from vtmetrics.finding import Measured
from vtmetrics.interval import Interval
from vtmetrics.verdict import Verdict, judge

MOST = 10_000  # beyond this nobody measures on


@dataclass(frozen=True)
class _Found:
    low: float
    high: float


def needed(measured: Measured, expected: Interval, level: float = 0.95) -> int | None:
    """The smallest number of groups, these repeated, that decides by the same method; None above 10,000."""

    def decides(length: int) -> bool:
        (low, high), _ = interval_of(measured, level, length)
        return judge(_Found(low, high), expected) is not Verdict.UNDECIDED

    groups = estimate(measured, level).groups
    if not groups or not decides(MOST):
        return None
    fewer, enough = (0, groups) if decides(groups) else (groups, MOST)
    while enough - fewer > 1:
        middle = (fewer + enough) // 2
        fewer, enough = (fewer, middle) if decides(middle) else (middle, enough)
    return enough
