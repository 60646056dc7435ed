"""Statistics of the whole set, and their jackknife interval."""

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from tests.statistics.random_scores import ANY
from vtmetrics.statistics.bootstrap import tail_of
from vtmetrics.statistics.estimation import estimate
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.scores import Scores

X = np.random.default_rng(0).normal(size=40)


def fitted(statistic, x=X, ends=ANY):
    """A statistic of numbers with one number in every group."""
    return Fitted(statistic(x), {str(i): statistic(np.delete(x, i)) for i in range(len(x))}, ends)


def scores(values, kind):
    """Every scene a group of its own."""
    return Scores(values, {name: name for name in values}, kind, (0, 1))


def test_the_jackknife_of_a_mean_is_students_interval():
    found = estimate(fitted(np.mean))
    reach = stdtrit(39, 1 - tail_of(0.95, 40)) * X.std(ddof=1) / math.sqrt(40)
    assert (found.low, found.high) == pytest.approx((X.mean() - reach, X.mean() + reach))
    assert (found.method, found.kind, found.groups, found.scenes) == ("jackknife", "fitted", 40, 40)


@pytest.mark.parametrize("replicates", [19, 0])
def test_a_statistic_of_few_groups_is_undecided(replicates):
    found = estimate(fitted(np.mean, X[:19]) if replicates else Fitted(0.5, {}, (0, 1)))
    assert (found.low, found.high, found.method) == (-math.inf, math.inf, "none")


def test_replicates_that_do_not_move_get_the_bound_of_the_range_or_none():
    """A probe that is perfect without any group may still err on the next: no interval of width zero."""
    still = dict.fromkeys(map(str, range(100)), 1)
    found, mean = estimate(Fitted(1, still, (0, 1))), estimate(scores(dict(still), "share"))
    assert (found.low, found.high, found.method) == (mean.low, 1, "exact")
    assert 0.9 < found.low < 1
    assert estimate(Fitted(1, still, ANY)).method == "none"
    assert estimate(Fitted(1, still | {"0": 0.999}, (0, 1))).method == "none"


def test_an_interval_ends_where_the_range_does():
    assert estimate(fitted(lambda x: 1 - x.var() / 100, ends=(0, 1)), 0.999).high <= 1


def test_statistics_are_combined_group_by_group():
    mean, spread = fitted(np.mean), fitted(np.std)
    assert estimate(mean - mean).value == 0
    doubled, known = estimate(2 * mean), estimate(mean)
    assert (doubled.low, doubled.high) == pytest.approx((2 * known.low, 2 * known.high))
    assert (1 - mean).value == 1 - mean.value
    share = fitted(lambda x: (x > 0).mean(), ends=(0, 1))
    assert ((share - share).range, (share + share).range) == ((-1, 1), (0, 2))
    assert (mean * spread).replicates["3"] == mean.replicates["3"] * spread.replicates["3"]
    with pytest.raises(ValueError, match="fitted to different groups"):
        mean + fitted(np.mean, X[:30])
    with pytest.raises(TypeError, match="with another or a number"):
        mean + "1"


@pytest.mark.parametrize(("value", "replicate"), [(math.nan, 0), (0, math.inf), (2, 0), (0, -1)])
def test_a_statistic_is_a_number_in_its_range(value, replicate):
    with pytest.raises(ValueError, match=r"must be a number from 0.0 to 1.0"):
        Fitted(value, {"a": replicate}, (0, 1))
