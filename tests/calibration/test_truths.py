"""Every claim has been judged where the truth is known, or it is said why it cannot be."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from fixtures.calibration.line import KEPT, read
from fixtures.calibration.truths import LACKING, TRUTHS, UNTOLD

CLAIMS = Path(__file__).parents[2] / "claims"
STATED = [
    name
    for file in sorted(CLAIMS.glob("test_*.py"))
    for name in re.findall(r"@claim\(\s*\"([^\"]+)\"", file.read_text(encoding="utf-8"))
]
LINES = defaultdict(dict)
for line in read(KEPT):
    LINES[line.claim][line.role] = line


@pytest.mark.parametrize("claim", STATED)
def test_a_claim_has_a_planted_truth_or_a_reason_why_not(claim):
    assert (claim in TRUTHS) is not (claim in UNTOLD)


@pytest.mark.parametrize("claim", sorted(TRUTHS))
def test_a_truth_was_put_to_the_test(claim):
    """If not: python -m fixtures.calibration.calibrate CLAIM"""
    told = {role: line.model for role, line in LINES[claim].items()}
    assert {role: told[role] for role in TRUTHS[claim].roles} == TRUTHS[claim].roles


def test_no_truth_is_told_of_what_nobody_claims():
    assert TRUTHS.keys() | UNTOLD.keys() <= set(STATED)
    assert LINES.keys() <= TRUTHS.keys()


@pytest.mark.parametrize("claim", sorted(UNTOLD))
def test_a_reason_is_told_in_words(claim):
    assert len(UNTOLD[claim].split()) > 3


@pytest.mark.parametrize("claim", sorted(TRUTHS))
def test_on_every_side_stands_a_model_or_a_reason(claim):
    missing = {"right", "wrong", "null"} - TRUTHS[claim].roles.keys()
    assert missing == {role for name, role in LACKING if name == claim}


@pytest.mark.parametrize(("claim", "role"), sorted(LACKING))
def test_a_side_without_a_model_has_a_reason_in_words(claim, role):
    assert role not in TRUTHS[claim].roles
    assert len(LACKING[claim, role].split()) > 3


def test_there_are_claims():
    assert len(STATED) > 40
