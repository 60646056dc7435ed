"""What the cases of a claim conclude together."""

import pytest

from tests.report.evidence_row import row
from vtmetrics.evidence.conclusion import Conclusion, Glyph, conclude, joined


def whole(letters):
    return joined({str(number): Conclusion(Glyph(letter)) for number, letter in enumerate(letters)}).glyph


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ("✓✓✓", "✓"),
        ("✓✗✓", "✗"),
        ("✗?–≡", "✗"),
        ("✗F✓", "F"),
        ("✓?✓", "?"),
        ("≡≡", "≡"),
        ("✓≡", "≡"),
        ("≡?", "?"),
        ("––", "–"),
        ("✓–", "?"),
        ("?–", "?"),
    ],
)
def test_supported_if_all_are_and_refuted_if_one_is(cases, expected):
    assert whole(cases) == expected


def test_the_deciding_cases_are_named_with_their_reasons():
    found = joined(
        {
            "1/4": Conclusion(Glyph.SUPPORTED),
            "1/2": Conclusion(Glyph.UNDECIDED, "needs about 340 scenes, has 64"),
            "3/4": Conclusion(Glyph.UNMEASURED, "too few layers"),
        }
    )
    assert found.reason == "2 of 3 cases (1/2: needs about 340 scenes, has 64; 3/4: too few layers)"


def test_supported_cases_say_what_is_open_in_them():
    doubted = Conclusion(Glyph.SUPPORTED, "the control noise is undecided, .94 [.92, .96]")
    found = joined({"1/4": Conclusion(Glyph.SUPPORTED), "1/2": doubted})
    assert found.reason == "1 of 2 cases (1/2: the control noise is undecided, .94 [.92, .96])"
    assert not joined({"1/4": Conclusion(Glyph.SUPPORTED), "1/2": Conclusion(Glyph.SUPPORTED)}).reason


def test_cases_of_several_parameters_do_not_run_together():
    found = joined({f"by={by}, at=0.75": Conclusion(Glyph.REFUTED) for by in (0.25, 0.5)})
    assert found.reason == "2 of 2 cases (by=0.25, at=0.75 | by=0.5, at=0.75)"


def test_one_case_is_the_whole_claim():
    only = Conclusion(Glyph.REFUTED, "why")
    assert joined({"depth=1/2": only}) == only


def test_no_case_is_refused():
    with pytest.raises(ValueError, match="at least one case, got none"):
        joined({})


def test_each_case_is_judged_by_its_own_arms():
    """The control of one case does not make the other vacuous."""
    rows = [row(case="1/4"), row(case="1/4", role="control:noise"), row(case="1/2")]
    found = conclude(rows)
    assert (found.glyph, found.reason) == (
        Glyph.VACUOUS,
        "1 of 2 cases (1/4: the control noise does as well, .97 [.95, .99])",
    )


def test_a_twin_is_concluded_from_its_own_rows():
    rows = [row(case="1/4"), row(case="1/4", role="untrained", verdict="refuted")]
    assert conclude(rows, "untrained").glyph is Glyph.REFUTED
