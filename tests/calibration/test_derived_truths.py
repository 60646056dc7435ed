"""Truths apart from the claims' bodies: numbers of whole populations are what was planted says they are.

A wrong weight, depth or set of tokens in a body, in one of its controls or in what has to move shows here.
"""

import pytest

from fixtures.calibration.line import KEPT, read
from fixtures.calibration.truths import TRUTHS
from tests.calibration.derivations import DERIVATIONS
from tests.calibration.derived import kept

LINES = {(line.claim, line.role): line for line in read(KEPT)}
PLACES = [(*place, number) for place, told in DERIVATIONS.items() for number in range(len(told))]


@pytest.mark.parametrize(("claim", "role", "number"), PLACES)
def test_a_number_follows_from_what_was_planted(claim, role, number):
    derived = DERIVATIONS[claim, role][number]
    cases = LINES[claim, role].numbers
    # with an end, so that a case can be told from one that only begins like it
    asked = {case: told for case, told in cases.items() if derived.case in f"{case};"}
    assert asked
    for case, told in asked.items():
        low, high = derived.low(told), derived.high(told)
        assert low <= told[derived.arm] <= high, f"{case}: {derived.why}, wanted from {low} to {high}: {told}"


def test_what_follows_is_told_of_the_model_that_the_line_is_about():
    """A derivation names its model by role: on all sides that are told of, the claim's own truth has one."""
    assert [place for place in DERIVATIONS if place[1] not in TRUTHS[place[0]].roles] == []


@pytest.mark.parametrize("row", "BCDEFHN")
def test_every_claim_of_a_row_about_answers_has_a_truth_of_its_own(row):
    derived = {claim for claim, _ in DERIVATIONS}
    assert [claim for claim in TRUTHS if claim.startswith(row) and claim not in derived] == []


def test_every_module_of_claims_has_truths_that_follow():
    questions = {line.question for line in LINES.values()}
    assert {LINES[place].question for place in DERIVATIONS} == questions


def test_what_does_not_follow_is_refused():
    """Who reads before a cut and behind it loses as much as only the model itself knows."""
    assert kept("early", 1 / 2) == 1
    assert kept("late", 1 / 2) == 0
    with pytest.raises(ValueError, match=r"late reads on both sides of 0\.75"):
        kept("late", 3 / 4)
