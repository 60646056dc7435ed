"""Disputes: both intervals on one axis, who is right about whom, and one claim in the counts."""

import pytest

from tests.report.evidence_row import row
from vtmetrics.evidence import Conclusions
from vtmetrics.report.disputes import disputes, headline_entries
from vtmetrics.report.outline import columns, questions
from vtmetrics.report.rendering import Detail, render

OTHER = {"paper": "Another paper", "disputes": "G7", "statement": "They are attended to.", "position": 20}


def both(first, second, value=0.3, **told):
    """Evidence of two claims about one number: at most 0, and at least .05."""
    found = {"value": value, "reach": 0.01} | told
    return [
        row("G7", verdict=first, expected="≤ 0", **found),
        row("X10", verdict=second, expected="≥ 0.05", **OTHER, **found),
    ]


def told(rows, detail=Detail.BRIEF):
    return render(rows, width=140, color=False, detail=detail)


def entries_of(rows):
    return [entry for question in questions(rows, Conclusions(rows)) for entry in question.entries]


@pytest.mark.parametrize(
    ("first", "second", "stance"),
    [
        ("supported", "refuted", "holds for G7"),
        ("refuted", "supported", "holds for X10"),
        ("refuted", "refuted", "holds for neither"),
        ("refuted", "undecided", "undecided"),
        ("supported", "supported", "holds for G7 and X10"),
        ("not measured", "not measured", "not measured: no reason given"),
    ],
)
@pytest.mark.parametrize("detail", Detail)
def test_it_says_for_whom_a_number_speaks(first, second, stance, detail):
    value = None if first == "not measured" else 0.3
    text = told(both(first, second, value), detail)
    (block,) = [part for part in text.split("\n\n") if part.startswith("Disputes:")]
    assert "G7 ⇄ X10  " in block
    line = next(line for line in block.splitlines() if line.strip().startswith("1 llava-small"))
    assert line.rstrip().endswith(stance)


def test_it_counts_as_one_claim():
    """That refutes both is told once; of a dispute that is settled nothing is refuted."""
    neither, settled = both("refuted", "refuted"), both("refuted", "supported")
    assert "1 claim, 1 model" in told(neither)
    assert "0 of 1 answer stand" in told(neither)
    assert "✗ G7 ⇄ X10" in told(neither)
    assert "1 of 1 answer stands." in told(settled)
    assert [entry.name for entry in headline_entries(entries_of(settled))] == ["G7 ⇄ X10"]


def test_a_control_that_does_as_well_is_told():
    rows = both("supported", "refuted", -0.3)
    twin = row("G7", role="control:noise", verdict="supported", expected="≤ 0", value=-0.3, reach=0.01)
    (dispute,) = disputes(entries_of([*rows, twin]))
    (column,) = columns(dispute.rows)
    assert dispute.stance(column) == "holds for G7, and for a control too"


def test_a_claim_whose_rival_was_not_asked_is_a_claim():
    (_, second) = both("refuted", "supported")
    assert disputes(entries_of([second])) == []
    assert [entry.name for entry in headline_entries(entries_of([second]))] == ["X10"]
    assert "Disputes:" not in told([second])


def axis_of(text, start):
    block = text.partition("Disputes:")[2]
    return next(line for line in block.splitlines() if line.startswith(f"  {start}"))


def test_numbers_stand_on_the_axis_of_both_intervals():
    """Beyond the border of the second, and not in the interval of the first."""
    text = told(both("refuted", "supported", 0.3))
    first, second, model = (axis_of(text, start) for start in ("G7 ", "X10 ", "1 llava-small"))
    assert first.rindex("═") < second.index("═") < model.index("●")
    text = told(both("supported", "refuted", -0.2))
    assert axis_of(text, "1 llava-small").index("●") < axis_of(text, "G7 ").rindex("═")


def test_its_width_is_that_of_the_report():
    for width in (40, 60, 80):
        text = render(both("refuted", "supported"), width=width, color=False)
        assert max(map(len, text.splitlines())) <= width
