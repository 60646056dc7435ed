"""What has changed since the baseline, cell by cell."""

from dataclasses import replace

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED
from tests.suite.fake_models import Fake
from vtmetrics.evidence.claim_case import ClaimCase, RunFacts
from vtmetrics.evidence.comparison import Selection, compare
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import Place
from vtmetrics.evidence.paper_claim import Paper, claim
from vtmetrics.nets.spec import Spec
from vtmetrics.statistics.interval import at_least

EVERYTHING = Selection(frozenset(), frozenset(), frozenset(), everywhere=True)


@claim("A1", source=Paper("P", "1", "P").at("1"), reported="", expected=at_least(0.5, "half"))
def measured():
    """The model answers."""


def row(verdict="supported", low=0.6, high=0.8, model="m", **told):
    cell = ClaimCase(
        measured.claim,
        told.pop("case", ""),
        Fake(Spec(model, "llava", "nowhere")),
        RunFacts("python", "today"),
    )
    value = None if verdict in ("not measured", "failed") else (low + high) / 2
    figures = {"value": value, "low": value and low, "high": value and high, "groups": 50, "scenes": 50}
    return replace(cell.row("", verdict, **figures), **told)


def changes(before, after, selection):
    return list(compare(before, Conclusions(after), selection).changes)


def of(claims, models, left_out=()):
    return Selection(
        frozenset(claims), frozenset(models), frozenset(Place(*cell) for cell in left_out), everywhere=False
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (row(), row("refuted", 0.4, 0.65), "A1 on m: ✓ → ✗, 0.7 [0.6, 0.8] → 0.525 [0.4, 0.65]"),
        (row("refuted", 0.1, 0.3), row(low=0.2), "A1 on m: ✗ → ✓, 0.2 [0.1, 0.3] → 0.5 [0.2, 0.8]"),
        (row(), row(low=0.85, high=0.9), "A1 on m: ✓ → ✓, 0.7 [0.6, 0.8] → 0.875 [0.85, 0.9]"),
        (
            row("undecided", 0.4, 0.6),
            row("undecided", 0.1, 0.3),
            "A1 on m: ? → ?, 0.5 [0.4, 0.6] → 0.2 [0.1, 0.3]",
        ),
        (row(), row("not measured", note="too few layers"), "A1 on m: ✓ → –, too few layers"),
        (row(), row("failed", note="out of memory"), "A1 on m: ✓ → F, out of memory"),
        (row("refuted", 0.1, 0.3), row("not measured", note="no donor"), "A1 on m: ✗ → –, no donor"),
        (row(case="depth=1"), None, "A1 (depth=1) on m: was ✓, is gone"),
        (row("refuted", 0.1, 0.3), None, "A1 on m: was ✗, is gone"),
    ],
    ids=[
        "lost",
        "won",
        "apart",
        "undecided apart",
        "unmeasured",
        "failed",
        "silenced",
        "gone",
        "lost and gone",
    ],
)
def test_these_changes_fail(before, after, told):
    (change,) = changes([before], [after] if after else [], EVERYTHING)
    assert str(change) == told
    assert change.fails


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (row(), row("undecided", 0.45, 0.75)),
        (row("undecided", 0.4, 0.7), row("refuted", 0.3, 0.45)),
        (row("undecided", 0.4, 0.7), None),
        (row("undecided", 0.4, 0.7), row("not measured", note="too few layers")),
    ],
    ids=["into undecided", "out of undecided", "undecided and gone", "undecided and unmeasured"],
)
def test_these_are_told_and_fail_nothing(before, after):
    (change,) = changes([before], [after] if after else [], EVERYTHING)
    assert not change.fails


def test_a_moved_interval_that_still_touches_is_no_change():
    assert changes([row()], [row(low=0.8, high=0.9)], EVERYTHING) == []


def test_a_twin_changes_nothing():
    before = [row(), row(role="untrained")]
    assert changes(before, [row(), row("refuted", 0.1, 0.2, role="untrained")], EVERYTHING) == []
    assert changes(before, [row()], EVERYTHING) == []


def test_vacuous_and_supported_are_two_answers():
    """A control that stopped doing as well is news, and so is one that began to."""
    vacuous = [row(), row(role="control:noise")]
    told = {(str(change), change.fails) for change in changes([row()], vacuous, EVERYTHING)}
    back = {(str(change), change.fails) for change in changes(vacuous, [row()], EVERYTHING)}
    assert told == {("A1 on m: ✓ → ≡, 0.7 [0.6, 0.8] → 0.7 [0.6, 0.8]", True)}
    assert back == {("A1 on m: ≡ → ✓, 0.7 [0.6, 0.8] → 0.7 [0.6, 0.8]", True)}


@pytest.mark.parametrize(
    "selection",
    [of({"A2"}, {"m"}), of({"A1"}, {"other"}), of({"A1"}, {"m"}, {("A1", "", "m", "")}), of((), ())],
    ids=["claim", "model", "case", "nothing"],
)
def test_what_the_selection_left_out_is_counted_and_not_compared(selection):
    found = compare([row()], Conclusions([]), selection)
    assert found.changes == ()
    assert found.left_out == 1


def test_a_selected_cell_that_is_gone_is_a_change():
    assert changes([row(case="depth=1"), row()], [row()], of({"A1"}, {"m"}))[0].fails


def test_an_order_of_rows_means_nothing():
    before = [row(model=name) for name in "abc"]
    after = [row("refuted", 0, 0.1, model=name) for name in "cab"]
    assert {change.place.model for change in changes(before, after, EVERYTHING)} == {"a", "b", "c"}


@pytest.fixture
def kept(suite):
    suite.write(SUPPORTED, REFUTED).run("--evidence=kept")
    return suite


def test_an_unchanged_run_passes_with_what_was_refuted_before(kept):
    done = kept.run("--baseline=kept", "--baseline=kept/evidence.jsonl")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["Compared with the baseline: 4 as before."])


def test_a_flip_fails_and_is_named(kept):
    done = kept.write(SUPPORTED.replace("0.9", "0.2"), REFUTED).run("--baseline=kept", "-m", "qwen")
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        [
            "changed: A1 on qwen-2: ✓ → ✗, *",
            "Compared with the baseline: 1 changed, 1 as before, 2 not selected and *",
        ]
    )


def test_a_vanished_claim_fails_and_is_named(kept):
    done = kept.write(REFUTED).run("--baseline=kept")
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        ["changed: A1 on tiny/llava-1: was ✓, is gone", "changed: A1 on qwen-2: was ✓, is gone"]
    )


@pytest.mark.parametrize(
    "options", [["-k", "errs"], ["-m", "qwen"], ["--deselect=claims/test_fakes.py::test_answers"]]
)
def test_what_was_not_selected_is_not_missed(kept, options):
    done = kept.run("--baseline=kept", *options)
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*2 as before, 2 not selected and not compared."])


def test_another_module_was_not_selected(kept):
    kept.write(SUPPORTED.replace('"A1"', '"A9"'), module="test_other")
    done = kept.run("--baseline=kept", paths=("claims/test_other.py",))
    assert done.ret == 0
    done.stdout.fnmatch_lines(["Compared with the baseline: 2 new, 4 not selected and not compared."])


def test_a_damaged_baseline_is_one_sentence(kept):
    file = kept.pytester.path / "kept" / "evidence.jsonl"
    file.write_text(file.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    done = kept.run("--baseline=kept", "--evidence=kept")
    assert done.ret == 4
    done.stderr.fnmatch_lines(
        ["ERROR: --baseline: *evidence.jsonl, line 8: evidence wants one JSON object a line, got *"]
    )
    assert len(kept.loads) == 8


@pytest.mark.parametrize("text", ["", "{}\n", '{"schema": "9.0"}\n', "[1, 2]\n", "claim,value\n", "\xff\xfe"])
def test_a_foreign_baseline_is_one_sentence(suite, text):
    (suite.pytester.path / "foreign").write_bytes(text.encode("latin-1"))
    done = suite.run("--baseline=foreign")
    assert done.ret == 4
    (sentence,) = [line for line in done.stderr.lines if line]
    assert sentence.startswith("ERROR: --baseline: ")
    done.stdout.no_fnmatch_line("collected*")


def test_a_missing_baseline_is_one_sentence(suite):
    done = suite.run("--baseline=nowhere")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --baseline: *nowhere is neither"])


def test_baselines_that_contradict_each_other_are_one_sentence(kept):
    """They overlap in what they hold; rows that are the same do no harm."""
    kept.write(SUPPORTED.replace("0.9", "0.8"), module="test_fakes").run("--evidence=other", "-m", "qwen")
    done = kept.run("--baseline=kept", "--baseline=other")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --baseline: *one row a kind, kept and other differ on A1 on qwen-2"])


SPARING = """
from dataclasses import replace

from tests.suite import fake_models as fakes

pytest_plugins = ("vtmetrics.suite.plugin",)


def pytest_claim_models(config):
    both = fakes.pytest_claim_models()
    return replace(both, runnable=both.runnable[:1], spared=(("qwen-2", "qwen"),), notes=("Of few.",))
"""


def test_models_that_the_default_run_leaves_out_are_told_and_not_missed(kept):
    """Neither in the baseline, nor in an older file of evidence."""
    kept.pytester.makeconftest(SPARING)
    done = kept.run("--baseline=kept/evidence.jsonl", "--evidence=kept")
    assert done.ret == 0
    left_out = "Left out: qwen-2 (-m qwen); --full measures every embedded model."
    compared = "Compared with the baseline: 2 as before, 2 not selected and not compared."
    done.stdout.fnmatch_lines([left_out, "Of few.", compared])
    assert {row.model for row in kept.rows()} == {"tiny/llava-1", "qwen-2"}


def test_a_diagnostic_that_turned_over_fails_nothing():
    before, after = (row(verdict, reported=None) for verdict in ("supported", "refuted"))
    (change,) = changes([before], [after], EVERYTHING)
    assert (str(change)[:12], change.fails) == ("A1 on m: ✓ →", False)
