"""A finding: what was measured, with the arms that would fool a naive version of the claim."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vtmetrics.statistics.interval import Interval, Range


class Measured:
    """What a claim can be judged by: scores, or a statistic fitted to a whole set of scenes."""

    range: Range
    missing: Mapping[str, str]
    excluded: Mapping[str, str]

    def against(self, **controls: "Measured") -> "Finding":
        """With controls: arms of which the claim must not be true."""
        return Finding(self).against(**controls)

    def sensitive_to(self, arm: "Measured", expected: Interval) -> "Finding":
        """With an arm that must move, or there was nothing to lose."""
        return Finding(self).sensitive_to(arm, expected)

    def beside(self, **shown: "Measured") -> "Finding":
        """With other numbers to show, which decide nothing."""
        return Finding(self).beside(**shown)


@dataclass(frozen=True, eq=False)
class Finding:
    """Scores with their named controls, their sensitivity arm and what is shown beside them."""

    scores: Measured
    controls: Mapping[str, Measured] = field(default_factory=dict)
    sensitivity: tuple[Measured, Interval] | None = None
    shown: Mapping[str, Measured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse arms that nothing was measured for."""
        _measured("A finding", self.scores)
        for name, control in self.controls.items():
            _measured(f"The control {name!r}", control)
        for name, other in self.shown.items():
            _measured(f"What is shown as {name!r}", other)
        if self.sensitivity is not None:
            arm, expected = self.sensitivity
            _measured("The sensitivity arm", arm)
            if not isinstance(expected, Interval):
                raise TypeError(f"The sensitivity arm needs an Interval to lie in, not {expected!r}.")

    def against(self, **controls: Measured) -> "Finding":
        """With more controls: arms of which the claim must not be true."""
        return replace(self, controls=_merged(self.controls, controls, "control"))

    def sensitive_to(self, arm: Measured, expected: Interval) -> "Finding":
        """With the arm that must move, or there was nothing to lose."""
        if self.sensitivity is not None:
            raise ValueError("A finding has one sensitivity arm, and this one already has its own.")
        return replace(self, sensitivity=(arm, expected))

    def beside(self, **shown: Measured) -> "Finding":
        """With other numbers to show, which decide nothing."""
        return replace(self, shown=_merged(self.shown, shown, "number beside it"))


def _measured(what: str, value: Any) -> None:
    if not isinstance(value, Measured):
        raise TypeError(f"{what} must be Scores or Fitted, not {type(value).__name__}.")


def _merged(old: Mapping[str, Measured], new: Mapping[str, Measured], noun: str) -> dict[str, Measured]:
    twice = sorted(old.keys() & new.keys())
    if twice:
        raise ValueError(f"A finding names each {noun} once, not {twice[0]!r} twice.")
    return {**old, **new}
