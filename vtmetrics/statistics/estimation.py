"""An estimate: a number, the interval in which it may lie, and how many scenes would decide."""

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from vtmetrics.statistics.confidence import Bounds, Sample
from vtmetrics.statistics.conjunction import Conjunction
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


@dataclass(frozen=True)
class Decision:
    """The verdict on what was measured, the estimate that it rests on, and which part of several that is."""

    verdict: Verdict
    found: Estimate
    part: str = ""


def decide(measured: Measured, expected: Interval, level: float = 0.95) -> Decision:
    """Judge a number by its interval, or a conjunction by those of all its parts; shown is its weakest."""
    if not isinstance(measured, Conjunction):
        found = estimate(measured, level)
        return Decision(judge(found, expected), found)
    parts = decide_parts(measured, expected, level)
    found_in_parts = {each.verdict for each in parts.values()}
    told = Verdict.SUPPORTED if found_in_parts == {Verdict.SUPPORTED} else Verdict.UNDECIDED
    if Verdict.REFUTED in found_in_parts and _none_stands(measured.instead, expected, level):
        told = Verdict.REFUTED
    shown = [name for name, each in parts.items() if each.verdict is told] or list(parts)
    weakest = min(shown, key=lambda name: _clearance(parts[name].found, expected))
    return Decision(told, parts[weakest].found, weakest)


def decide_parts(whole: Conjunction, expected: Interval, level: float = 0.95) -> dict[str, Decision]:
    """The verdict on each part: refuted at a stricter level than supported, since one of many fails."""
    strict = _stricter(level, len(whole.parts))
    found = {name: decide(part, expected, level) for name, part in whole.parts.items()}
    for name, each in found.items():
        if each.verdict is Verdict.REFUTED:
            found[name] = decide(whole.parts[name], expected, strict)
    return found


def _none_stands(others: tuple[Conjunction, ...], expected: Interval, level: float) -> bool:
    """Whether each of them is refuted."""
    return all(decide(other, expected, level).verdict is Verdict.REFUTED for other in others)


def _stricter(level: float, parts: int) -> float:
    """The level at which one of so many parts is refuted."""
    return 1 - (1 - level) / parts


def _clearance(found: Estimate, expected: Interval) -> float:
    """How many widths of its interval a number lies inside of what is expected; below 0, outside."""
    if found.value is None:
        return -math.inf
    inside = min(found.value - expected.low, expected.high - found.value)
    return inside / max(found.high - found.low, sys.float_info.min)


MOST_GROUPS = 10_000  # beyond this nobody measures on


def needed(measured: Measured, expected: Interval, level: float = 0.95) -> int | None:
    """The smallest number of groups, these repeated, that decides by the same method; None above 10,000."""
    if isinstance(measured, Conjunction):
        return _needed_together(measured, expected, level)
    sample = Sample.of(measured)
    return groups_to_decide(sample, len(sample.numbers), expected, level)


def _needed_together(whole: Conjunction, expected: Interval, level: float) -> int | None:
    """All parts have to be inside; if one lies outside, one has to be shown to, of each that would do."""
    if not _outside(whole, expected):
        return _most(needed(part, expected, level) for part in whole.parts.values())
    return _most(_needed_to_refute(each, expected, level) for each in (whole, *whole.instead))


def _needed_to_refute(whole: Conjunction, expected: Interval, level: float) -> int | None:
    """The fewest groups that show one of the parts to lie outside; None if none does."""
    strict = _stricter(level, len(whole.parts))
    found = [needed(part, expected, strict) for part in _outside(whole, expected)]
    return min((number for number in found if number is not None), default=None)


def _outside(whole: Conjunction, expected: Interval) -> list[Measured]:
    """The parts whose numbers are not as expected."""
    values = [(part, Sample.of(part).value) for part in whole.parts.values()]
    return [part for part, value in values if value is None or not expected.low <= value <= expected.high]


def _most(numbers: Iterable[int | None]) -> int | None:
    """The largest number, if there are all."""
    told = list(numbers)
    return None if None in told else max(number for number in told if number is not None)


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


def afresh(repeated: int | None) -> int | None:
    """How many groups of fresh scenes to ask for, where so many of these ones, repeated, would decide.

    As many decide about half of the time, since the next sample is another one; twice as many three in four.
    """
    twice = None if repeated is None else 2 * repeated
    return twice if twice is not None and twice <= MOST_GROUPS else None
