"""What texts share with the truth is told apart from what their length alone would give."""

import pytest

from vtmetrics.inputs.scene import Scene
from vtmetrics.metrics import rouge_l
from vtmetrics.readings.texts import Texts, beyond_length, clipped, donors, length_ratio, overlap

GOLD = "red cube , blue star"
GROUPS = {"a": "a", "b": "b"}


def texts(a, b=GOLD, **told):
    return Texts({"a": a, "b": b}, {"a": GOLD, "b": GOLD}, GROUPS, told.pop("missing", {}))


def test_a_text_that_is_right_as_far_as_it_goes_lacks_nothing_but_length():
    short, whole = texts("red cube"), texts(GOLD)
    assert overlap(short, rouge_l).values["a"] < overlap(whole, rouge_l).values["a"] == 1
    assert beyond_length(short, whole, rouge_l).values["a"] == 0


def test_a_metric_is_told_what_was_said_and_then_what_is_true():
    """BLEU asks how much of what was said is true, and not how much of the truth was said."""

    def precision(said, meant):
        return sum(word in meant[0].split() for word in said.split()) / len(said.split())

    found = overlap(texts("red", "blue ball , red cube"), precision)
    assert found.values == {"a": 1, "b": pytest.approx(4 / 5)}


def test_a_text_of_the_same_length_that_is_wrong_lacks_what_it_says_wrong():
    lost = beyond_length(texts("green cube , blue ball"), texts(GOLD), rouge_l)
    assert lost.values == {"a": pytest.approx(-1 / 2), "b": 0}


def test_a_longer_text_is_compared_with_the_whole_one():
    assert clipped(texts(GOLD), texts(GOLD + " , red ball")).written["a"] == GOLD
    assert clipped(texts(GOLD), texts("")).written["a"] == ""


def test_length_is_counted_in_words_of_the_truth():
    assert length_ratio(texts(GOLD + " " + GOLD, "")).values == {"a": 2, "b": 0}


def test_the_truth_of_a_donor_can_be_told_instead():
    """A caption of another scene shares only what all captions share."""
    other = Scene("d", (), "?", "green ball", "t", "d")
    scenes = [Scene("a", (), "?", GOLD, "t", "a", donor=other), Scene("b", (), "?", GOLD, "t", "b")]
    found = overlap(texts(GOLD), rouge_l, donors(scenes))
    assert (found.values, found.missing) == ({"a": 0}, {"b": "the scene has no donor"})


def test_what_either_run_lacks_is_missing():
    lacking = Texts({"b": GOLD}, {"a": GOLD, "b": GOLD}, GROUPS, {"a": "out of memory"})
    for one, other in ((lacking, texts(GOLD)), (texts(GOLD), lacking)):
        assert beyond_length(one, other, rouge_l).missing == {"a": "out of memory"}


def test_scenes_that_a_run_excludes_are_neither_scored_nor_an_error():
    """Dead tokens are pruned: one scene has none, and so there is no text."""
    without = Texts({"b": GOLD}, {"a": GOLD, "b": GOLD}, GROUPS, {}, {"a": "none is dead"})
    for one, other in ((without, None), (without, texts(GOLD)), (texts(GOLD), without)):
        found = one.score(lambda said, meant: float(said == meant), other)
        assert (found.values, found.missing, found.excluded) == ({"b": 1}, {}, {"a": "none is dead"})
        assert beyond_length(one, other or one, rouge_l).excluded == {"a": "none is dead"}
    assert length_ratio(without).excluded == {"a": "none is dead"}


def test_what_one_run_excludes_is_not_missing_where_the_other_failed():
    without = Texts({"b": GOLD}, {"a": GOLD, "b": GOLD}, GROUPS, {}, {"a": "none is dead"})
    lacking = Texts({"b": GOLD}, {"a": GOLD, "b": GOLD}, GROUPS, {"a": "out of memory"})
    for one, other in ((without, lacking), (lacking, without)):
        found = overlap(one, rouge_l, other)
        assert (found.missing, found.excluded) == ({}, {"a": "none is dead"})
