"""A conjunction is supported if all parts are, refuted by one at a stricter level, and shows its weakest."""

import pytest

from tests.statistics.random_scores import one_each
from vtmetrics.statistics import Verdict, all_of, at_least, at_most, decide, decide_parts, estimate, needed

HALF = at_least(0.5, "half")


def shares(right, of=128):
    return one_each([1.0] * right + [0.0] * (of - right), "share", (0, 1))


def test_all_parts_have_to_be_supported():
    good, poor = shares(120), shares(70)
    assert decide(all_of({"a": good, "b": good}), HALF).verdict is Verdict.SUPPORTED
    found = decide(all_of({"a": good, "b": poor}), HALF)
    assert (found.verdict, found.part) == (Verdict.UNDECIDED, "b")
    assert (found.found.low, found.found.high) == (estimate(poor).low, estimate(poor).high)


def test_one_part_refutes_at_a_stricter_level():
    """At 95 % 50 of 128 are below a half; of six such parts one is by chance, so each needs more."""
    low = shares(50)
    assert decide(low, HALF).verdict is Verdict.REFUTED
    several = all_of({str(number): shares(120) for number in range(5)} | {"low": low})
    assert decide(several, HALF).verdict is Verdict.UNDECIDED
    lower = all_of({**several.parts, "low": shares(30)})
    assert (decide(lower, HALF).verdict, decide(lower, HALF).part) == (Verdict.REFUTED, "low")
    assert decide(lower, HALF).found.level == pytest.approx(1 - 0.05 / 6)
    verdicts = {name: part.verdict for name, part in decide_parts(lower, HALF).items()}
    assert verdicts == {str(number): Verdict.SUPPORTED for number in range(5)} | {"low": Verdict.REFUTED}


def test_where_there_is_a_layer_is_said_every_other_must_be_refuted_too():
    low, open_yet = all_of({"a": shares(10)}), all_of({"a": shares(66)})
    assert decide(low.or_else(low), HALF).verdict is Verdict.REFUTED
    assert decide(low.or_else(low, open_yet), HALF).verdict is Verdict.UNDECIDED
    assert decide(all_of({"a": shares(120)}).or_else(low), HALF).verdict is Verdict.SUPPORTED


def test_it_needs_as_many_scenes_as_its_hungriest_part():
    some, more = shares(75), shares(70)
    whole = all_of({"a": some, "b": more, "c": shares(120)})
    assert needed(whole, HALF) == needed(more, HALF) > needed(some, HALF)


def test_a_part_outside_can_only_refute():
    """More scenes never make it true; the one that shows so soonest decides, of each that would do."""
    below, far = shares(58), shares(52)
    whole = all_of({"a": below, "b": far, "c": shares(120)})
    assert needed(whole, HALF) == needed(far, HALF, 1 - 0.05 / 3)
    assert needed(whole.or_else(all_of({"a": below})), HALF) == needed(below, HALF)
    assert needed(whole.or_else(all_of({"a": shares(70)})), HALF) is None


def test_what_is_missing_in_one_part_is_missing():
    whole = all_of({"a": one_each([0.0, 1.0], "share", (0, 1)), "b": one_each([-1.0, 1.0], "share", (-2, 1))})
    assert whole.range == (-2, 1)
    assert (whole.missing, whole.excluded) == ({}, {})


def test_no_parts_and_parts_of_parts_are_refused():
    with pytest.raises(ValueError, match="at least one part"):
        all_of({})
    with pytest.raises(TypeError, match="must be Scores or Fitted, not float"):
        all_of({"a": 0.5})
    with pytest.raises(TypeError, match="must be Scores or Fitted, not Conjunction"):
        all_of({"a": all_of({"b": shares(1)})})


def test_several_numbers_can_be_controls_and_have_no_difference():
    finding = all_of({"a": shares(120)}).against(other=shares(5)).sensitive_to(shares(100), at_most(1, "any"))
    assert set(finding.controls) == {"other"}
