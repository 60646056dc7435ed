"""Exact bounds on the mean of numbers in a range, which need no large sample.

The upper bound is a quantile of Σ wᵢ xᵢ with w ~ Dirichlet(1, …, 1) over the sample and the upper end of its
range (Learned-Miller and Thomas 2019, arXiv:1905.06208). Where all values are ends it is Clopper–Pearson;
that it covers otherwise is conjectured, and `nox -s intervals` measures it.
With independent exponential gᵢ, P(Σ wᵢ xᵢ > t) = P(Σ gᵢ (xᵢ − t) > 0): one integral and no simulation.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, ndtri_exp

from vtmetrics.statistics.interval import Range

FloatArray = NDArray[np.float64]

_STEP = 0.2  # of the trapezoid rule, which is then exact to about ten digits
_BLOCK = 0.5 * _STEP + _STEP * np.arange(16)
_NEGLIGIBLE = 1e-13
_DIGITS = 10  # of the range, to which bounds are found; values closer than that are equal


def mean_bounds(values: FloatArray, ends: Range, level: float, length: int | None = None) -> Range:
    """The two-sided interval for the mean; with `length`, as if the values had been repeated to that many."""
    (low, high), tail = ends, (1 - level) / 2
    width = high - low or 1.0
    points, counts = np.unique(((values - low) / width).round(_DIGITS), return_counts=True)
    if not (points[0] >= 0 and points[-1] <= (high - low) / width):  # nor is NaN
        came = values[np.abs(values - (low + high) / 2).argmax()]
        raise ValueError(f"A mean has exact bounds where all values lie from {low} to {high}, not {came}.")
    if low == high:
        return low, high
    weights = counts.astype(np.float64) * ((length or len(values)) / len(values))
    lower = 1 - _upper((1 - points[::-1]).round(_DIGITS), weights[::-1], tail)
    upper = _upper(points, weights, tail)
    return low + lower * (high - low), low + upper * (high - low)


def _upper(points: FloatArray, weights: FloatArray, tail: float) -> float:
    """What the Dirichlet mean of the points and of 1 exceeds with probability `tail`."""
    if points[-1] == 1:
        weights = np.append(weights[:-1], weights[-1] + 1)
    else:
        points, weights = np.append(points, 1.0), np.append(weights, 1.0)
    if len(points) == 1:
        return 1.0
    if len(points) == 2:
        return float(points[1] - (points[1] - points[0]) * betaincinv(*weights, tail))
    return _crossing(points, weights, tail)


def _crossing(points: FloatArray, weights: FloatArray, tail: float) -> float:
    """Where the tail is `tail`: regula falsi (Illinois) on its normal score, which is nearly a line."""
    mean = float(weights @ points / weights.sum())
    spread = float(np.sqrt(weights @ (points - mean) ** 2)) / float(weights.sum())
    wanted = float(ndtri(tail))
    below, f_below = mean, _score(mean, points, weights) - wanted
    above, f_above = 1.0, -40.0
    guess, side = min(mean - wanted * spread, (mean + above) / 2), 0
    for _ in range(100):
        f = _score(guess, points, weights) - wanted
        if f > 0:
            below, f_below, f_above = guess, f, f_above / (2 if side > 0 else 1)
        else:
            above, f_above, f_below = guess, f, f_below / (2 if side < 0 else 1)
        side = 1 if f > 0 else -1
        last, guess = guess, (below * f_above - above * f_below) / (f_above - f_below)
        if abs(guess - last) < 10**-_DIGITS:
            break
    return guess


def _score(t: float, points: FloatArray, weights: FloatArray) -> float:
    """The normal score of P(Σ w x > t), by inverting the transform along a line through its saddle point."""
    a = points - t
    c = _saddle(a, weights)
    pulled = a / (1 - c * a)
    peak = -float(weights @ np.log1p(-c * a))
    width = 1 / math.sqrt(float(weights @ pulled**2) + 1 / c**2)
    total, u = 0.0, _BLOCK
    while True:
        # sinh stretches the line, so that the heavy tails of few scenes end as soon as those of many.
        y = width * np.sinh(u)
        curve = np.exp(-(np.log1p(-1j * np.outer(y, pulled)) @ weights)) / (c + 1j * y) * np.cosh(u)
        total += float(curve.real.sum())
        if abs(curve[-1]) < _NEGLIGIBLE * abs(total):
            return float(ndtri_exp(peak + math.log(total * width * _STEP / math.pi)))
        u = u + _STEP * len(u)


def _saddle(a: FloatArray, weights: FloatArray) -> float:
    """About where E exp(s Σ g a) / s is smallest between its poles, by bisection."""
    low, high = 0.0, 1 / float(a[-1])
    for _ in range(12):
        middle = (low + high) / 2
        pulled = middle * a
        low, high = (middle, high) if float(weights @ (pulled / (1 - pulled))) < 1 else (low, middle)
    return (low + high) / 2
