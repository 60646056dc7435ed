"""The matrix: a line a claim, as much of a cell as there is room for, and the difference of two models."""

import math
import re

import pytest

from tests.report.evidence_row import row
from vtmetrics.evidence import Change, PairedCell, Place
from vtmetrics.report.rendering import Arrangement, Detail, render
from vtmetrics.statistics import Decision, Scores, about, decide

STATEMENT = "Image tokens taken from another layer leave the answer"
EACH = {f"scene {number}": float(number % 2) for number in range(40)}


def told(*rows, width=120, **options):
    return render(rows, width=width, color=False, **options)


def line_of(text, claim="B1"):
    return re.search(rf"^{re.escape(claim)} .*$", text, re.MULTILINE)[0]


def moved(by):
    """What is decided of a difference of so much on every other scene."""
    values = {scene: by * value for scene, value in EACH.items()}
    scores = Scores(values, {scene: scene for scene in values}, "share", (-1.0, 1.0))
    return decide(scores, about(0, 0.1, "ten points"))


def pair(claim="B1", change=Change.CHANGED, by=0.8, case=""):
    found = None if by is None else moved(by)
    assert isinstance(found, Decision | None)
    return PairedCell(Place(claim, case, "a"), "✓", "✗", change, 0.1, found)


TWO = (row(model="a"), row(model="b", value=0.5, verdict="refuted"))


def test_a_claim_is_one_line_that_says_what_it_is_about():
    """Nothing of the paper's words, of what is expected, or why."""
    text = told(row(), row(role="untrained", verdict="refuted", value=0.2))
    assert line_of(text) == f"B1  ✓ .97 [.95, .99] ✗  {STATEMENT} as it is."
    assert not re.search("paper:|expected|What this run was", text)
    assert "What this run was" in told(row(), detail=Detail.REASONS)


@pytest.mark.parametrize(
    ("width", "cell"), [(120, "✓ .97 [.95, .99]  "), (66, "✓ .97   "), (59, "✓ .97  "), (46, "✓  ")]
)
def test_where_room_is_short_intervals_go_first_then_names_and_then_values(width, cell):
    models = [row(model=f"vl-{number}") for number in range(3)]
    text = told(*models, width=width)
    assert f"B1  {cell}" in text
    assert STATEMENT[:25] in text
    assert ("1 vl-0  " in text.partition("Substitution")[0].partition("arXiv")[2]) == (width > 60)


def test_models_that_do_not_fit_stand_in_blocks_of_which_none_is_cut():
    models = [row(model=f"m{number:02d}") for number in range(30)]
    text = told(*models, width=60)
    lines = [line for line in text.splitlines() if re.match(r"B1 ", line)]
    assert len(lines) > 1
    assert sum(line.count("✓") for line in lines) == 30
    assert STATEMENT[:10] not in text


def test_twins_stand_behind_their_model_in_the_order_of_the_legend():
    """One that the claim does not ask is a point."""
    rows = [
        *(row(model=model) for model in ("a", "b")),
        row(model="a", role="scrambled", verdict="refuted", value=0.1),
        row(model="b", role="untrained", verdict="undecided", value=0.9),
        row("B2", model="b"),
    ]
    text = told(*rows)
    assert re.search(r"^B1  ✓ \S+ \S+ \S+ ·✗  ✓ \S+ \S+ \S+ \?·  Image", text, re.MULTILINE)
    assert "its twins (untrained, scrambled)" in text
    assert line_of(text, "B2").count("✓") == 1


def test_twins_that_were_asked_for_alone_have_a_column_of_their_own():
    text = told(row(role="untrained", verdict="refuted", value=0.2))
    assert re.search(r"^ +1 untrained ", text, re.MULTILINE)
    assert line_of(text).startswith("B1  ✗ .20 ")


def test_columns_stand_in_the_order_in_which_models_were_named():
    for order in ("a", "b"), ("b", "a"):
        for detail in Detail:
            text = told(*TWO, arrangement=Arrangement(order), detail=detail)
            assert re.search(rf"^ +1 {order[0]} +2 {order[1]}\b", text, re.MULTILINE), (order, detail)
    assert "1 a" in told(*TWO)


def test_what_embedded_models_are_does_not_outrank_what_was_named():
    rows = row(model="a", embedded=False), row(model="b")
    assert "1 b" in told(*rows, arrangement=Arrangement(("b", "a")))
    assert "1 a" in told(*rows)


@pytest.mark.parametrize(
    ("change", "sign"), [(Change.SAME, "="), (Change.CHANGED, "≠"), (Change.LITTLE, "~"), (Change.OPEN, "?")]
)
def test_a_column_of_differences_stands_beside_two_models(change, sign):
    arrangement = Arrangement(("a", "b"), (pair(change=change),))
    text = told(*TWO, arrangement=arrangement)
    assert re.search(r"^ +1 a +2 b +2 − 1 ", text, re.MULTILINE)
    assert f"  {sign} +.40 [.23, .54]" in line_of(text)
    assert "2 − 1, scene by scene" in text
    assert f"  {sign} +.40 [.23, .54]" in told(*TWO, arrangement=arrangement, detail=Detail.REASONS)


def test_of_several_cases_the_weightiest_difference_stands_and_all_where_cases_are_told():
    cases = [row(model=name, case=f"at={at}") for name in "ab" for at in (1, 2)]
    pairs = pair(by=-0.6, case="at=2"), pair(change=Change.SAME, by=0.02, case="at=1")
    text = told(*cases, arrangement=Arrangement(("a", "b"), pairs))
    assert "≠ −.30 " in line_of(text)
    assert "+.01" not in text
    cases = told(*cases, arrangement=Arrangement(("a", "b"), pairs), detail=Detail.CASES)
    assert re.search(r"^ at=1 .* = \+\.010 \[−\.079, \.097\]$", cases, re.MULTILINE)
    assert re.search(r"^ at=2 .* ≠ −\.30 ", cases, re.MULTILINE)


def test_numbers_of_other_scenes_differ_by_their_intervals_and_without_a_sign():
    """Square and add: .97 ± .02 and .5 ± .02 are −.47 ± .0283 apart."""
    text = told(*TWO, arrangement=Arrangement(("a", "b"), (pair(change=Change.APART, by=None),)))
    assert " −.47 [−.50, −.44] " in line_of(text)
    assert not re.search("[=≠~] −.47", text)


def test_what_cannot_be_subtracted_has_no_difference():
    """A part of a conjunction that stands for the whole may be another one; a kind of number another."""
    apart = (pair(change=Change.APART, by=None),)
    parts = [row(model=name, part="layer 3") for name in "ab"]
    kinds = row(model="a"), row(model="b", kind="number")
    unmeasured = row(model="a"), row(model="b", value=None, verdict="not measured")
    for rows in (parts, kinds, unmeasured):
        assert "2 − 1" not in told(*rows, arrangement=Arrangement(("a", "b"), apart))


def test_what_has_not_moved_at_all_has_no_interval():
    found = decide(
        Scores(dict.fromkeys(EACH, 0.0), {scene: scene for scene in EACH}, "number", (-9.0, math.inf)),
        about(0, 1, "x"),
    )
    still = PairedCell(Place("B1", "", "a"), "✓", "✓", Change.SAME, 1.0, found)
    assert "  = 0  " in told(*TWO, arrangement=Arrangement(("a", "b"), (still,)))


def test_a_difference_of_three_models_or_of_twins_is_none():
    third = row(model="c")
    assert "2 − 1" not in told(*TWO, third, arrangement=Arrangement(("a", "b"), (pair(),)))
    assert "2 − 1" not in told(row(role="untrained"), arrangement=Arrangement(("a", "b"), (pair(),)))


def test_a_question_without_a_short_name_stands_above_the_statements():
    text = told(row("B1.level", question="Do fakes know anything?"))
    assert re.search(r"^ +1 llava-small +Do fakes know anything\?$", text, re.MULTILINE)
    assert "no question" in told(row(question=""))
