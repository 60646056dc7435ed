"""Intervals refuse what nothing could refute, and print as the report wants them."""

import math

import pytest

from vtmetrics.statistics.interval import Interval, about, at_least, at_most, between


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (at_least(0.95, "why"), "≥ 0.95"),
        (at_most(-0.1, "why"), "≤ −0.1"),
        (between(0.5, 0.7, "why"), "0.5 … 0.7"),
        (about(0, 0.1, "why"), "0 ± 0.1"),
        (about(0.7, 0.1, "why"), "0.7 ± 0.1"),
        (at_least(0, "why"), "≥ 0"),
    ],
)
def test_an_interval_prints_as_the_report_wants_it(interval, text):
    assert str(interval) == text


@pytest.mark.parametrize(
    ("ends", "complaint"),
    [
        ((math.nan, 1), "needs two numbers, not nan and 1"),
        ((0, math.nan), "needs two numbers"),
        ((1, 0), "goes from low to high, not from 1 to 0"),
        ((math.inf, math.inf), "goes from low to high"),
        ((-math.inf, -math.inf), "goes from low to high"),
        ((-math.inf, math.inf), "nothing could refute the whole line"),
    ],
)
def test_what_is_no_interval_is_refused(ends, complaint):
    with pytest.raises(ValueError, match=complaint):
        Interval(*ends, "why")


@pytest.mark.parametrize("because", ["", "  ", None])
@pytest.mark.parametrize(
    "make", [lambda why: at_least(0, why), lambda why: about(0, 1, why)], ids=["open", "closed"]
)
def test_an_interval_needs_a_reason(make, because):
    with pytest.raises(ValueError, match="needs the reason"):
        make(because)


@pytest.mark.parametrize(("centre", "within"), [(math.nan, 1), (0, -0.1), (math.inf, 1), (0, math.inf)])
def test_about_needs_a_place_and_a_distance(centre, within):
    with pytest.raises(ValueError, match="distance of at least 0"):
        about(centre, within, "why")


def test_how_an_interval_was_said_is_no_part_of_what_it_says():
    assert about(0, 1, "why") == between(-1, 1, "why")
    assert at_least(0, "why") != at_least(0, "because")


@pytest.mark.parametrize(
    ("interval", "covers"),
    [
        (at_least(0, "why"), True),
        (between(-1, 1, "why"), True),
        (between(0, 1, "why"), True),
        (at_least(1e-9, "why"), False),
        (at_most(0.5, "why"), False),
    ],
)
def test_an_interval_knows_whether_a_range_leaves_anything_out(interval, covers):
    """Expecting a share to be at least 0 is a claim that nothing could refute."""
    assert interval.covers((0, 1)) is covers
