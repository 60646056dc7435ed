"""How many groups of scenes it would take to decide."""

from vtmetrics.statistics.confidence import Sample
from vtmetrics.statistics.finding import Measured
from vtmetrics.statistics.interval import Interval
from vtmetrics.statistics.verdict import Verdict, judge

MOST = 10_000  # beyond this nobody measures on


def needed(measured: Measured, expected: Interval, level: float = 0.95) -> int | None:
    """The smallest number of groups, these repeated, that decides by the same method; None above 10,000."""
    sample = Sample.of(measured)

    def decides(length: int) -> bool:
        return judge(sample.interval(level, length), expected) is not Verdict.UNDECIDED

    groups = len(sample.numbers)
    if not groups or not decides(MOST):
        return None
    # Repeated in fractions, the interval only shrinks (but for chance in resampling), so bisection will do.
    fewer, enough = (0, groups) if decides(groups) else (groups, MOST)
    while enough - fewer > 1:
        middle = (fewer + enough) // 2
        fewer, enough = (fewer, middle) if decides(middle) else (middle, enough)
    return enough
