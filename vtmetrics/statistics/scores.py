"""Scores: one number, or one per layer, for every scene, and the reason where there is none."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtmetrics.metrics import why as why_undefined
from vtmetrics.statistics import interval
from vtmetrics.statistics.finding import Measured
from vtmetrics.statistics.interval import Range
from vtmetrics.statistics.linear_terms import LinearTerms

Kind = Literal["share", "number"]
Curve = NDArray[np.float64]
Value = float | Curve
Reasons = Mapping[str, str]
Operation = Callable[[Any, Any], Any]
#: how far a sum of scores may be off by rounding
SUM_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Scores(Measured):
    """Values by scene id, the group of every scene, and why a scene has no value.

    A share is any discrete score with a range: 0 or 1, a mean of such, a difference of such. The kind decides
    how the interval is made, never the data. What failed is missing; what is not asked about is excluded,
    and stays so where the other side of a pair is missing.
    """

    values: Mapping[str, Value]
    groups: Mapping[str, str]
    kind: Kind
    range: Range
    missing: Reasons = field(default_factory=dict)
    excluded: Reasons = field(default_factory=dict)
    #: of which measured scores these are made; no argument, so that `replace` makes scores of their own
    terms: LinearTerms = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse values without scenes, scenes without groups, and numbers that are none."""
        keep = object.__setattr__
        keep(self, "range", interval.checked_range(self.range))
        keep(self, "values", {scene: _value(scene, raw, self.range) for scene, raw in self.values.items()})
        keep(self, "groups", dict(self.groups))
        keep(self, "missing", _reasons(self.missing))
        keep(self, "excluded", _reasons(self.excluded))
        keep(self, "terms", LinearTerms.of(self.range))
        if self.kind not in ("share", "number"):
            raise ValueError(f"Scores are of kind 'share' or 'number', not {self.kind!r}.")
        if self.kind == "share" and not np.isfinite(self.range).all():
            raise ValueError(f"A share needs a range with two ends, not {self.range}.")
        self._check_scenes()

    def _check_scenes(self) -> None:
        told = [*self.values, *self.missing, *self.excluded]
        twice = {scene for scene in told if told.count(scene) > 1} if len(set(told)) < len(told) else set()
        if twice:
            raise ValueError(f"A scene is valued, missing or excluded, but {_some(twice)} is more than one.")
        if loose := set(told) - self.groups.keys():
            raise ValueError(f"Every scene needs a group, but {_some(loose)} has none.")
        if lost := self.groups.keys() - set(told):
            raise ValueError(f"Every scene needs a value or a reason, but {_some(lost)} has neither.")
        shapes = {np.shape(value) for value in self.values.values()}
        if len(shapes) > 1:
            raise ValueError(f"All scenes need as many layers, but these have the shapes {sorted(shapes)}.")

    def __add__(self, other: "Scores | float") -> "Scores":
        if isinstance(other, Scores):
            return _paired(self, other, operator.add, self.terms.plus(other.terms))
        return self._with_number(other, operator.add, self.terms.shifted)

    def __sub__(self, other: "Scores | float") -> "Scores":
        if isinstance(other, Scores):
            return _paired(self, other, operator.sub, self.terms.plus(other.terms, -1.0))
        return self._with_number(other, operator.sub, lambda number: self.terms.shifted(-number))

    def __mul__(self, other: "Scores | float") -> "Scores":
        if isinstance(other, Scores):
            ends = interval.times(self.range, other.range)
            return _paired(self, other, operator.mul, LinearTerms.of(ends))
        return self._with_number(other, operator.mul, self.terms.times)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> "Scores":
        return self * -1

    def __rsub__(self, other: float) -> "Scores":
        return -self + other

    @property
    def layers(self) -> int | None:
        """How many layers each scene has a value for; None if it has one value, or none at all."""
        lengths = {len(value) for value in self.values.values() if isinstance(value, np.ndarray)}
        return lengths.pop() if lengths else None

    def at(self, layer: int) -> "Scores":
        """The value at one layer of the curve."""
        layers = self.layers
        if not isinstance(layer, int):
            raise TypeError(f"A layer of a curve is an int, not {layer!r}.")
        if layers is not None and not -layers <= layer < layers:
            raise ValueError(f"These curves have {layers} layers, so there is no layer {layer}.")
        return self._reduced(lambda curve: float(curve[layer]), self.range)

    def each(self, statistic: Callable[[Tensor], Tensor], ends: Range, kind: Kind | None = None) -> "Scores":
        """A statistic of every scene's own curve, from (scenes, L) at once; who has none is excluded."""
        if not self.values:
            return replace(self, range=ends, kind=kind or self.kind)
        curves = torch.tensor(np.stack([*self.values.values()]))
        found = dict(zip(self.values, statistic(curves), strict=True))
        flaws = {scene: reason for scene, number in found.items() if (reason := _flaw(number)) is not None}
        values = {scene: number.numpy() for scene, number in found.items() if scene not in flaws}
        excluded = {**self.excluded, **flaws}
        return replace(self, values=values, excluded=excluded, range=ends, kind=kind or self.kind)

    def mean(self) -> "Scores":
        """The mean of the curve over its layers."""
        return self._reduced(lambda curve: float(curve.mean()), self.range)

    def variance(self) -> "Scores":
        """The variance of the curve's values: over its layers, or whatever else stands side by side in it."""
        low, high = self.range
        return self._reduced(lambda curve: float(curve.var()), (0.0, ((high - low) / 2) ** 2))

    def slope(self, depths: Iterable[float]) -> "Scores":
        """The least-squares slope of the curve: change of the score per unit of depth."""
        x = np.asarray(list(depths), dtype=np.float64)
        if len(x) != (self.layers or len(x)) or len(set(x.tolist())) < 2 or not np.isfinite(x).all():
            raise ValueError(f"A slope needs a depth for each layer, and not all equal, not {x.tolist()}.")
        weights = (x - x.mean()) / ((x - x.mean()) @ (x - x.mean()))
        low, high = np.sort(np.outer(self.range, weights[weights != 0]), axis=0).sum(axis=1)
        return self._reduced(lambda curve: float(weights @ curve), (float(low), float(high)))

    def _reduced(self, reduce: Callable[[Curve], float], ends: Range) -> "Scores":
        """Scores with one number for each curve."""
        values = {}
        for scene, curve in self.values.items():
            if isinstance(curve, float):
                raise TypeError(f"Only curves have layers, and scene {scene!r} has one value.")
            # Rounding may carry a number past an end that it can only reach.
            values[scene] = min(max(reduce(curve), ends[0]), ends[1])
        return replace(self, values=values, range=ends)

    def _with_number(self, other: float, act: Operation, terms: Callable[[float], LinearTerms]) -> "Scores":
        """From these scores and a number."""
        if not isinstance(other, (int, float)):
            raise TypeError(f"Scores are combined with scores or a number, not {type(other).__name__}.")
        made = terms(float(other))
        values = {
            scene: _inside(act(value, float(other)), made.range) for scene, value in self.values.items()
        }
        return _made_of(made, replace(self, values=values, range=made.range))


def _paired(left: Scores, right: Scores, act: Operation, terms: LinearTerms) -> Scores:
    if alone := left.groups.keys() ^ right.groups.keys():
        raise ValueError(f"Scores are paired by scene, but only one side knows {_some(alone)}.")
    if regrouped := {scene for scene, group in left.groups.items() if right.groups[scene] != group}:
        raise ValueError(
            f"Scores are paired by scene, but the two sides group {_some(regrouped)} differently."
        )
    if None not in (left.layers, right.layers) and left.layers != right.layers:
        raise ValueError(f"Curves are paired by layer: {left.layers} layers do not go with {right.layers}.")
    excluded = _either(left.excluded, right.excluded)
    missing = {
        scene: why for scene, why in _either(left.missing, right.missing).items() if scene not in excluded
    }
    both = [scene for scene in left.values if scene in right.values]
    found = Scores(
        values={scene: _inside(act(left.values[scene], right.values[scene]), terms.range) for scene in both},
        groups=left.groups,
        kind="share" if left.kind == right.kind == "share" else "number",
        range=terms.range,
        missing=missing,
        excluded=excluded,
    )
    return _made_of(terms, found)


def _made_of(terms: LinearTerms, scores: Scores) -> Scores:
    """The scores, known to be this combination of measured ones."""
    object.__setattr__(scores, "terms", terms)
    return scores


def _inside(value: Value, ends: Range) -> Value:
    """The value; rounding may have carried it past an end that it can only reach."""
    if ends[0] <= np.min(value) and np.max(value) <= ends[1]:
        return value
    near: Value = np.clip(value, *ends)
    return near if np.allclose(near, value, rtol=SUM_ROUNDING, atol=SUM_ROUNDING) else value


def _either(left: Reasons, right: Reasons) -> dict[str, str]:
    """The reasons of both sides, each said once."""
    return {
        scene: "; ".join(dict.fromkeys(why[scene] for why in (left, right) if scene in why))
        for scene in [*left, *(scene for scene in right if scene not in left)]
    }


def _value(scene: str, raw: Any, ends: Range) -> Value:
    if isinstance(raw, float) and ends[0] <= raw <= ends[1] and math.isfinite(raw):
        return float(raw)  # most scores are, and claims are judged again and again
    value = np.array(raw, dtype=np.float64)
    if value.ndim > 1 or value.size == 0:
        raise ValueError(
            f"A scene has one value or one per layer, but {scene!r} has the shape {value.shape}."
        )
    if not np.isfinite(value).all():
        raise ValueError(
            f"Scene {scene!r} has the value {raw}: what has no value is missing, with its reason."
        )
    if value.min() < ends[0] or value.max() > ends[1]:
        raise ValueError(
            f"Scene {scene!r} has the value {raw}, outside the range from {ends[0]} to {ends[1]}."
        )
    value.setflags(write=False)
    return value if value.ndim else float(value)


def _flaw(found: Tensor) -> str | None:
    """Why a scene's curve has no such number, if it has none."""
    if found.isfinite().all():
        return None
    return next(reason for number in found.flatten() if (reason := why_undefined(number)) is not None)


def _reasons(told: Reasons) -> dict[str, str]:
    for scene, why in told.items():
        if not isinstance(why, str) or not why.strip():
            raise ValueError(f"Scene {scene!r} has no value and needs the reason in words, not {why!r}.")
    return dict(told)


def _some(scenes: Iterable[str]) -> str:
    """The first scene by name, and how many more there are."""
    first, *others = sorted(map(str, scenes))
    return f"{first!r} (and {len(others)} more)" if others else repr(first)
