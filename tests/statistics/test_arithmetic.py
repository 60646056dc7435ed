"""The laws of arithmetic with scores: paired by scene, whatever is missing."""

import math
import operator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.statistics.random_scores import ANY, lawful, one_each, scores
from vtmetrics.statistics.scores import Scores

operations = st.sampled_from([operator.add, operator.sub, operator.mul])


def same(left, right):
    return (left.values, left.range, left.kind) == (right.values, right.range, right.kind)


@given(scores(), scores(), operations)
@lawful
def test_pairing_survives_missing_scenes(left, right, act):
    """A scene is valued where both sides are, excluded where one is, otherwise missing with its reasons."""
    both = act(left, right)
    assert both.values == {
        scene: act(left.values[scene], right.values[scene])
        for scene in left.values.keys() & right.values.keys()
    }
    assert both.excluded.keys() == left.excluded.keys() | right.excluded.keys()
    assert both.missing.keys() == (left.missing.keys() | right.missing.keys()) - both.excluded.keys()
    assert both.groups == left.groups
    for scene, why in both.missing.items():
        told = [side.missing[scene] for side in (left, right) if scene in side.missing]
        assert why == "; ".join(dict.fromkeys(told))


@given(scores(kind="number", ends=(-2, 3)), scores(kind="number", ends=(-5, 1)), operations)
@lawful
def test_values_stay_in_their_range(left, right, act):
    """Interval arithmetic holds to the last bit, or the result would refuse to be made."""
    both = act(act(left, right), 0.9)
    assert all(both.range[0] <= value <= both.range[1] for value in both.values.values())


@given(scores(), scores(), st.floats(-3, 3))
@lawful
def test_plus_and_times_commute(left, right, number):
    assert same(left + right, right + left)
    assert same(left * right, right * left)
    assert same(number * left, left * number)
    assert same(number + left, left + number)
    assert same(number - left, -left + number)


@given(scores(), scores())
@lawful
def test_a_difference_is_the_sum_with_the_negative(left, right):
    assert same(left - right, left + -right)


@given(scores(whole=True))
@lawful
def test_what_two_sides_share_cancels_in_values_and_in_the_range(alone):
    """Two cuts of one plain run differ by what the cuts do: from −1 to 1 and not from −2 to 2."""
    cut, other = (replace(alone, values=dict(alone.values)) for _ in range(2))
    assert (alone - alone).range == (0, 0)
    assert set((alone - alone).values.values()) <= {0}
    assert ((alone - cut) - (alone - other)).range == (-1, 1)
    assert (cut - other).range == (-1, 1)


def test_a_contrast_of_shares_is_a_share_with_the_range_of_a_difference():
    """What keeps nine tenths of what the image adds is between −1 and 1."""
    cut, full, blind = one_each([1, 0]), one_each([1, 1]), one_each([0, 1])
    contrast = cut - 0.9 * full - 0.1 * blind
    assert contrast.kind == "share"
    assert contrast.range == (-1, 1)
    assert list(contrast.values.values()) == pytest.approx([0.1, -1])


def test_a_share_with_a_number_is_a_number():
    mixed = one_each([1, 0]) + one_each([5, 7], "number", (0, math.inf))
    assert (mixed.kind, mixed.range) == ("number", (0, math.inf))


def test_nothing_times_an_endless_range_is_nothing():
    assert (0 * one_each([5, 7], "number", ANY)).range == (0, 0)
    assert (-2 * one_each([5, 7], "number", (0, math.inf))).range == (-math.inf, 0)


def test_curves_are_paired_by_layer():
    curves, weights = one_each([[1, 0], [0, 1]]), one_each([1, 0])
    assert np.array_equal((curves * weights).values["scene 0"], [1, 0])
    with pytest.raises(ValueError, match="2 layers do not go with 3"):
        curves - one_each([[1, 0, 0], [0, 1, 1]])


def test_scenes_that_only_one_side_knows_are_refused():
    with pytest.raises(ValueError, match=r"only one side knows 'scene 2' \(and 1 more\)"):
        one_each([1, 0]) - one_each([1, 0, 1, 1])


def test_sides_that_group_a_scene_differently_are_refused():
    with pytest.raises(ValueError, match="group 'a' differently"):
        Scores({"a": 1}, {"a": "1"}, "share", (0, 1)) - Scores({"a": 1}, {"a": "2"}, "share", (0, 1))


def test_scores_go_with_scores_and_numbers_only():
    with pytest.raises(TypeError, match="with scores or a number, not str"):
        one_each([1]) + "1"


def test_scores_that_were_made_into_others_are_no_combination_any_more():
    """Whether two numbers are the same is a share, whatever range the numbers have."""
    number = replace(one_each([1, 0]), kind="number", range=(0, math.inf))
    equal = replace(number - number, values=dict.fromkeys(number.values, 1.0), kind="share", range=(0, 1))
    assert (1 - equal).range == (0, 1)


def test_scores_of_the_same_range_with_other_values_are_no_combination_either():
    """What was replaced by hand cancels nothing, although its range says nothing of that."""
    plain = one_each([1, 0, 1])
    other = replace(plain, values=dict.fromkeys(plain.values, 0.0))
    assert (plain - other).range == (-1, 1)
    assert max((plain - other).values.values()) == 1
