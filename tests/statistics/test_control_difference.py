"""By how much a claim does better than a control: paired, on other scenes, and in which unit."""

import math

import numpy as np
import pytest

from tests.statistics.random_scores import one_each
from vtmetrics.statistics.confidence import Bounds, Sample
from vtmetrics.statistics.control_difference import difference_to, square_and_add
from vtmetrics.statistics.finding import Control
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import about, at_least, at_most
from vtmetrics.statistics.scores import Scores

FITTED = Fitted(0.5, {"a": 0.5, "b": 0.4}, (0, 1))
ABOVE, BELOW = at_least(0.5, "half"), at_most(0.5, "half")


def elsewhere(values):
    """Scores of scenes that nobody else knows."""
    names = [f"other {number}" for number in range(len(values))]
    groups = {name: name for name in names}
    return Scores(dict(zip(names, values, strict=True)), groups, "share", (0, 1))


def test_it_is_paired_on_the_same_scenes():
    own, control = one_each([1, 1, 1, 0] * 10), one_each([1, 0, 1, 0] * 10)
    found = difference_to(Control(control), own, ABOVE)
    assert found.value == pytest.approx(0.25)
    assert found.expected.low == 0.1
    assert found.interval(0.95) == Sample.of(own - control).interval(0.95)


def test_fitted_numbers_of_the_same_groups_are_paired():
    """What both have in common cancels, which two intervals apart would count twice."""
    groups = [f"g{number}" for number in range(30)]
    own = Fitted(0.5, {group: 0.5 + place / 1000 for place, group in enumerate(groups)}, (0, 1))
    control = own - 0.3
    found = difference_to(Control(control, by=0.1), own, ABOVE)
    assert (found.value, found.expected.low) == (pytest.approx(0.3), 0.1)
    assert found.interval(0.95) == Sample.of(own - control).interval(0.95)
    elsewhere_fitted = Fitted(0.2, {f"other {group}": 0.2 for group in groups}, (0, 1))
    assert difference_to(Control(elsewhere_fitted, by=0.1), own, ABOVE).worse is not None


def test_what_is_expected_below_a_number_is_better_the_lower_it_is():
    own, control = one_each([0, 0, 1, 0] * 10), one_each([1, 0, 1, 0] * 10)
    assert difference_to(Control(control), own, BELOW).value == pytest.approx(0.25)


def test_on_other_scenes_the_two_intervals_are_combined():
    own, control = one_each([1] * 40), elsewhere([0.0] * 36 + [1.0] * 4)
    low, high, method = difference_to(Control(control), own, ABOVE).interval(0.95)
    one, other = Sample.of(own).interval(0.95), Sample.of(control).interval(0.95)
    assert method == "square-and-add"
    assert low == pytest.approx(0.9 - math.hypot(1 - one.low, other.high - 0.1))
    assert high == pytest.approx(0.9 + math.hypot(one.high - 1, 0.1 - other.low))


def test_square_and_add_covers_a_difference_of_independent_means():
    """Nominal 95 %, of shares by exact bounds and so a little more."""
    rng, covered = np.random.default_rng(4), 0
    for _ in range(200):
        own, control = one_each(rng.binomial(1, 0.9, 60)), elsewhere(rng.binomial(1, 0.7, 60).astype(float))
        low, high, _ = difference_to(Control(control), own, ABOVE).interval(0.95)
        covered += low <= 0.2 <= high
    assert covered >= 186


def test_nothing_is_said_of_a_side_that_has_nothing():
    assert square_and_add((None, Bounds(-math.inf, math.inf, "none")), (0.5, Bounds(0.4, 0.6, "exact"))) == (
        -math.inf,
        math.inf,
        "none",
    )


@pytest.mark.parametrize(
    ("own", "control", "expected"),
    [
        (one_each([1, 0]), Control(one_each([1, 0])), about(0.5, 0.1, "equal")),
        (one_each([1, 0], "number"), Control(one_each([1, 0], "number")), ABOVE),
        (
            Fitted(0.5, {"a": 0.5, "b": 0.4}, (0, 1)),
            Control(Fitted(0.2, {"a": 0.2, "b": 0.1}, (0, 1))),
            ABOVE,
        ),
    ],
    ids=["two-sided", "number", "fitted"],
)
def test_without_a_direction_or_a_unit_there_is_none(own, control, expected):
    assert difference_to(control, own, expected) is None


def test_a_stated_margin_gives_numbers_a_difference():
    own, control = one_each([0.9, 0.8] * 20, "number"), one_each([0.1, 0.3] * 20, "number")
    found = difference_to(Control(control, by=0.2), own, ABOVE)
    assert found.expected.low == 0.2
    assert found.value == pytest.approx(0.65)


@pytest.mark.parametrize("by", [0, -0.1, math.inf, math.nan])
def test_a_margin_is_a_number_above_nothing(by):
    with pytest.raises(ValueError, match="by a number above 0"):
        one_each([1, 0]).against(noise=one_each([0, 1]), by=by)
