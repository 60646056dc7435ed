"""The first line of a model: which tasks it can do, from evidence rows that are no claim's."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.report.evidence_row import row
from tests.report.snapshot import assert_snapshot
from tests.report.test_rendering import rows as any_rows
from vtmetrics.evidence.paper_claim import BEFORE_CLAIMS
from vtmetrics.report.rendering import render

TOLD = {
    "claim": "Competence",
    "paper": BEFORE_CLAIMS.short,
    "arxiv": "",
    "question": "Competence: which tasks can a model do?",
    "reported": None,
}
quick = settings(derandomize=True, deadline=None, max_examples=40)


def ability(task, verdict="supported", value=0.9, added=0.6, adds="supported", **told):
    """One task: its right answers, and what the image adds to them unless it can't be done."""
    shared = TOLD | {"case": task} | told
    yield row(verdict=verdict, value=value, **shared)
    if added is not None:
        needs = {"needs": None} if adds != "undecided" else {}
        yield row(role="sensitivity", verdict=adds, value=added, **shared | {"expected": "≥ 0.1"} | needs)


def told(*tasks, **options):
    found = [row for task in tasks for row in task]
    return render([row(), *found], **{"color": False, "width": 100} | options)


def line(*tasks):
    text = told(*tasks, width=200)
    return re.search(r"^1 llava-small (.*)$", text, re.MULTILINE)[1]


def test_what_a_model_can_do_stands_with_what_the_image_adds():
    assert line(ability("words"), ability("letters", value=0.953, added=0.7)) == (
        "can do letters .95 (.70), words .90 (.60)"
    )


def test_what_is_undecided_says_what_it_needs():
    open_yet = ability("chains", "undecided", 0.55, 0.2, needs=300)
    assert line(ability("words"), open_yet) == (
        "can do words .90 (.60); undecided chains .55 (.20): needs about 300 scenes"
    )
    border = ability("direct", "undecided", 0.951, 0.2, reach=0.08)
    assert line(border) == "undecided direct .95 (.20): on the border"


def test_what_cannot_be_done_and_what_is_done_blindly_are_told_apart():
    unable, blind = ability("fine", "refuted", 0.1, None), ability("sentences", adds="refuted", added=0.01)
    assert line(unable, blind) == "cannot do fine .10; nothing to lose in sentences .90 (.01)"


def test_what_failed_is_told_with_its_reason():
    failed = ability("fine", "not measured", None, None, note="unknown: all 3 scenes failed")
    assert line(failed) == "unknown fine: unknown: all 3 scenes failed"
    lost = ability("fine", scenes=100, missing=28, reasons="28 × out of memory")
    assert line(lost).startswith("undecided fine .90 (.60): 28 of 128 scenes have no score")


def test_it_is_no_claim_and_stands_before_the_counts():
    """It is counted nowhere, and has no section."""
    text = told(ability("words", "refuted", 0.2, None))
    assert text.startswith("1 claim, 1 model, on 128 scenes")
    assert text.index("cannot do words") < text.index("✓    ≡")
    assert "✗ Competence" not in text
    assert "Competence  " not in text


def test_of_twins_and_of_models_that_nobody_asked_nothing_is_told():
    text = told(ability("words"), [row(model="other")])
    assert "2 other can" not in text
    assert "Competence" not in told(ability("words", role="untrained", added=None))


@quick
@given(st.lists(any_rows, max_size=6), st.text(max_size=40), st.integers(40, 120))
def test_whatever_the_evidence_no_line_is_wider_than_told(evidence, case, width):
    found = [row(verdict=kept.verdict, role=kept.role, **TOLD | {"case": case}) for kept in evidence]
    assert max(map(cell_len, render([row(), *found], width=width, color=False).splitlines())) <= width


def test_the_lines_look_as_they_did():
    tasks = (
        *(ability(task) for task in ("choices", "letters", "words", "sentences")),
        ability("captions", "undecided", 0.55, 0.3, needs=300),
        ability("chains", value=0.8, added=0.12, adds="undecided", needs=None),
        ability("direct", "refuted", 0.2, None),
    )
    assert_snapshot("abilities-100", told(*tasks).partition("\n\n")[0] + "\n")
