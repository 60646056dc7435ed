"""A baseline of models with other names is paired or refused; it never passes unseen."""

import pytest

from tests.report.evidence_row import row
from tests.suite.claim_suite import REFUTED, SUPPORTED
from vtmetrics.evidence.comparison import paired


@pytest.fixture
def kept(suite):
    """Evidence of llava-1 alone in one folder, of both models in the other."""
    suite.write(SUPPORTED, REFUTED).run("--evidence=one", "-m", "llava")
    suite.run("--evidence=two")
    for name in ("a", "b"):
        suite.pytester.mkdir(name)
    return suite


def test_models_of_the_same_name_are_compared_and_no_others():
    baseline = [row(model="a"), row(model="b")]
    found = paired(baseline, {"b", "c"})
    assert (found.rows, found.said, found.foreign) == (baseline, "", False)
    assert paired(baseline, ()).rows == baseline


def test_a_model_that_the_run_leaves_out_is_nobody_under_another_name():
    baseline = [row(model="a")]
    assert paired(baseline, {"b"}).rows[0].model == "b"
    assert paired(baseline, {"b"}, {"a"}).foreign


def test_two_models_alone_are_compared_whatever_they_are_called(kept):
    done = kept.run("--baseline=one", "--model=a")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        [
            "Of different names, and the only ones: tiny/llava-1 (baseline) and a.",
            "Compared with the baseline: 2 as before.",
        ]
    )


def test_two_models_alone_can_differ(kept):
    done = kept.write(SUPPORTED.replace("0.9", "0.1"), REFUTED).run("--baseline=one", "--model=a")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["changed: A1 on a: ✓ → ✗, *"])


@pytest.mark.parametrize(("folder", "models"), [("one", "ab"), ("two", "a")])
def test_a_baseline_of_other_models_is_refused_before_anything_runs(kept, folder, models):
    loads = len(kept.loads)
    done = kept.run(f"--baseline={folder}", *(f"--model={name}" for name in models))
    assert done.ret == 4
    now, before = ", ".join(models), {"one": "tiny/llava-1", "two": "qwen-2, tiny/llava-1"}[folder]
    done.stderr.fnmatch_lines(
        [f"ERROR: --baseline wants a model of this run ({now}), it holds others ({before})"]
    )
    assert len(kept.loads) == loads


@pytest.mark.slow
def test_under_workers_it_fails_the_run(kept):
    done = kept.spawn("-n2", "--baseline=one", "--model=a", "--model=b")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["--baseline wants a model of this run (a, b), it holds others (tiny/llava-1)"])
