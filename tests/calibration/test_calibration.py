"""Calibration, a quick part of it: planted models and scripts, the real claims, few scenes."""

import pytest

from fixtures.calibration.calibrate import calibrate, keep
from fixtures.calibration.calibration import Effort
from fixtures.calibration.line import read
from fixtures.calibration.truths import TRUTHS

pytestmark = pytest.mark.slow

#: one of planted weights and one of planted texts
CLAIMS = ("B1.input", "D1.steps")
POOL = 24


@pytest.fixture(scope="module")
def lines():
    """Each claim on what is right, what is wrong, the null, and both sides of the border."""
    truths = {claim: TRUTHS[claim] for claim in CLAIMS}
    return list(calibrate(truths, POOL, Effort(scenes=128, far=8, border=40)))


def test_every_side_of_every_claim_is_there(lines):
    roles = ("right", "wrong", "null", "inside", "outside")
    assert [(line.claim, line.role) for line in lines] == [
        (claim, role) for claim in CLAIMS for role in roles
    ]


def test_verdicts_far_from_the_border_are_right(lines):
    assert [line.right for line in lines if line.role in ("right", "wrong")] == [1] * 4


def test_the_null_fools_only_who_asks_for_no_control(lines):
    nulls = [line for line in lines if line.role == "null"]
    assert [(line.fooled, line.wrong) for line in nulls] == [(1, 0), (1, 0)]


def test_the_border_lies_between_two_mixtures(lines):
    """They differ by one scene, and are judged wrongly as seldom as intervals promise."""
    sides = ([line for line in lines if line.role == role] for role in ("inside", "outside"))
    for inside, outside in zip(*sides, strict=True):
        assert 0 < abs(inside.value - outside.value) < 2 / POOL
        assert inside.holds
        assert outside.holds


def test_a_new_line_takes_the_place_of_the_old_one(lines, tmp_path):
    """In the order of the truths, whoever writes first."""
    for line in (*reversed(lines), lines[0]):
        keep(line, tmp_path / "lines.jsonl")
    assert read(tmp_path / "lines.jsonl") == lines
