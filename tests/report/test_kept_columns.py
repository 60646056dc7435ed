"""Kept columns: evidence of a model that wasn't run stands beside the run's, and counts for nothing in it."""

import pytest

from tests.report.evidence_row import row
from vtmetrics.report.rendering import Arrangement, Detail, render

OLD = {"date": "2026-10-01T08:00:00+00:00", "embedded": False, "model": "old", "family": "llava"}
NOTE = "2 old is kept: measured 2026-10-01 (cpu, float32, vtmetrics 0.1.0"


def told(kept, *rows, detail=Detail.BRIEF):
    return render(rows, width=160, color=False, detail=detail, arrangement=Arrangement(kept=tuple(kept)))


def line_of(text, claim):
    return next(line for line in text.splitlines() if line.startswith(f"{claim} "))


@pytest.mark.parametrize("detail", Detail)
def test_a_kept_model_has_a_column_that_says_so(detail):
    text = told([row(**OLD, value=0.4, verdict="refuted")], row(), detail=detail)
    assert NOTE in text
    assert "nothing of it was run here" in text
    assert "2 old (kept)" in text
    assert "✗ .40 [.38, .42]" in text


def test_the_headline_is_about_what_was_run():
    """One model, its scenes, its answers, and its caution."""
    first, *_ = told([row(**OLD, verdict="refuted", groups=999, scenes=999)], row()).split("\n\n")
    assert "1 claim, 1 model, on 128 scenes" in first
    assert "embedded models alone" in first
    assert "1 of 1 answer stands" in first
    assert "refuted" not in first


def test_claims_that_were_not_asked_are_not_shown():
    text = told([row(**OLD), row("C1", **OLD)], row())
    assert "C1" not in text


def test_what_was_measured_here_is_shown_and_not_what_was_kept_of_it():
    again = row(model="old", value=0.7)
    text = told([row(**OLD, value=0.4)], again)
    assert ".40" not in text
    assert "kept" not in text


def test_kept_twins_stand_behind_their_model():
    kept = [row(**OLD), row(**OLD, role="untrained", verdict="refuted", value=0.1)]
    told_line = line_of(told(kept, row()), "B1")
    assert "✓ .97 [.95, .99] ✗" in told_line


def test_without_anything_kept_the_report_is_the_same():
    assert told([], row()) == render([row()], width=160, color=False)
