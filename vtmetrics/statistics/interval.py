"""An interval: where a claim says that its number lies and why; the verdict on what was found; ranges."""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

Range = tuple[float, float]


class Span(Protocol):
    """Anything from `low` to `high`, both included: an expectation, or what was found."""

    @property
    def low(self) -> float: ...

    @property
    def high(self) -> float: ...


@dataclass(frozen=True)
class Interval:
    """The numbers from `low` to `high`, both included, and the reason that the report prints.

    `centre` is where the interval was said to be about, and only changes how it prints.
    """

    low: float
    high: float
    because: str
    centre: float | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no interval, what nothing could refute, and what has no reason."""
        if math.isnan(self.low) or math.isnan(self.high):
            raise ValueError(f"An interval needs two numbers, not {self.low} and {self.high}.")
        if self.low > self.high or self.low == math.inf or self.high == -math.inf:
            raise ValueError(f"An interval goes from low to high, not from {self.low} to {self.high}.")
        if self.low == -math.inf and self.high == math.inf:
            raise ValueError("An interval must leave something out: nothing could refute the whole line.")
        if not isinstance(self.because, str) or not self.because.strip():
            raise ValueError(f"An interval needs the reason why it lies where it does, not {self.because!r}.")

    def __contains__(self, found: Span) -> bool:
        """Whether all of `found` lies inside."""
        return self.low <= found.low and found.high <= self.high

    def isdisjoint(self, found: Span) -> bool:
        """Whether all of `found` lies outside."""
        return found.high < self.low or self.high < found.low

    def covers(self, whole: Range) -> bool:
        """Whether this is all that a number of this range can be: nothing could refute it."""
        return self.low <= whole[0] and whole[1] <= self.high

    def __str__(self) -> str:
        """As the report prints it: ≥ 0.95, ≤ −0.1, 0.5 … 0.7, 0 ± 0.1."""
        if self.centre is not None:
            return f"{_text(self.centre)} ± {_text(self.high - self.centre)}"
        if self.high == math.inf:
            return f"≥ {_text(self.low)}"
        if self.low == -math.inf:
            return f"≤ {_text(self.high)}"
        return f"{_text(self.low)} … {_text(self.high)}"


def at_least(low: float, because: str) -> Interval:
    """From `low` up."""
    return Interval(low, math.inf, because)


def at_most(high: float, because: str) -> Interval:
    """From `high` down."""
    return Interval(-math.inf, high, because)


def between(low: float, high: float, because: str) -> Interval:
    """From `low` to `high`."""
    return Interval(low, high, because)


def about(centre: float, within: float, because: str) -> Interval:
    """No further than `within` from `centre`: equivalence, which a null test cannot give."""
    if not (math.isfinite(centre) and 0 <= within < math.inf):
        raise ValueError(f"`about` needs a number and a distance of at least 0, not {centre} and {within}.")
    return Interval(centre - within, centre + within, because, centre)


def _text(number: float) -> str:
    """Up to six digits, with a minus sign instead of a hyphen."""
    return f"{number:.6g}".replace("-", "−")


def checked_range(ends: Range) -> Range:
    """The ends as floats; refuses what does not go from low to high."""
    low, high = map(float, ends)
    if not low <= high:  # as with a NaN
        raise ValueError(f"A range goes from low to high, not from {low} to {high}.")
    return low, high


def plus(left: Range, right: Range) -> Range:
    """Where a sum lies."""
    return left[0] + right[0], left[1] + right[1]


def minus(left: Range, right: Range) -> Range:
    """Where a difference lies; conservative, also for a number minus itself."""
    return left[0] - right[1], left[1] - right[0]


def times(left: Range, right: Range) -> Range:
    """Where a product lies."""
    # 0 times an infinite end is 0: the end itself is never reached.
    products = [x * y if x and y else 0.0 for x in left for y in right]
    return min(products), max(products)


class Verdict(StrEnum):
    """What the evidence says about a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


def judge(found: Span, expected: Interval) -> Verdict:
    """Supported if all that was found lies inside what was expected, refuted if all of it lies outside."""
    if not (hasattr(found, "low") and hasattr(found, "high")):
        raise TypeError(f"judge wants an estimate, which has an interval (estimate(scores)), not {found!r}")
    if found in expected:
        return Verdict.SUPPORTED
    if expected.isdisjoint(found):
        return Verdict.REFUTED
    return Verdict.UNDECIDED
