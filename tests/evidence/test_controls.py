"""How a control stands to its claim: beaten, matched or open, and what that makes of a supported claim."""

import math
from dataclasses import replace

import pytest

from tests.report.evidence_row import row
from vtmetrics.evidence.conclusion import Glyph, judged
from vtmetrics.evidence.control_rule import difference_to_twin, on_border
from vtmetrics.evidence.prospect import odds

LOST = {"scenes": 90, "groups": 90, "missing": 10, "reasons": "out of memory (10)"}
CONTROLLED = {"twin_controls": True}


def glyph(*rows, twin=""):
    return judged(rows, twin).glyph


def test_a_control_that_does_as_well_makes_a_claim_vacuous():
    found = judged([row(), row(role="control:another_image", value=0.98, reach=0.01)])
    assert found.glyph is Glyph.VACUOUS
    assert found.reason == "the control another image does as well, .98 [.97, .99]"


def test_support_wants_every_control_beaten():
    """One that is merely not shown to do as well is an open question, with what it would take."""
    refuted = row(role="control:donor", verdict="refuted")
    undecided = row(role="control:noise", verdict="undecided", value=0.94, reach=0.02, needs=400)
    assert judged([row(), refuted]).glyph is Glyph.SUPPORTED
    found = judged([row(), refuted, undecided])
    assert (found.glyph, found.needs) == (Glyph.UNDECIDED, 400)
    assert found.reason == "the control noise is undecided, .94 [.92, .96]; needs about 400 scenes"


def test_a_control_on_the_border_says_so():
    found = judged([row(), row(role="control:noise", verdict="undecided", value=0.951, reach=0.02)])
    assert found.reason == "the control noise is undecided, .951 [.931, .971]; on the border"
    assert found.border


def difference(verdict, value=0.2, **told):
    return row(role="difference:noise", verdict=verdict, value=value, expected="≥ 0.1", **told)


@pytest.mark.parametrize(
    ("own", "less", "wanted"),
    [
        ("refuted", "refuted", Glyph.SUPPORTED),
        ("undecided", "supported", Glyph.SUPPORTED),
        ("supported", "supported", Glyph.SUPPORTED),
        ("supported", "refuted", Glyph.VACUOUS),
        ("supported", "undecided", Glyph.UNDECIDED),
        ("undecided", "refuted", Glyph.UNDECIDED),
        ("undecided", "undecided", Glyph.UNDECIDED),
    ],
)
def test_a_difference_settles_what_a_control_alone_does_not(own, less, wanted):
    """Two thresholds are passed by a control that does far worse: it is beaten all the same."""
    assert glyph(row(), row(role="control:noise", verdict=own), difference(less)) is wanted


def test_a_difference_is_told_where_it_is_what_is_open():
    control = row(role="control:noise", verdict="undecided", value=0.94, reach=0.02, needs=900)
    found = judged([row(), control, difference("undecided", 0.08, reach=0.04, needs=300)])
    assert found.needs == 300
    assert found.reason == (
        "the control noise is undecided, .94 [.92, .96], .08 [.04, .12] worse than the claim where ≥ .1 is "
        "wanted; needs about 300 scenes"
    )


def test_a_twin_that_has_nothing_to_lose_is_beaten():
    """Its own sensitivity arm says so."""
    twin = row(role="untrained", verdict="supported", **CONTROLLED)
    still = row(role="untrained:sensitivity", verdict="refuted", **CONTROLLED)
    assert glyph(row(**CONTROLLED), twin, still) is Glyph.SUPPORTED
    assert glyph(row(**CONTROLLED), twin) is Glyph.VACUOUS


@pytest.mark.parametrize(
    "lost", [LOST, LOST | {"verdict": "refuted"}, {"verdict": "not measured", "note": "no donor"}]
)
def test_a_control_that_was_not_measured_fooled_nobody_and_proves_nothing(lost):
    found = judged([row(), row(role="control:noise", **lost)])
    assert found.glyph is Glyph.UNDECIDED
    assert found.reason.startswith("its control noise was not measured: ")


def test_a_twin_that_may_not_be_asked_was_not_measured():
    unasked = row(role="untrained", verdict="undecided", value=None, note="undecided if it can", **CONTROLLED)
    found = judged([row(**CONTROLLED), unasked])
    assert found.glyph is Glyph.UNDECIDED
    assert found.reason == "its untrained twin was not measured: undecided if it can"


def test_a_control_with_nothing_to_lose_is_harmless():
    unmeasured = {"verdict": "not measured", "value": None, "note": "nothing to lose: 7 groups are left"}
    assert glyph(row(), row(role="control:noise", **unmeasured)) is Glyph.SUPPORTED
    twin = row(role="untrained", **unmeasured, **CONTROLLED)
    assert glyph(row(**CONTROLLED), twin) is Glyph.SUPPORTED


def test_a_control_that_was_fooled_outweighs_one_that_was_not_measured():
    assert glyph(row(), row(role="control:a", **LOST), row(role="control:b")) is Glyph.VACUOUS


@pytest.mark.parametrize(
    "twin",
    [LOST, {"verdict": "failed", "note": "KeyError"}, {"verdict": "not measured", "note": "not competent"}],
)
def test_a_twin_that_was_not_measured_is_no_control(twin):
    lost = row(role="untrained", **twin, **CONTROLLED)
    found = judged([row(**CONTROLLED), lost])
    assert found.glyph is Glyph.UNDECIDED
    assert found.reason.startswith("its untrained twin was not measured: ")
    other = row(role="scrambled", verdict="refuted", **CONTROLLED)
    assert glyph(row(**CONTROLLED), lost, other) is Glyph.SUPPORTED


def test_a_matched_twin_that_could_not_be_made_is_replaced_by_no_other():
    other = row(role="untrained", verdict="refuted", **CONTROLLED)
    lost = row(role="matched", verdict="not measured", note="it has no layers", **CONTROLLED)
    found = judged([row(**CONTROLLED), other, lost])
    assert found.glyph is Glyph.UNDECIDED
    assert found.reason == "its norm-matched twin was not measured: it has no layers"
    assert (
        glyph(row(**CONTROLLED), other, row(role="matched", verdict="refuted", **CONTROLLED))
        is Glyph.SUPPORTED
    )


def test_a_twin_that_was_left_out_is_missed_where_it_is_a_control():
    found = judged([row(**CONTROLLED)])
    assert (found.glyph, found.reason) == (
        Glyph.UNDECIDED,
        "its control, the twin, was not measured in this run",
    )


def compressed(value, reach=0.1, **told):
    return row(expected="≤ 0", value=value, reach=reach, kind="fitted", **told)


@pytest.mark.parametrize(
    ("twin", "glyph"), [(-0.2, Glyph.SUPPORTED), (-1.9, Glyph.VACUOUS), (-1.45, Glyph.UNDECIDED)]
)
def test_where_twins_do_as_expected_the_model_has_to_do_better_by_so_much(twin, glyph):
    """Of twins there are rows alone: the two intervals are combined by square-and-add."""
    told = {"twin_controls": True, "by": 0.5}
    own, other = compressed(-2.0, **told), compressed(twin, role="untrained", **told)
    assert judged([own, other]).glyph is glyph
    difference = difference_to_twin(own, other)
    assert difference.value == pytest.approx(twin + 2)
    assert difference.high - difference.value == pytest.approx(2**0.5 * 0.1)
    assert judged([replace(one, by=None) for one in (own, other)]).glyph is Glyph.VACUOUS


def test_how_many_scenes_would_tell_a_model_from_its_twin():
    told = {"twin_controls": True, "by": 0.5}
    own, other = compressed(-2.0, **told), compressed(-1.45, role="untrained", **told)
    needs = judged([own, other]).needs
    assert needs == 2 * math.ceil(128 * (2**0.5 * 0.1 / 0.05) ** 2)
    skewed = replace(
        other, low=-1.5, high=-1.2
    )  # by .05 to the side where the margin is, by .25 to the other
    assert judged([own, skewed]).needs == pytest.approx(2 * 128 * (0.05**2 + 0.1**2) / 0.05**2, abs=2)


def test_a_difference_to_a_twin_is_promised_by_its_own_border_and_not_by_the_claims():
    """What is asked of it is a margin of at least so much, where the claim itself asks for at most 0."""
    told = {"twin_controls": True, "by": 0.5}
    own, other = compressed(-2.0, **told), compressed(-1.45, role="untrained", **told)
    difference = difference_to_twin(own, other)
    assert (difference.expected_low, difference.expected_high) == (0.5, None)
    assert odds(difference, 100).supported > 0.5 > odds(difference, 100).refuted
    same = difference_to_twin(own, compressed(-1.5, role="untrained", **told))
    assert (same.needs, on_border(same)) == (None, True)
