"""A contrast has the sign of the ratios that it stands for, and needs no division."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.statistics import estimate
from vtmetrics.statistics.combined import larger_share, mean_of, rescaled
from vtmetrics.statistics.scores import Scores
from vtmetrics.unmeasured import NotMeasured

shares = st.floats(0.05, 1)


def scores(**values):
    return Scores(values, dict.fromkeys(values, "") | {name: name for name in values}, "number", (0, 1))


@given(shares, shares, shares, shares, st.floats(0, 0.5))
def test_it_has_the_sign_of_the_difference_of_ratios(one, of_one, other, of_other, by):
    wanted = one / of_one - other / of_other - by
    found = larger_share(*(scores(a=value) for value in (one, of_one, other, of_other)), by=by)
    assert found.values["a"] == pytest.approx(wanted * of_one * of_other, abs=1e-12)


def test_where_nothing_could_change_it_is_nothing():
    nothing = scores(a=0.0)
    assert larger_share(nothing, nothing, nothing, nothing, by=0.1).values["a"] == 0


def test_a_mean_is_taken_scene_by_scene():
    found = mean_of(scores(a=0.0, b=1.0), scores(a=1.0, b=1.0), scores(a=0.5, b=0.4))
    assert found.values == pytest.approx({"a": 0.5, "b": 0.8})
    assert found.range == (0, 1)


def test_rescaled_scores_have_the_ratio_of_the_means_over_groups_as_their_mean():
    right, wrong = scores(a=0.9, b=0.7, c=0.8), scores(a=0.3, b=0.5, c=0.1)
    found = estimate(rescaled(right, wrong))
    assert found.value == pytest.approx((0.8 - 0.3) / (1 - 0.3))


def test_that_the_wrong_value_is_measured_too_is_in_the_interval():
    """Each scene keeps half of what it could: the ratio is certain, however much wrong scenes vary."""
    wrong = scores(a=0.1, b=0.5, c=0.9)
    right = wrong * 0.5 + 0.5
    assert list(rescaled(right, wrong).values.values()) == pytest.approx([0.5] * 3)


def test_only_scenes_with_both_scores_are_rescaled():
    right, wrong = scores(a=0.9, b=0.5), scores(a=0.4, b=0.5)
    lacking = replace(wrong, values={"a": 0.4}, missing={"b": "no donor"})
    found = rescaled(right, lacking)
    assert (found.values, found.missing) == ({"a": pytest.approx(5 / 6)}, {"b": "no donor"})


@pytest.mark.parametrize(("wrong", "why"), [({"a": 1.0}, "score 1 as well"), ({}, "no scene has both")])
def test_where_nothing_is_to_be_had_nothing_is_rescaled(wrong, why):
    lacking = replace(scores(a=0.5), values=wrong, missing={} if wrong else {"a": "no donor"})
    with pytest.raises(NotMeasured, match=why):
        rescaled(scores(a=0.5), lacking)
