"""The laws of judging."""

import pytest
from hypothesis import given

from tests.statistics.random_scores import intervals, lawful, spans
from vtmetrics.statistics.interval import Verdict, at_least, at_most, between, judge

found = spans.map(lambda ends: between(*ends, "found"))


@given(found, intervals())
@lawful
def test_a_verdict_is_one_of_three(found, expected):
    """Inside, outside or across: never two of them, and undecided only across a border."""
    inside, outside = found in expected, expected.isdisjoint(found)
    assert not (inside and outside)
    assert judge(found, expected) is (
        Verdict.SUPPORTED if inside else Verdict.REFUTED if outside else Verdict.UNDECIDED
    )
    across = found.low < expected.low <= found.high or found.low <= expected.high < found.high
    assert (judge(found, expected) is Verdict.UNDECIDED) == across


@given(found, spans, intervals())
@lawful
def test_widening_what_was_found_never_flips_a_verdict(found, other, expected):
    wider = between(min(found.low, other[0]), max(found.high, other[1]), "wider")
    assert judge(wider, expected) in (judge(found, expected), Verdict.UNDECIDED)


@given(found, spans, spans)
@lawful
def test_what_supports_a_claim_supports_a_weaker_one(found, expected, other):
    strong = between(*expected, "strong")
    weak = between(min(expected[0], other[0]), max(expected[1], other[1]), "weak")
    if judge(found, strong) is Verdict.SUPPORTED:
        assert judge(found, weak) is Verdict.SUPPORTED
    if judge(found, weak) is Verdict.REFUTED:
        assert judge(found, strong) is Verdict.REFUTED


@pytest.mark.parametrize(
    ("low", "high", "expected", "verdict"),
    [
        (0.95, 1, at_least(0.95, "why"), Verdict.SUPPORTED),
        (0.9, 0.95, at_least(0.95, "why"), Verdict.UNDECIDED),
        (0.9, 0.94, at_least(0.95, "why"), Verdict.REFUTED),
        (-0.2, -0.1, at_most(-0.1, "why"), Verdict.SUPPORTED),
        (0, 1, between(0.4, 0.6, "why"), Verdict.UNDECIDED),
    ],
)
def test_borders_belong_to_both_sides(low, high, expected, verdict):
    """What only touches the expected interval is not outside of it."""
    assert judge(between(low, high, "found"), expected) is verdict
