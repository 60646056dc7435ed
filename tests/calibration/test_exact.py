"""Exact standing: where numbers lie if the scenes are all that there are."""

import pytest

from fixtures.calibration.exact import is_matched, margin, numbers, value_of
from vtmetrics.statistics.conjunction import all_of
from vtmetrics.statistics.interval import about, at_least, at_most
from vtmetrics.statistics.scores import Scores

HALF = at_least(0.5, "half")


def share(value, scenes=10):
    names = [str(number) for number in range(scenes)]
    values = {name: float(number < value * scenes) for number, name in enumerate(names)}
    return Scores(values=values, groups={name: name for name in names}, kind="share", range=(0, 1))


@pytest.mark.parametrize(
    ("expected", "inside"), [(HALF, 0.2), (at_most(0.5, "half"), -0.2), (about(0.6, 0.2, "about it"), 0.1)]
)
def test_a_number_lies_so_far_inside_or_outside(expected, inside):
    assert margin(0.7, expected) == pytest.approx(inside)


def test_of_several_numbers_the_nearest_to_failing_counts():
    several = all_of({"first": share(0.9), "second": share(0.4), "third": share(0.6)})
    assert value_of(several, HALF) == 0.4
    assert value_of(share(0.7), HALF) == 0.7


def test_of_conjunctions_that_would_all_do_the_best_counts():
    """There is a layer: if not this one then another."""
    first, other = all_of({"one": share(0.2), "two": share(0.9)}), all_of({"one": share(0.6)})
    assert value_of(first.or_else(other), HALF) == 0.6
    assert value_of(other.or_else(first), HALF) == 0.6


@pytest.mark.parametrize(
    ("control", "matched"),
    [(0.3, False), (0.5, False), (0.7, False), (0.8, False), (0.9, True), (1.0, True)],
)
def test_a_control_is_matched_inside_and_less_than_the_margin_behind(control, matched):
    """Of the claim's nine tenths a tenth is wanted; what is not half is beaten anyhow."""
    finding = share(0.9).against(other=share(control))
    assert is_matched(finding, HALF) is matched


def test_every_arm_has_its_number_and_every_part():
    finding = all_of({"a": share(0.1), "b": share(0.2)}).against(other=share(0.3))
    told = finding.sensitive_to(share(0.4), HALF)
    assert numbers(told) == {"a": 0.1, "b": 0.2, "other": 0.3, "sensitivity": 0.4}
    assert numbers(share(0.5).sensitive_to(share(1), HALF)) == {"": 0.5, "sensitivity": 1}
