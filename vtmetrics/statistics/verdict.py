"""The rule that turns an interval into a verdict."""

from enum import StrEnum

from vtmetrics.statistics.interval import Interval, Span


class Verdict(StrEnum):
    """What the evidence says about a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


def judge(found: Span, expected: Interval) -> Verdict:
    """Supported if all that was found lies inside what was expected, refuted if all of it lies outside."""
    if found in expected:
        return Verdict.SUPPORTED
    if expected.isdisjoint(found):
        return Verdict.REFUTED
    return Verdict.UNDECIDED
