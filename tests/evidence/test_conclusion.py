"""Which glyph a cell gets: each line of the rule, in its order."""

import pytest

from tests.report.evidence_row import row
from vtmetrics.evidence.conclusion import Glyph, judged

LOST = {"scenes": 90, "groups": 90, "missing": 10, "reasons": "out of memory (10)"}
CONTROLLED = {"twin_controls": True}


def glyph(*rows, twin=""):
    return judged(rows, twin).glyph


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("supported", Glyph.SUPPORTED),
        ("refuted", Glyph.REFUTED),
        ("undecided", Glyph.UNDECIDED),
        ("not measured", Glyph.UNMEASURED),
        ("failed", Glyph.FAILED),
    ],
)
def test_a_row_alone_shows_its_verdict(verdict, expected):
    assert glyph(row(verdict=verdict)) is expected


def test_a_failure_comes_before_everything_else():
    failed = row(verdict="failed", missing=100, note="IndexError: 12")
    assert judged([failed, row(role="sensitivity", verdict="refuted")]).reason == "IndexError: 12"
    assert glyph(failed) is Glyph.FAILED


def test_a_control_that_failed_is_our_bug_too():
    found = judged([row(), row(role="control:noise", verdict="failed", note="KeyError")])
    assert (found.glyph, found.reason) == (Glyph.FAILED, "control:noise: KeyError")


@pytest.mark.parametrize("verdict", ["supported", "refuted", "undecided", "not measured"])
def test_more_than_five_percent_missing_is_undecided(verdict):
    """Whatever the rest says: what failed could have changed it."""
    found = judged([row(verdict=verdict, scenes=94, missing=6, reasons="out of memory (6)")])
    assert found.glyph is Glyph.UNDECIDED
    assert found.reason == "6 of 100 scenes have no score, more than 5 %: out of memory (6)"


def test_five_percent_missing_is_allowed():
    assert glyph(row(scenes=95, groups=95, missing=5)) is Glyph.SUPPORTED


def test_excluded_scenes_are_not_missing():
    assert glyph(row(scenes=40, groups=40, excluded=88)) is Glyph.SUPPORTED


def test_a_whole_set_statistic_counts_its_groups():
    """It has no score per scene, and one missing scene of many is not all of them."""
    assert glyph(row(scenes=0, groups=100, missing=2, kind="fitted")) is Glyph.SUPPORTED


def test_missing_scenes_come_before_the_sensitivity_arm():
    assert glyph(row(scenes=90, missing=10), row(role="sensitivity", verdict="refuted")) is Glyph.UNDECIDED


@pytest.mark.parametrize("verdict", ["supported", "refuted", "undecided"])
def test_nothing_to_lose_is_not_measured(verdict):
    arm = row(role="sensitivity", verdict="refuted", value=0.02, reach=0.03, expected="≥ 0.1")
    found = judged([row(verdict=verdict), arm])
    assert found.glyph is Glyph.UNMEASURED
    assert found.reason == "nothing to lose: .02 [−.01, .05], wanted ≥ .1"


def test_an_undecided_sensitivity_arm_leaves_the_claim_undecided():
    arm = row(role="sensitivity", verdict="undecided", value=0.1, reach=0.05, expected="≥ 0.1")
    assert glyph(row(verdict="supported"), arm) is Glyph.UNDECIDED


def test_a_sensitivity_arm_that_moves_leaves_the_verdict():
    arm = row(role="sensitivity", verdict="supported", value=0.4, expected="≥ 0.1")
    assert glyph(row(verdict="refuted"), arm) is Glyph.REFUTED


@pytest.mark.parametrize("verdict", ["supported", "refuted", "undecided"])
def test_a_sensitivity_arm_that_lost_scenes_moved_nothing_for_sure(verdict):
    """What failed could have changed it, in the arm as in the claim."""
    arm = row(role="sensitivity", verdict=verdict, scenes=90, missing=10, reasons="10 × out of memory")
    found = judged([row(), arm])
    assert found.glyph is Glyph.UNDECIDED
    assert found.reason == (
        "unclear whether there is anything to lose: "
        "10 of 100 scenes have no score, more than 5 %: 10 × out of memory"
    )
    assert glyph(row(), row(role="sensitivity", scenes=95, groups=95, missing=5)) is Glyph.SUPPORTED


def test_an_unmeasured_sensitivity_arm_says_why():
    arm = row(role="sensitivity", verdict="not measured", value=None, note="no donor")
    assert judged([row(), arm]).reason == "nothing to lose is known: no donor"
    unmeasured = row(verdict="not measured", value=None, note="no image tokens")
    assert judged([unmeasured, arm]).reason == "no image tokens"


def test_what_was_not_measured_says_why():
    found = judged([row(verdict="not measured", value=None, note="too few layers")])
    assert (found.glyph, found.reason) == (Glyph.UNMEASURED, "too few layers")


@pytest.mark.parametrize("verdict", ["refuted", "undecided", "not measured"])
def test_only_a_supported_claim_misses_its_control(verdict):
    alone = glyph(row(verdict=verdict))
    assert glyph(row(verdict=verdict, **CONTROLLED), row(role="control:noise", **LOST)) is alone


@pytest.mark.parametrize("verdict", ["refuted", "undecided"])
def test_only_a_supported_claim_becomes_vacuous(verdict):
    assert glyph(row(verdict=verdict), row(role="control:noise")) is not Glyph.VACUOUS


def test_what_is_shown_beside_changes_nothing():
    assert glyph(row(), row(role="beside:cosine", verdict="supported")) is Glyph.SUPPORTED


@pytest.mark.parametrize("twin", ["untrained", "matched", "scrambled"])
def test_a_twin_is_a_control_of_claims_that_say_so(twin):
    assert glyph(row(twin_controls=True), row(role=twin, twin_controls=True)) is Glyph.VACUOUS
    assert glyph(row(), row(role=twin)) is Glyph.SUPPORTED


def test_a_twin_does_not_control_itself():
    rows = [row(twin_controls=True), row(role="untrained", twin_controls=True)]
    assert glyph(*rows, twin="untrained") is Glyph.SUPPORTED


def test_a_twin_has_arms_of_its_own():
    """Its failing control leaves the model's cell alone, and its supported control makes it vacuous."""
    twin = [row(role="untrained"), row(role="untrained:control:noise")]
    assert glyph(row(), *twin) is Glyph.SUPPORTED
    assert glyph(row(), *twin, twin="untrained") is Glyph.VACUOUS


def test_the_number_of_scenes_that_it_would_take_is_named():
    assert judged([row(verdict="undecided", needs=1340)]).reason == "needs about 1,340 scenes, has 128"


def test_groups_are_not_called_scenes():
    found = judged([row(verdict="undecided", needs=80, groups=32)])
    assert found.reason == "needs about 80 groups of scenes, has 32"


def test_an_undecided_claim_that_scenes_cannot_settle_says_so():
    found = judged([row(verdict="undecided", value=0.951)])
    assert found.reason == "on the border: more than 10,000 scenes may not decide it, has 128"
    assert found.border
    assert not judged([row(verdict="undecided", needs=400)]).border


UNASKED = {"verdict": "undecided", "value": None, "groups": 0, "scenes": 0}


def test_a_claim_that_may_not_be_asked_is_a_question_with_its_reason():
    """Not –: more scenes tell whether the model can do the task."""
    found = judged([row(note="undecided whether it is competent in letters", needs=700, **UNASKED)])
    assert (found.glyph, found.needs, found.border) == (Glyph.UNDECIDED, 700, False)
    assert found.reason == "undecided whether it is competent in letters; needs about 700 scenes"
    border = judged([row(note="undecided", **UNASKED)])
    assert (border.reason, border.border) == ("undecided; on the border", True)


def test_a_claim_without_an_interval_is_on_no_border():
    found = judged([row(verdict="undecided", low=None, high=None)])
    assert found.reason == "no interval: 128 scenes do not show how far they scatter"
    assert not found.border


ADDED = {"role": "sensitivity", "verdict": "undecided", "expected": "≥ 0.1", "reach": 0.05}


def test_what_it_takes_to_know_whether_there_is_anything_to_lose_is_named():
    """The claim itself may take more."""
    arm = row(value=0.12, needs=900, **ADDED)
    found = judged([row(), arm])
    assert found.reason.endswith("to lose: .12 [.07, .17], wanted ≥ .1; needs about 900 scenes")
    assert found.needs == 900
    assert judged([row(verdict="undecided", needs=1400), arm]).needs == 1400
    assert judged([row(verdict="refuted"), arm]).needs == 900
    assert judged([row(verdict="undecided", value=0.95), arm]).needs is None


def test_what_may_be_lost_may_lie_on_the_border():
    found = judged([row(), row(value=0.101, **ADDED)])
    assert found.reason.endswith("wanted ≥ .1; on the border")
    assert found.border


def test_older_evidence_tells_no_number_for_what_may_be_lost_and_is_on_no_border():
    found = judged([row(), row(value=0.14, **ADDED)])
    assert (found.needs, found.border) == (None, False)
    assert found.reason.endswith("wanted ≥ .1")


@pytest.mark.parametrize(
    "rows",
    [[], [row(role="control:noise")], [row(), row(value=0.96)], [row(verdict="passed")]],
    ids=["nothing", "only a control", "two mains", "an unknown verdict"],
)
def test_evidence_without_sense_is_our_bug(rows):
    assert glyph(*rows) is Glyph.FAILED


def test_each_glyph_is_one_letter_with_a_meaning():
    assert "".join(Glyph) == "✓≡✗?–F"
    assert len({glyph.meaning for glyph in Glyph}) == len(Glyph)


@pytest.mark.parametrize("reported", [None, "not reported"])
def test_what_no_paper_says_is_a_diagnostic(reported):
    """Older evidence said so in words."""
    assert row(reported=reported).diagnostic
    assert not row(reported="about 1").diagnostic
