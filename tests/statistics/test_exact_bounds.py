"""Exact bounds, against closed forms and against the simulation that they replace."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaincinv
from scipy.stats import multinomial

from tests.statistics.random_scores import lawful
from vtmetrics.statistics.exact_bounds import mean_bounds

shares = st.lists(st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1), min_size=1, max_size=12).map(np.array)


@pytest.mark.parametrize(("right", "n"), [(24, 24), (0, 24), (21, 24), (97, 100), (1, 1), (1999, 2000)])
def test_right_and_wrong_give_clopper_and_pearson(right, n):
    low = betaincinv(right, n - right + 1, 0.025) if right else 0
    high = betaincinv(right + 1, n - right, 0.975) if right < n else 1
    values = np.repeat([0.0, 1.0], [n - right, right])
    assert mean_bounds(values, (0, 1), 0.95) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        np.repeat([-1.0, 0, 1], [4, 95, 1]),
        np.random.default_rng(0).beta(20, 1, 30),
        np.array([0.2, 0.7]),
        np.repeat([0.3, 0.300001], [99, 1]),
        np.random.default_rng(1).random(500),
    ],
    ids=["lost and gained", "skewed", "two", "nearly equal", "many"],
)
def test_one_integral_gives_what_many_weights_drawn_give(values):
    """The same quantiles of Dirichlet means by plain simulation, within its error."""
    rng = np.random.default_rng(0)
    weights = rng.exponential(size=(20_000, len(values) + 1))
    weights /= weights.sum(axis=1, keepdims=True)
    low, high = mean_bounds(values, (-1, 1), 0.95)
    assert np.mean(weights @ [*np.sort(values), 1.0] > high) == pytest.approx(0.025, abs=0.0045)
    assert np.mean(weights @ [-1.0, *np.sort(values)] < low) == pytest.approx(0.025, abs=0.0045)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
@pytest.mark.parametrize("middle", [0.1, 0.5, 0.9])
def test_no_population_of_three_values_is_missed_too_often(n, middle):
    """All samples of thousands of populations, without chance: 2.5 in a hundred a side, however few."""
    values = np.array([0, middle, 1])
    samples = np.array([(i, j, n - i - j) for i in range(n + 1) for j in range(n + 1 - i)])
    rng = np.random.default_rng(0)
    shares = np.vstack([rng.dirichlet(many, 2000) for many in ([1, 1, 1], [5, 0.3, 0.1], [0.1, 0.3, 5])])
    chances = np.array([multinomial.pmf(sample, n, shares) for sample in samples])
    low, high = np.array([mean_bounds(np.repeat(values, sample), (0, 1), 0.95) for sample in samples]).T
    for missed in (low[:, None] > shares @ values, high[:, None] < shares @ values):
        assert (chances * missed).sum(axis=0).max() <= 0.025


def test_one_value_and_the_end_give_a_uniform_between_them():
    assert mean_bounds(np.array([0.5]), (0, 1), 0.9) == pytest.approx((0.025, 0.975), abs=1e-9)


@given(shares, st.floats(0.5, 0.999))
@lawful
def test_bounds_lie_around_the_mean_and_in_the_range(values, level):
    low, high = mean_bounds(values, (0, 1), level)
    assert 0 <= low <= values.mean() <= high <= 1


@given(shares)
@lawful
def test_bounds_follow_a_change_of_unit(values):
    """Percent instead of shares, or errors instead of successes, say the same."""
    low, high = mean_bounds(values, (0, 1), 0.95)
    assert mean_bounds(100 * values - 50, (-50, 50), 0.95) == pytest.approx(
        (100 * low - 50, 100 * high - 50), abs=1e-5
    )
    assert mean_bounds(1 - values, (0, 1), 0.95) == pytest.approx((1 - high, 1 - low), abs=1e-7)


@given(shares, st.integers(1, 40))
@lawful
def test_more_scenes_of_the_same_kind_only_narrow(values, more):
    """Repeated to any length, also in fractions, the interval stays inside: no verdict is taken back."""
    low, high = mean_bounds(values, (0, 1), 0.95)
    new_low, new_high = mean_bounds(values, (0, 1), 0.95, len(values) + more)
    assert low - 1e-7 <= new_low <= new_high <= high + 1e-7


@given(shares)
@lawful
def test_a_higher_level_is_wider(values):
    low, high = mean_bounds(values, (0, 1), 0.95)
    lower, higher = mean_bounds(values, (0, 1), 0.995)
    assert lower <= low <= high <= higher


@given(shares)
@lawful
def test_twice_the_scenes_are_the_scenes_twice(values):
    assert mean_bounds(values, (0, 1), 0.95, 2 * len(values)) == pytest.approx(
        mean_bounds(np.repeat(values, 2), (0, 1), 0.95), abs=1e-7
    )


@pytest.mark.parametrize("values", [[0.5, 1.5], [-0.1, 0.2, 0.4], [0.5, np.nan]])
def test_a_value_outside_its_ends_is_refused_at_once(values):
    """The search for a bound would go on for ever."""
    with pytest.raises(ValueError, match=r"where all values lie from 0 to 1, not (1.5|-0.1|nan)"):
        mean_bounds(np.array(values), (0, 1), 0.95)
    with pytest.raises(ValueError, match=r"where all values lie from 1 to 1"):
        mean_bounds(np.array(values), (1, 1), 0.95)


def test_rounding_beyond_an_end_is_none():
    assert mean_bounds(np.array([1 + 1e-15, 1.0]), (0, 1), 0.95) == mean_bounds(np.ones(2), (0, 1), 0.95)
    assert mean_bounds(np.array([2 + 1e-15]), (2, 2), 0.95) == (2, 2)
