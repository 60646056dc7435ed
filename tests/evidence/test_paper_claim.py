"""A claim is complete, or it is refused in one sentence."""

import pytest

from vtmetrics.evidence.paper_claim import Paper, claim
from vtmetrics.statistics.interval import Interval, at_least

PAPER = Paper("A title", "2604.09425", "Author 2026")
CITED = {"source": PAPER.at("Table 2"), "reported": "about 1", "expected": at_least(0.9, "nine tenths")}


def stated(model):
    """A number is
    large.
    """
    return model


def unstated(model):
    return model


def test_the_function_itself_is_returned_and_carries_its_claim():
    cited = claim("B1.level", **CITED)(stated)
    assert cited is stated
    assert cited.claim.statement == "A number is large."
    assert cited.claim.row == "B1"
    assert cited.claim.question == "A claim is complete, or it is refused in one sentence."
    assert str(cited.claim.source) == "Author 2026 (arXiv 2604.09425), Table 2"


@pytest.mark.parametrize("name", ["", "b1", "B1.", "B 1", None, 7])
def test_an_id_is_wanted(name):
    with pytest.raises(ValueError, match="wants a claim id such as B1"):
        claim(name, **CITED)(stated)


def test_a_docstring_is_wanted():
    with pytest.raises(ValueError, match="claim B1 wants a docstring that states it, unstated has none"):
        claim("B1", **CITED)(unstated)


def test_a_source_is_wanted():
    with pytest.raises(TypeError, match="claim B1 wants a source such as"):
        claim("B1", **CITED | {"source": "Table 2"})(stated)


def test_a_place_in_the_paper_is_wanted():
    with pytest.raises(ValueError, match="a source names a place"):
        PAPER.at(" ")


def test_an_interval_is_wanted():
    with pytest.raises(TypeError, match="claim B1 wants an interval such as"):
        claim("B1", **CITED | {"expected": 0.9})(stated)


@pytest.mark.parametrize(
    ("twin", "controls"),
    [(False, ()), (True, ("untrained", "scrambled")), ("matched", ("matched", "untrained", "scrambled"))],
)
def test_a_claim_says_which_twins_are_its_controls(twin, controls):
    assert claim("B1", twin=twin, **CITED)(stated).claim.twins == controls


def test_a_claim_disputes_another_by_its_id():
    assert claim("X10", disputes="G7", **CITED)(stated).claim.disputes == "G7"
    for wrong in ("X10", "g7", ""):
        with pytest.raises(ValueError, match="claim X10 disputes the id of another claim, such as G7, got"):
            claim("X10", disputes=wrong, **CITED)(stated)


def test_a_twin_that_is_no_control_is_refused():
    with pytest.raises(ValueError, match="claim B1 wants a twin that is True or 'matched', got 'scrambled'"):
        claim("B1", twin="scrambled", **CITED)(stated)


def test_an_interval_that_nothing_could_refute_is_refused():
    with pytest.raises(ValueError, match="refute"):
        Interval(float("-inf"), float("inf"), "whatever comes")
