"""Training change: signs and the furthest layer are those of other scenes, and noise alone goes nowhere."""

import numpy as np
import pytest

from vtmetrics.protocols import TrainingChange, early, late
from vtmetrics.statistics import Scores

LAYERS = 12


def scores(curves):
    """Changes of scenes that are groups of their own."""
    values = {f"scene {number}": tuple(curve) for number, curve in enumerate(curves)}
    return Scores(values, {name: name for name in values}, "number", (-2.0, 2.0))


def noise(seed, count=200):
    return np.random.default_rng(seed).normal(0, 0.1, (count, LAYERS + 1))


def test_ways_are_those_of_other_scenes():
    known = np.array([0.1, -0.2, 0.3, *[0.1] * 9, 0.5])  # what the last layer writes is left out
    change = TrainingChange(scores([known, 3 * known]), scores([known, known]))
    assert change.mean().value == pytest.approx(2 * np.abs(known[:-1]).mean())
    assert change.at_furthest().value == pytest.approx(0.6)
    assert change.spike().value == pytest.approx(0.6 - 2 * np.abs(known[:-1]).mean())


def test_what_goes_the_other_way_counts_less_than_nothing():
    down, up = [[-0.1] * 13] * 2, [[0.1] * 13] * 2
    assert TrainingChange(scores(down), scores(up)).mean().value == pytest.approx(-0.1)
    assert TrainingChange(scores(up), scores(down)).at_furthest().value == pytest.approx(-0.1)


def test_over_a_part_of_the_depth_the_sign_that_is_told_counts():
    judged = scores([np.arange(LAYERS + 1) / 100] * 2)
    change = TrainingChange(judged, scores(noise(0, 2)))
    assert change.over(late).value == pytest.approx(0.095)
    assert change.over(early, -1).value == pytest.approx(-0.015)


def test_noise_goes_nowhere_where_a_mean_of_absolute_values_grows_with_it():
    """The plain number is 0.08 of every scene by itself, and in the mean of all still above none."""
    pairs = [(scores(noise(1000 + seed)), scores(noise(seed))) for seed in range(40)]
    found = [TrainingChange(*pair).mean().value for pair in pairs]
    plain = [np.abs(noise(1000 + seed).mean(0)[:-1]).mean() for seed in range(40)]
    assert abs(np.mean(found)) < 0.001
    assert np.mean(plain) > 0.005
