"""Expected verdicts: what a file says is held against a run, and no name or change passes unseen."""

import re

import pytest

from fixtures.documents import DOCS
from tests.house.pages import blocks
from tests.report.evidence_row import row
from vtmetrics.evidence import Conclusions, Glyph, Place, hold_to, read_expectations

WHOLE = """
[claims.C1.half]
verdict = "supported"
why = "it was"

[claims."F2 (depth=0.25)"]
verdict = "not measured"
why = "too few layers"

[models."tiny-qwen2.5"]
C1.half = {verdict = "refuted", why = "half of the heads are gone"}
"""


@pytest.fixture
def read(tmp_path):
    """What a file with this text expects."""

    def of(text):
        (tmp_path / "expected.toml").write_text(text, encoding="utf-8")
        return read_expectations(tmp_path / "expected.toml")

    return of


def said(claim, verdict, why="w", **told):
    fields = f'verdict = "{verdict}"\nwhy = "{why}"\n'
    return f'[{told.get("under", "claims")}."{claim}"]\n{fields}'


def run(*cells):
    """The conclusions of a run: claims with their verdicts, cases and models."""
    return Conclusions([row(claim=claim, verdict=verdict, **told) for claim, verdict, told in cells])


def test_a_file_names_claims_cases_and_models(read):
    half, quarter, pruned = read(WHOLE)
    assert (str(half), half.verdict, half.why) == ("C1.half", Glyph.SUPPORTED, "it was")
    assert (str(quarter), quarter.case) == ("F2 (depth=0.25)", "depth=0.25")
    assert (str(pruned), pruned.verdict) == ("C1.half on tiny-qwen2.5", Glyph.REFUTED)


def test_the_file_of_the_manual_can_be_read(read):
    ((_, text),) = blocks(DOCS / "your-model.md", "toml")
    assert {each.verdict for each in read(text)} == {Glyph.SUPPORTED, Glyph.REFUTED, Glyph.UNDECIDED}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[claims", r"expected\.toml wants to be TOML: .* \(at .*"),
        ("", r"expected\.toml names no claim"),
        ("[claim.C1]", r"wants its verdicts under \[claims\] or \[models\.NAME\], it has 'claim'"),
        ("claims = 1", "claims wants a table, it is 1"),
        ("[models]\nmine = 1", r"models\.mine wants a table, it is 1"),
        ('[claims]\nC1 = "refuted"', "claims wants claims, each with a verdict and a why, it has C1"),
        ("[claims.C1]", r"claims\.C1 wants claims, each with a verdict and a why, it has nothing"),
        ('[claims.C1]\nverdict = "refuted"', r"claims\.C1 wants .* a verdict and a why, it has verdict"),
        (said("C1", "ok"), r"claims\.C1\.verdict wants one of supported, vacuous, refuted, .* got 'ok'"),
        (said("C1", "failed"), r"claims\.C1\.verdict wants one of .* got 'failed'"),
        (said("C1", "refuted", " "), r"claims\.C1\.why wants a reason in words, got ' '"),
        (said("C1 (", "refuted"), r"wants the id of a claim, or ID \(CASE\)"),
    ],
)
def test_a_malformed_file_is_one_sentence_that_names_the_place(read, text, sentence):
    with pytest.raises(ValueError, match=sentence) as refused:
        read(text)
    assert "\n" not in str(refused.value)


def test_what_comes_true_is_true_of_all_its_cells(read):
    told = read(said("B1", "refuted") + said("B2", "supported"))
    cases = [("B1", "refuted", {"case": "x=1"}), ("B1", "supported", {"case": "x=2"})]
    found = hold_to(told, run(*cases, ("B2", "supported", {}), ("B3", "refuted", {})))
    assert (found.fails, found.lines, found.untrue) == (False, (), frozenset())
    assert {(place.claim, place.case) for place in found.true} == {("B1", "x=1"), ("B1", "x=2"), ("B2", "")}


def test_what_does_not_is_named_with_its_reason(read):
    told = read(said("B1", "supported", "it is  robust"))
    found = hold_to(told, run(("B1", "not measured", {"note": "not competent", "value": None})))
    assert found.lines == (
        "B1 on llava-small: expected supported, is not measured (not competent); why: it is robust",
    )
    assert found.untrue == {Place("B1", "", "llava-small")}


def test_a_line_about_one_model_takes_precedence_there(read):
    told = read(said("B1", "supported") + said("B1", "refuted", under="models.pruned"))
    both = [("B1", "supported", {"model": "whole"}), ("B1", "refuted", {"model": "pruned"})]
    assert not hold_to(told, run(*both)).fails
    assert hold_to(told, run(both[0])).lines == ("B1 on pruned: no claim of this run is called so",)


def test_one_case_may_be_expected_otherwise_than_the_whole(read):
    told = read(said("B1 (x=1)", "refuted"))
    cases = [("B1", "supported", {"case": "x=1"}), ("B1", "refuted", {"case": "x=2"})]
    found = hold_to(told, run(*cases))
    assert re.match(r"B1 \(x=1\) on llava-small: expected refuted, is supported", found.lines[0])
    assert {place.case for place in found.untrue} == {"x=1"}


@pytest.mark.parametrize("told", [{"role": "untrained"}, {"paper": "In practice"}])
def test_nothing_is_expected_of_twins_and_of_what_is_no_claim(read, told):
    rows = run(("B1", "supported", {}), ("B2", "supported", told))
    assert hold_to(read(said("B2", "supported")), rows).lines == ("B2: no claim of this run is called so",)
