"""Joint rows: a row that stands if claims of other rows do is told in the terminal and on the page."""

import pytest

from tests.report.evidence_row import row
from vtmetrics.evidence import Conclusions, Glyph, JointRow, asked_jointly, keep_joint_row, write_evidence
from vtmetrics.report.page.page_source import source_in
from vtmetrics.report.page.web_page import page_view, web_page
from vtmetrics.report.rendering import Arrangement, Detail, render

FIRST, SECOND = "Q2.everywhere", "R3.half"
R5 = JointRow("R5", "Numbers are found everywhere, and counting loses half.", (FIRST, SECOND))


def told(rows, detail=Detail.BRIEF):
    return render(rows, width=140, color=False, detail=detail, arrangement=Arrangement(joint=(R5,)))


def both(first, second):
    return [row(FIRST, verdict=first), row(SECOND, verdict=second)]


@pytest.mark.parametrize(
    ("first", "second", "glyph"),
    [
        ("supported", "supported", Glyph.SUPPORTED),
        ("supported", "refuted", Glyph.REFUTED),
        ("refuted", "supported", Glyph.REFUTED),
        ("undecided", "supported", Glyph.UNDECIDED),
    ],
)
@pytest.mark.parametrize("detail", Detail)
def test_it_stands_if_all_of_its_claims_do(first, second, glyph, detail):
    text = told(both(first, second), detail)
    (block,) = [part for part in text.split("\n\n") if part.startswith("Joint rows:")]
    heading, *lines = block.splitlines()[1:]
    assert heading.startswith(f"R5  {R5.says}")
    assert [line for line in lines if line.startswith(f"  1 llava-small  {glyph}")] != []


def test_the_page_says_the_same(tmp_path):
    """Of the folder alone, with text that can only be shown."""
    write_evidence(both("supported", "refuted"), tmp_path / "evidence.jsonl")
    keep_joint_row(JointRow("R5", f"<b>{R5.says}\x1b[2J", R5.claims), tmp_path)
    source = source_in(tmp_path)
    (shown,) = page_view(source)["joint"]
    ((model, verdict, why),) = shown["table"].lines
    assert (model, verdict) == ("1 llava-small", f"{Glyph.REFUTED} {Glyph.REFUTED.word}")
    assert why == f"{FIRST} {Glyph.SUPPORTED}, {SECOND} {Glyph.REFUTED}"
    page = web_page(source)
    assert f"R5: &lt;b&gt;{R5.says}" in page
    assert "\x1b" not in page


def test_of_each_model_its_own_claims_are_asked():
    rows = [*both("supported", "supported"), *(row(name, "other", verdict="refuted") for name in R5.claims)]
    conclusions = Conclusions(rows)
    assert [R5.standing(conclusions, name).glyph for name in ("llava-small", "other")] == [
        Glyph.SUPPORTED,
        Glyph.REFUTED,
    ]


def test_of_a_model_that_was_asked_half_it_says_which_half_lacks():
    stands = R5.standing(Conclusions([row(FIRST, verdict="supported")]), "llava-small")
    assert (stands.glyph, stands.reason) == (Glyph.UNMEASURED, f"{SECOND} not asked")
    assert f"– {SECOND} not asked" in told([row(FIRST, verdict="supported")])


def test_twins_have_no_joint_row():
    """They are controls of its claims."""
    rows = [*both("supported", "supported"), *(row(name, role="untrained") for name in R5.claims)]
    (block,) = [part for part in told(rows, Detail.CASES).split("\n\n") if part.startswith("Joint rows:")]
    assert len(block.splitlines()) == len(["heading", "what it says", "the model"])


def test_it_is_not_told_of_where_none_of_its_claims_is_asked():
    assert asked_jointly([R5], Conclusions([row("A1", verdict="supported")])) == []
    assert "Joint rows" not in told([row("A1", verdict="supported")])
