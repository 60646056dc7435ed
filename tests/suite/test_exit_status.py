"""The exit status: 0, 1, 5 and 6 are ours, 2, 3 and 4 are pytest's."""

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED
from vtmetrics.suite.run_outcome import Outcome, exit_status

BROKEN = (
    SUPPORTED.replace('"A1"', '"A3"').replace("return", "raise OSError  #").replace("answers(", "breaks(")
)
INTERRUPTED = BROKEN.replace("OSError", "KeyboardInterrupt")


@pytest.mark.parametrize(
    ("pytest_says", "outcome", "expected"),
    [
        (0, Outcome(fails=False, measured=True, broken=False), 0),
        (0, Outcome(fails=True, measured=True, broken=False), 1),
        (0, Outcome(fails=False, measured=False, broken=False), 5),
        (0, Outcome(fails=True, measured=False, broken=False), 1),
        (1, Outcome(fails=True, measured=True, broken=True), 6),
        (1, Outcome(fails=False, measured=True, broken=False), 1),
        (0, Outcome(fails=True, measured=True, broken=True), 6),
        (2, Outcome(fails=True, measured=True, broken=True), 2),
        (3, Outcome(fails=True, measured=True, broken=True), 3),
        (4, Outcome(fails=True, measured=False, broken=True), 4),
    ],
)
def test_the_status_follows_from_the_outcome(pytest_says, outcome, expected):
    assert exit_status(pytest_says, outcome) == expected


def test_a_bug_of_ours_outweighs_a_refutation(suite):
    assert suite.write(SUPPORTED, REFUTED, BROKEN).run().ret == 6


def test_a_twin_alone_is_measured_only_if_it_was_asked_for_alone(suite):
    claim = """
    @cited("A1")
    def test_answers(model):
        '''What the model can't be asked, its twin can.'''
        if not model.spec.twin:
            raise NotMeasured("not competent")
        return model.share(0.9)
    """
    assert suite.write(claim).run().ret == 5
    assert suite.run("-k", "untrained").ret == 0


def test_a_run_without_claims_keeps_its_status(suite):
    suite.pytester.makepyfile(test_plain="def test_plain(): pass")
    assert suite.run(paths=("test_plain.py",)).ret == 0
    assert suite.run("-k", "nothing", paths=("test_plain.py",)).ret == 5


def test_stopping_at_the_first_failure_loses_no_verdict(suite):
    done = suite.write(BROKEN, SUPPORTED).run("-x", "--evidence=kept")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["Stopped early: 7 of 8 tests not run."])
    assert len(suite.rows()) == 1


def test_a_refuted_claim_does_not_stop_a_run(suite):
    assert suite.write(REFUTED, SUPPORTED).run("-x", "--evidence=kept").ret == 1
    assert len(suite.rows()) == 8


def test_an_interrupted_run_keeps_its_status_and_its_evidence(suite):
    done = suite.write(SUPPORTED, INTERRUPTED).run("--evidence=kept", no_reraise_ctrlc=True)
    assert done.ret == 2
    done.stdout.fnmatch_lines(["Stopped early: 7 of 8 tests not run.", "*KeyboardInterrupt*"])
    assert [(row.claim, row.role) for row in suite.rows()] == [("A1", "")]


def test_a_run_that_was_stopped_misses_nothing_of_the_baseline(suite):
    suite.write(SUPPORTED, REFUTED).run("--evidence=kept")
    done = suite.write(BROKEN, SUPPORTED).run("-x", "--baseline=kept")
    assert done.ret == 1
    done.stdout.no_fnmatch_line("*is gone*")


def test_collecting_has_no_status_of_its_own(suite):
    done = suite.write(BROKEN).run("--collect-only")
    assert done.ret == 0
    done.stdout.no_fnmatch_line("*= claims =*")


def test_a_claim_that_is_never_reported_is_missed(suite):
    suite.pytester.makeconftest(
        (suite.pytester.path / "conftest.py").read_text(encoding="utf-8")
        + "\n\ndef pytest_runtest_protocol(item):\n    return True if 'qwen-2]' in item.nodeid else None\n"
    )
    done = suite.run()
    assert done.ret == 6
    done.stdout.fnmatch_lines(
        ["No verdict: 1 collected claim (claims/test_fakes.py::test_answers?[[]model=qwen-2]])."]
    )


def test_a_broken_teardown_is_our_bug(suite):
    fixture = """
    @pytest.fixture
    def letters():
        yield
        raise OSError("cannot close")
    """
    assert suite.write(fixture, SUPPORTED.replace("(model)", "(model, letters)")).run().ret == 6


def test_without_workers_installed_everything_runs(suite):
    assert suite.run("-p", "no:xdist").ret == 0
