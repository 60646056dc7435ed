"""The bootstrap-t: what few groups leave out of each side, and which numbers are too nearly equal for it."""

import numpy as np
import pytest

from tests.statistics.random_scores import ANY, one_each
from vtmetrics.statistics.bootstrap import bootstrap_t, tail_of
from vtmetrics.statistics.estimation import estimate

EXPONENTIAL = np.random.default_rng(3).exponential(size=40)


@pytest.mark.parametrize(("groups", "tail"), [(25, 0.0125), (75, 0.01875), (10_000_000, 0.025)])
def test_few_groups_get_half_of_a_tail_and_many_all_of_it(groups, tail):
    """They show too little of a long tail; so the exponential's border is wrong 2.5 % a side and not 4."""
    assert tail_of(0.95, groups) == pytest.approx(tail, rel=1e-4)


@pytest.mark.parametrize(("others", "method"), [(3, "none"), (4, "bootstrap-t")])
def test_all_but_three_of_two_hundred_are_nearly_equal(others, method):
    """One resample in twenty misses three others, which is more than the 2.5 % that a side leaves out."""
    values = [0.0] * (200 - others) + [0.1 * place for place in range(1, others + 1)]
    assert estimate(one_each(values, "number", ANY)).method == method


def test_the_longer_arm_reaches_where_the_longer_tail_is():
    """That of a mean whose few large numbers may be missing: percentiles of resampled means would not."""
    low, high = bootstrap_t(EXPONENTIAL, 0.95)
    assert high - EXPONENTIAL.mean() > 1.3 * (EXPONENTIAL.mean() - low)
