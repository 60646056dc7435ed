"""An estimate: a number, and the interval in which it may lie."""

from dataclasses import dataclass

from vtmetrics.statistics.confidence import Sample
from vtmetrics.statistics.finding import Measured


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
