"""A contrast has the sign of the ratios that it stands for, and needs no division."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.statistics.combined import larger_share, mean_of
from vtmetrics.statistics.scores import Scores

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
