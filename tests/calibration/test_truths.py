"""Every claim has been judged where the truth is known, or it is said why it cannot be."""

import re
from pathlib import Path

import pytest

from fixtures.calibration.digest import entries
from fixtures.calibration.gaps import LACKING, UNTOLD
from fixtures.calibration.line import KEPT, read
from fixtures.calibration.stories import STORIES, UNTOLD_ROWS
from fixtures.calibration.truths import TRUTHS, UNCONTROLLED, UNSCATTERED
from fixtures.calibration.wanted import Effort, stale, wanted

CLAIMS = Path(__file__).parents[2] / "claims"
STATED = [
    name
    for file in sorted(CLAIMS.glob("test_*.py"))
    for name in re.findall(r"@claim\(\s*\"([^\"]+)\"", file.read_text(encoding="utf-8"))
]
ROWS = sorted({name.partition(".")[0] for name in STATED})
#: rows that nothing is true of for a wrong reason
WITHOUT_NULL = (
    *("G1", "G5", "G6", "G8", "G9", "H4", "H5", "H6", "H9"),
    *("J1", "J2", "J3", "J5", "J6"),
    *("G7", "X10", "H8", "I1", "I2", "I3", "S2", "S3"),
)
LINES = {(line.claim, line.role): line for line in read(KEPT)}


@pytest.mark.parametrize("claim", STATED)
def test_a_claim_has_a_planted_truth_or_a_reason_why_not(claim):
    assert (claim in TRUTHS) is not (claim in UNTOLD)


def test_no_line_is_stale():
    """If one is: nox -s calibration makes those alone anew. After it is said what has changed."""
    assert {str(one): changed for one, changed in stale(LINES.values(), Effort()).items()} == {}


def test_every_line_is_wanted():
    assert LINES.keys() == {(one.claim, one.role) for one in wanted()}


def test_no_truth_is_told_of_what_nobody_claims():
    assert TRUTHS.keys() | UNTOLD.keys() <= set(STATED)


@pytest.mark.parametrize("told", [UNTOLD, UNCONTROLLED, UNSCATTERED])
def test_a_reason_is_told_in_words(told):
    assert told.keys() <= set(STATED)
    assert [claim for claim, reason in told.items() if len(reason.split()) <= 3] == []


@pytest.mark.parametrize("claim", [claim for claim in sorted(TRUTHS) if TRUTHS[claim].right])
def test_a_claim_with_controls_meets_them_at_their_border(claim):
    """Or it is said why not; a claim that is told to have none has none."""
    numbers = LINES[claim, "right"].numbers.values()
    met = {name.partition(" ")[0] for arms in numbers for name in arms}
    controls = met & set(entries()[claim].keywords)
    assert bool(controls) is not UNCONTROLLED.get(claim, "").startswith("no control")


@pytest.mark.parametrize("claim", sorted(TRUTHS))
def test_on_every_side_stands_a_model_or_a_reason(claim):
    missing = {"right", "wrong", "null"} - TRUTHS[claim].roles.keys()
    assert missing == {role for name, role in LACKING if name == claim}


@pytest.mark.parametrize(("claim", "role"), sorted(LACKING))
def test_a_side_without_a_model_has_a_reason_in_words(claim, role):
    assert role not in TRUTHS[claim].roles
    assert len(LACKING[claim, role].split()) > 3


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_a_planted_story_or_a_reason_why_not(row):
    assert (row in STORIES) is not (row in UNTOLD_ROWS)


def test_the_rows_that_have_a_story_are_those_that_a_paper_states():
    """But for those of which nothing planted is true."""
    stated = [one.claim for one in entries().values() if one.claim.reported is not None]
    truths = {claim: TRUTHS[claim.id] for claim in stated if claim.id in TRUTHS}
    assert STORIES.keys() == {claim.row for claim, truth in truths.items() if truth.right or truth.null}
    assert UNTOLD_ROWS.keys() <= set(ROWS)


@pytest.mark.parametrize("row", sorted(STORIES))
def test_a_story_has_a_null_and_both_are_asked_about_all_claims_of_the_row(row):
    """Some rows have no null, and say why."""
    asked = {one.role: one.claims for one in wanted() if one.row and one.claim == row}
    assert asked.keys() == ({"row", "row null"} if STORIES[row].null else {"row"})
    assert STORIES[row].null or row in WITHOUT_NULL
    assert {claim.partition(".")[0] for claims in asked.values() for claim in claims} == {row}


def test_a_storys_reason_is_told_in_words():
    told = {row: story.because for row, story in STORIES.items()} | UNTOLD_ROWS
    assert [row for row, reason in told.items() if len(reason.split()) <= 3] == []


def test_there_are_claims():
    assert len(STATED) > 40
