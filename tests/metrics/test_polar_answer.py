"""Is yes found where each of those who evaluate POPE find it, and counted as they count?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.metrics import polar_accuracy, pope
from vtmetrics.metrics.polar_wording import RULES, polar

SAID = st.sampled_from(["yes", "no", "Yes, there is.", "No.", "not here", "Maybe", "", "NO", "yes and no"])
PAIRS = st.lists(st.tuples(SAID, st.sampled_from(["yes", "no"])), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "official", "lmms", "vlmevalkit", "strict"),
    [
        ("yes", "yes", "yes", "yes", "yes"),
        ("No", "no", "no", "no", "no"),
        ("No, there is none.", "no", "", "no", "no"),
        ("There is not. Yes.", "no", "", "yes", ""),
        ("Yes. It is not red.", "yes", "", "yes", "yes"),
        ("Maybe", "yes", "", "", ""),
        ("", "yes", "", "", ""),
        ("NO", "yes", "no", "no", "no"),
        ("no!", "yes", "", "no", "no"),
        (" Yes ", "yes", "yes", "yes", "yes"),
        ("yes or no", "no", "", "", "yes"),
        ("nothing", "yes", "", "", ""),
        ("**No**", "yes", "", "", "no"),
    ],
)
def test_each_rule_reads_as_its_code_does(text, official, lmms, vlmevalkit, strict):
    assert tuple(polar(text, rule) for rule in RULES) == (official, lmms, vlmevalkit, strict)


def plainest(pairs, rule):
    """Answer by answer, as the official code counts."""
    counts = dict.fromkeys(["TP", "FP", "TN", "FN", "unparsed"], 0)
    for said, meant in pairs:
        found = polar(said, rule)
        if not found:
            counts["unparsed"] += 1
            counts["FN"] += meant == "yes" and rule != "lmms"
        elif found == "yes":
            counts["TP" if meant == "yes" else "FP"] += 1
        else:
            counts["TN" if meant == "no" else "FN"] += 1
    return counts


@given(PAIRS, st.sampled_from(RULES))
def test_scores_are_those_of_the_plainest_count(pairs, rule):
    found = pope([said for said, _ in pairs], [meant for _, meant in pairs], definition=rule)
    n = plainest(pairs, rule)
    assert found.accuracy == pytest.approx((n["TP"] + n["TN"]) / len(pairs))
    assert found.yes_rate == pytest.approx((n["TP"] + n["FP"]) / len(pairs))
    assert found.unparsed == pytest.approx(n["unparsed"] / len(pairs))
    for share, right, wrong in (
        (found.precision, n["TP"], n["FP"]),
        (found.recall, n["TP"], n["FN"]),
        (found.f1, 2 * n["TP"], n["FP"] + n["FN"]),
    ):
        assert share == (pytest.approx(right / (right + wrong)) if right + wrong else None)


@given(PAIRS, st.sampled_from(RULES))
def test_a_corpus_is_the_mean_of_its_answers_in_any_order(pairs, rule):
    said, meant = [one for one, _ in pairs], [one for _, one in pairs]
    each = [polar_accuracy(one, other, definition=rule) for one, other in pairs]
    found = pope(said, meant, definition=rule)
    assert found.accuracy == pytest.approx(sum(each) / len(each))
    assert pope(said[::-1], meant[::-1], definition=rule) == found


def test_who_always_says_yes_is_right_half_the_time_and_shown():
    """POPE's own reason to tell the rate of yes beside the accuracy."""
    found = pope(["yes"] * 6, ["yes", "no"] * 3)
    assert (found.accuracy, found.recall, found.precision, found.yes_rate) == (0.5, 1, 0.5, 1)
    assert found.f1 == pytest.approx(2 / 3)


def test_what_is_no_corpus_is_refused():
    with pytest.raises(ValueError, match="as many references, got 1 and 0"):
        pope(["yes"], [])
    with pytest.raises(ValueError, match="got 0 and 0"):
        pope([], [])
    with pytest.raises(ValueError, match="one of them, not 'maybe'"):
        polar_accuracy("yes", "maybe")
    with pytest.raises(ValueError, match="one of official, lmms, vlmevalkit, strict, not 'x'"):
        polar_accuracy("yes", "yes", definition="x")
