"""Under -n 2: each model loaded by one worker, a killed worker reported once, nothing lost."""

import json
import os

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED

KILLER = '''
import os
import signal

@cited("A3")
def test_kills_its_worker(model):
    """The model kills the worker that measures it."""
    if model.spec.label == "tiny/llava-1":
        os.kill(os.getpid(), signal.SIGKILL)
    return model.share(0.9)
'''
LATER = SUPPORTED.replace('"A1"', '"A4"').replace("test_answers", "test_later")


@pytest.fixture
def killed(suite):
    return suite.write(SUPPORTED, KILLER, LATER)


@pytest.mark.slow
def test_each_model_is_loaded_by_one_worker_before_its_twin(suite):
    suite.write(SUPPORTED, REFUTED).run("--evidence=before")
    done = suite.spawn(
        "-n2", "--evidence=kept", "--junitxml=junit.xml", "-k", "not errs or qwen", "--baseline=before"
    )
    assert done.ret == 0
    by_worker = {}
    for worker, what in suite.loads:
        if worker != str(os.getpid()):
            by_worker.setdefault(worker, []).append(what)
    assert sorted(by_worker.values()) == [
        [f"{what} {name}{twin}" for twin in ("", " (untrained)") for what in ("load", "release")]
        for name in ("qwen-2", "tiny/llava-1")
    ]
    assert len(suite.rows()) == 6
    text = done.stdout.str()
    assert text.count("measuring 2 claims × (2 models + 2 twins), --scenes 128: 6 tests") == 1
    assert "1 refuted" in text
    assert "Compared with the baseline: 3 as before, 1 not selected and not compared." in text
    assert (suite.pytester.path / "junit.xml").read_text(encoding="utf-8").count("<testcase ") == 6


@pytest.mark.slow
def test_a_killed_worker_is_reported_once_and_everything_else_is_finished(killed):
    done = killed.spawn("-n2", "--evidence=kept")
    assert done.ret == 6
    rows = killed.rows()
    assert len(rows) == 12
    (lost,) = [row for row in rows if row.verdict == "failed"]
    assert (lost.claim, lost.model, lost.role) == ("A3", "tiny/llava-1", "")
    assert "crashed while running" in lost.note
    done.stdout.fnmatch_lines(["*1 failed*"])
    done.stdout.no_fnmatch_line("*No verdict*")


@pytest.mark.slow
def test_without_a_new_worker_the_missing_verdicts_are_named(killed):
    done = killed.spawn("-n1", "--evidence=kept", "--max-worker-restart=0")
    assert done.ret == 6
    done.stdout.fnmatch_lines(["No verdict: 10 collected claims (*tiny/llava-1*"])
    assert len(killed.rows()) == 2


@pytest.mark.slow
def test_a_typo_is_a_usage_error_under_workers_too(suite):
    done = suite.spawn("-n2", "-m", "typo")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: -m wants a family*llava, qwen, internvl"])


def test_evidence_is_plain_text(suite):
    """Whatever xdist could not send would end its session."""
    seen = []

    class Reports:
        def pytest_runtest_logreport(self, report):
            seen.extend(report.user_properties)

    suite.pytester.inline_run("claims", "-p", "no:cacheprovider", plugins=[Reports()])
    assert {name for name, _ in seen} == {"evidence", "started"}
    assert all(isinstance(line, str) and isinstance(json.loads(line), dict) for _, line in seen)
