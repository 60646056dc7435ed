"""A finding: what was measured, with the arms that would fool a naive version of the claim."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from vtmetrics.statistics.interval import Interval, Range

Arm = TypeVar("Arm")


class Measured:
    """What a claim can be judged by: scores, or a statistic fitted to a whole set of scenes."""

    range: Range
    missing: Mapping[str, str]
    excluded: Mapping[str, str]

    def against(self, by: float | None = None, **controls: "Measured") -> "Finding":
        """With controls: arms of which the claim must not be true, nor within `by` of being as true."""
        return Finding(self).against(by, **controls)

    def sensitive_to(self, arm: "Measured", expected: Interval) -> "Finding":
        """With an arm that must move, or there was nothing to lose."""
        return Finding(self).sensitive_to(arm, expected)

    def beside(self, **shown: "Measured") -> "Finding":
        """With other numbers to show, which decide nothing."""
        return Finding(self).beside(**shown)


@dataclass(frozen=True, eq=False)
class Control:
    """An arm that would fool a naive version, and by how much it has to do worse, if that is said."""

    measured: Measured
    by: float | None = None


@dataclass(frozen=True, eq=False)
class Finding:
    """Scores with their named controls, their sensitivity arm and what is shown beside them."""

    scores: Measured
    controls: Mapping[str, Control] = field(default_factory=dict)
    sensitivity: tuple[Measured, Interval] | None = None
    shown: Mapping[str, Measured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse arms that nothing was measured for."""
        _measured("A finding", self.scores)
        for name, control in self.controls.items():
            _measured(f"The control {name!r}", control.measured)
            if control.by is not None and not 0 < control.by < math.inf:
                raise ValueError(f"The control {name!r} does worse by a number above 0, not by {control.by}.")
        for name, other in self.shown.items():
            _measured(f"What is shown as {name!r}", other)
        if self.sensitivity is not None:
            arm, expected = self.sensitivity
            _measured("The sensitivity arm", arm)
            if not isinstance(expected, Interval):
                raise TypeError(f"The sensitivity arm needs an Interval to lie in, not {expected!r}.")

    def against(self, by: float | None = None, **controls: Measured) -> "Finding":
        """With more controls: arms of which the claim must not be true, nor within `by` of being as true."""
        more = {name: Control(measured, by) for name, measured in controls.items()}
        return replace(self, controls=_merged(self.controls, more, "control"))

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


def _merged(old: Mapping[str, Arm], new: Mapping[str, Arm], noun: str) -> dict[str, Arm]:
    twice = sorted(old.keys() & new.keys())
    if twice:
        raise ValueError(f"A finding names each {noun} once, not {twice[0]!r} twice.")
    return {**old, **new}
