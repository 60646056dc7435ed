"""How many scenes a decision takes, from those that there are."""

import numpy as np
import pytest

from tests.statistics.random_scores import ANY, one_each
from vtmetrics.statistics.confidence import Sample
from vtmetrics.statistics.estimation import estimate, level_of, needed
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Verdict, about, at_least, judge

FIVE = at_least(0.95, "five points")
NORMAL = np.random.default_rng(0).normal(0.2, 1, 64)


@pytest.mark.parametrize(("cases", "fewest"), [(1, 72), (3, 94), (9, 115)])
@pytest.mark.parametrize("n", [1, 30, 300])
def test_full_agreement_needs_the_same_however_many_there_are(cases, fewest, n):
    assert needed(one_each([1] * n), FIVE, level_of(cases)) == fewest


@pytest.mark.parametrize(
    "values", [[1] * 29 + [0.97], [1] * 29 + [0], [0.5] * 7 + [0.9, 1]], ids=["nearly", "never", "far"]
)
def test_it_is_the_smallest_number_that_decides(values):
    """As found by trying them all, as far as that goes."""
    sample = Sample.of(one_each(values))
    tried = (n for n in range(1, 400) if judge(sample.interval(0.95, n), FIVE) is not Verdict.UNDECIDED)
    assert needed(one_each(values), FIVE) == next(tried, None) or next(tried, None) is None


def test_what_it_says_is_enough():
    values = [1] * 27 + [0]
    n = needed(one_each(values), at_least(0.9, "ten points"))
    again = -(-n // len(values))
    assert judge(estimate(one_each(values)), at_least(0.9, "ten points")) is Verdict.UNDECIDED
    assert judge(estimate(one_each(values * again)), at_least(0.9, "ten points")) is Verdict.SUPPORTED


def test_numbers_need_what_their_spread_takes():
    """About (2 · spread / distance)², by the same bootstrap."""
    n = needed(one_each(NORMAL, "number", ANY), about(NORMAL.mean(), 0.1, "a tenth"))
    assert n == pytest.approx((2 * NORMAL.std() / 0.1) ** 2, rel=0.1)


def test_numbers_need_at_least_twenty_groups():
    assert needed(one_each(NORMAL, "number", ANY), at_least(-9, "far below")) == 20


def test_statistics_need_what_their_replicates_take():
    replicates = {str(i): np.delete(NORMAL, i).mean() for i in range(64)}
    fitted = Fitted(NORMAL.mean(), replicates, ANY)
    n = needed(fitted, about(NORMAL.mean(), 0.1, "a tenth"))
    assert n == pytest.approx((2 * NORMAL.std() / 0.1) ** 2, rel=0.1)


@pytest.mark.parametrize(
    "scores",
    [one_each([]), one_each([0.9, 1] * 20), one_each([0.95] * 40, "number", ANY)],
    ids=["nothing", "on the border", "all equal"],
)
def test_what_no_number_of_scenes_decides_is_none(scores):
    assert needed(scores, FIVE) is None
