"""Scores are complete when they are made: a value or a reason for every scene, and a group."""

import math

import numpy as np
import pytest

from tests.statistics.random_scores import one_each
from vtmetrics.statistics.scores import Scores

GROUPS = {"a": "1", "b": "1"}


def made(values, groups=GROUPS, kind="share", ends=(0, 1), **reasons):
    return Scores(values, groups, kind, ends, **reasons)


@pytest.mark.parametrize("value", [math.nan, math.inf, [0.5, math.nan]])
def test_a_bare_nan_is_refused(value):
    with pytest.raises(ValueError, match="what has no value is missing, with its reason"):
        made({"a": value, "b": 1}, ends=(-1, 2))


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"values": {"a": 0, "b": 1.5}}, "'b' has the value 1.5, outside the range from 0.0 to 1.0"),
        ({"values": {"a": 0, "b": [[1, 0]]}}, r"'b' has the shape \(1, 2\)"),
        ({"values": {"a": 0, "b": [0, 1]}}, "All scenes need as many layers"),
        ({"values": {"a": 0}}, "'b' has neither"),
        ({"values": {"a": 0, "c": 1}, "missing": {"b": "failed"}}, "Every scene needs a group, but 'c'"),
        ({"values": {"a": 0, "b": 1}, "missing": {"b": "failed"}}, "'b' is more than one"),
        ({"values": {}, "missing": {"a": "x", "b": "x"}, "excluded": GROUPS}, r"'a' \(and 1 more\)"),
        ({"values": {"a": 0}, "missing": {"b": ""}}, "needs the reason in words"),
        ({"values": {"a": 0, "b": 1}, "kind": "rank"}, "not 'rank'"),
        ({"values": {"a": 0, "b": 1}, "ends": (0, math.inf)}, "A share needs a range with two ends"),
        ({"values": {"a": 0, "b": 1}, "ends": (1, 0)}, "goes from low to high, not from 1.0 to 0.0"),
        ({"values": {"a": 0, "b": 1}, "ends": (0, math.nan)}, "from 0.0 to nan"),
    ],
)
def test_incomplete_scores_are_refused(wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        made(**wrong)


def test_scores_keep_their_own_copy():
    """What the caller does to a curve afterwards changes nothing, and nobody can change the copy."""
    curve = np.array([0.0, 1.0])
    scores = made({"a": curve, "b": curve})
    curve[0] = 1
    assert scores.values["a"].tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        scores.values["a"][0] = 1


def test_a_curve_becomes_one_value_per_scene():
    curves = one_each([[0, 1, 2], [4, 2, 0]], "number", (0, 4))
    assert list(curves.at(2).values.values()) == [2, 0]
    assert list(curves.at(-1).values.values()) == [2, 0]
    assert list(curves.mean().values.values()) == [1, 2]
    assert list(curves.slope([0, 0.5, 1]).values.values()) == [2, -4]
    assert curves.layers == 3
    assert curves.at(0).layers is None


def test_the_range_of_a_slope_is_that_of_the_steepest_curve():
    steepest = one_each([[0, 0, 1, 1]]).slope([0, 1, 2, 3])
    assert steepest.range == pytest.approx((-0.4, 0.4))
    assert steepest.values["scene 0"] == steepest.range[1]


@pytest.mark.parametrize("layer", [3, -4])
def test_a_layer_that_is_not_there_is_refused(layer):
    with pytest.raises(ValueError, match=f"3 layers, so there is no layer {layer}"):
        one_each([[0, 1, 0]]).at(layer)


@pytest.mark.parametrize("depths", [[0, 1], [1, 1, 1], [0, 1, math.inf], []])
def test_a_slope_needs_a_depth_for_every_layer(depths):
    with pytest.raises(ValueError, match="a depth for each layer"):
        one_each([[0, 1, 0]]).slope(depths)


def test_what_is_no_curve_has_no_layers():
    with pytest.raises(TypeError, match="'scene 0' has one value"):
        one_each([1, 0]).mean()


def test_rounding_does_not_carry_a_mean_out_of_its_range():
    """In floats, the mean of three tenths is a little more than a tenth."""
    assert np.mean([0.1] * 3) > 0.1
    assert one_each([[0.1] * 3], "number", (0, 0.1)).mean().values["scene 0"] == 0.1
