"""A fitted statistic: one number of the whole set of scenes, and what it becomes without each group."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtmetrics.statistics import interval
from vtmetrics.statistics.finding import Measured
from vtmetrics.statistics.interval import Range


@dataclass(frozen=True, eq=False)
class Fitted(Measured):
    """A statistic of the whole set (pooled dimension, correlation, probe) and its delete-a-group replicates.

    `scenes` is how many scenes it was fitted to: one per group unless told.
    """

    value: float
    replicates: Mapping[str, float]
    range: Range
    missing: Mapping[str, str] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    scenes: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that are none or lie outside the range."""
        keep = object.__setattr__
        keep(self, "range", interval.checked_range(self.range))
        keep(self, "value", self._checked("The statistic", self.value))
        keep(self, "replicates", self._all_checked(self.replicates))
        keep(self, "missing", dict(self.missing))
        keep(self, "excluded", dict(self.excluded))
        keep(self, "scenes", self.scenes or len(self.replicates))

    def _all_checked(self, replicates: Mapping[str, float]) -> dict[str, float]:
        """All at once, since there are as many as groups; only what is no number is looked for by name."""
        values = np.array([*replicates.values()], dtype=np.float64)
        low, high = self.range
        if np.isfinite(values).all() and (low <= values).all() and (values <= high).all():
            return dict(zip(replicates, values.tolist(), strict=True))
        return {group: self._checked(f"Without {group!r} it", raw) for group, raw in replicates.items()}

    def _checked(self, what: str, raw: float) -> float:
        value = float(raw)
        low, high = self.range
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(f"{what} must be a number from {low} to {high}, not {raw}.")
        return value

    def __add__(self, other: "Fitted | float") -> "Fitted":
        return self._combined(other, operator.add, interval.plus)

    def __sub__(self, other: "Fitted | float") -> "Fitted":
        return self._combined(other, operator.sub, interval.minus)

    def __mul__(self, other: "Fitted | float") -> "Fitted":
        return self._combined(other, operator.mul, interval.times)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> "Fitted":
        return -1 * self + other

    def _combined(
        self,
        other: "Fitted | float",
        act: Callable[[Any, Any], Any],
        act_on_ranges: Callable[[Range, Range], Range],
    ) -> "Fitted":
        """From two statistics of the same scenes, group by group, or from one and a number."""
        if isinstance(other, (int, float)):
            other = Fitted(other, dict.fromkeys(self.replicates, other), (-math.inf, math.inf))
            ends = act_on_ranges(self.range, (other.value, other.value))
        elif isinstance(other, Fitted):
            ends = act_on_ranges(self.range, other.range)
        else:
            raise TypeError(f"A fitted statistic is combined with another or a number, not {other!r}.")
        if self.replicates.keys() != other.replicates.keys():
            raise ValueError("Statistics are paired by group, but the two were fitted to different groups.")
        return Fitted(
            act(self.value, other.value),
            dict(zip(self.replicates, self._paired(other, act).tolist(), strict=True)),
            ends,
            {**other.missing, **self.missing},
            {**other.excluded, **self.excluded},
            self.scenes,
        )

    def _paired(self, other: "Fitted", act: Callable[[Any, Any], Any]) -> NDArray[np.float64]:
        """The replicates of both sides together, group by group."""
        theirs = [other.replicates[group] for group in self.replicates]
        found: NDArray[np.float64] = act(np.array([*self.replicates.values()]), np.array(theirs))
        return found
