"""Training change: signs and the furthest layer are those of other scenes, and noise alone goes nowhere."""

import numpy as np
import pytest

from vtmetrics.protocols import ways_of
from vtmetrics.statistics import Scores

LAYERS = 12


def scores(curves):
    """Changes of scenes that are groups of their own."""
    values = {f"scene {number}": tuple(curve) for number, curve in enumerate(curves)}
    return Scores(values, {name: name for name in values}, "number", (-2.0, 2.0))


def noise(seed, count=200):
    return np.random.default_rng(seed).normal(0, 0.1, (count, LAYERS + 1))


def test_ways_are_those_of_other_scenes():
    known = np.array([0.1, -0.2, 0.3, *[0.1] * 9, 0.5])
    ways = ways_of(scores([known, known]))
    assert ways.furthest == 2  # what the last layer writes is left out
    assert ways.signs == (1, -1, *[1] * 10)
    change = scores([known, 3 * known])
    assert ways.mean(change).value == pytest.approx(2 * np.abs(known[:-1]).mean())
    assert ways.at_furthest(change).value == pytest.approx(0.6)
    assert ways.spike(change).value == pytest.approx(0.6 - 2 * np.abs(known[:-1]).mean())


def test_what_goes_the_other_way_counts_less_than_nothing():
    ways = ways_of(scores([[0.1] * 13, [0.1] * 13]))
    assert ways.mean(scores([[-0.1] * 13, [-0.1] * 13])).value == pytest.approx(-0.1)


def test_noise_goes_nowhere_where_a_mean_of_absolute_values_grows_with_it():
    """The plain number is 0.08 of every scene by itself, and in the mean of all still above none."""
    found = [ways_of(scores(noise(seed))).mean(scores(noise(1000 + seed))).value for seed in range(40)]
    plain = [np.abs(noise(1000 + seed).mean(0)[:-1]).mean() for seed in range(40)]
    assert abs(np.mean(found)) < 0.001
    assert np.mean(plain) > 0.005
