"""A run is held to the verdicts that a file expects of it, and to the usual rules where it names none."""

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED

A1 = '[claims.A1]\nverdict = "supported"\nwhy = "it always was"\n'
A2 = '[claims.A2]\nverdict = "refuted"\nwhy = "nobody errs never"\n'
ONE = "--expected=expected.toml", "-m", "llava"


@pytest.fixture
def expecting(suite):
    """The suite, with a file of this text."""

    def of(*texts):
        (suite.pytester.path / "expected.toml").write_text("\n".join(texts), encoding="utf-8")
        return suite.write(SUPPORTED, REFUTED)

    return of


def test_a_refutation_that_was_expected_fails_nothing(expecting):
    suite = expecting(A1, A2)
    done = suite.run(*ONE, "--junitxml=junit.xml")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*= claims =*", "*= expected =*", "2 expected verdicts: all as expected."])
    assert "<failure " not in (suite.pytester.path / "junit.xml").read_text(encoding="utf-8")


def test_what_is_not_named_may_not_be_refuted(expecting):
    done = expecting(A1).run(*ONE)
    assert done.ret == 1
    done.stdout.fnmatch_lines(["1 expected verdict: all as expected."])


def test_what_is_named_and_does_not_come_true_fails_in_one_line(expecting):
    suite = expecting(A2, A1.replace("supported", "undecided"))
    done = suite.run(*ONE, "--junitxml=junit.xml")
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        [
            "A1 on tiny/llava-1: expected undecided, is supported; why: it always was",
            "2 expected verdicts: 1 not as expected.",
        ]
    )
    junit = (suite.pytester.path / "junit.xml").read_text(encoding="utf-8")
    assert junit.count("<failure ") == 1


def test_a_name_that_no_claim_has_is_refused_before_anything_is_measured(expecting):
    suite = expecting(A1, A2, A1.replace("A1", "A7.more"))
    done = suite.run(*ONE)
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --expected wants claims of this run, none is called A7.more"])
    assert not (suite.pytester.path / "loads.log").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[claims", "expected.toml wants to be TOML: *"),
        (A1.replace("supported", "fine"), "expected.toml, claims.A1.verdict wants one of *, got 'fine'"),
    ],
)
def test_a_malformed_file_is_one_sentence(expecting, text, sentence):
    suite = expecting(text)
    done = suite.run(*ONE)
    assert done.ret == 4
    done.stderr.fnmatch_lines([f"ERROR: --expected: {sentence}"])
    assert not (suite.pytester.path / "loads.log").exists()


def test_a_missing_file_is_one_sentence(suite):
    done = suite.run("--expected=nowhere.toml")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --expected: *No such file*nowhere.toml*"])


def test_a_flip_that_was_expected_is_no_change(expecting):
    """What else flips since the baseline fails."""
    suite = expecting(A1.replace("supported", "refuted"))
    suite.run("--evidence=kept", "-m", "llava")
    suite.write(SUPPORTED.replace("0.9", "0.1"), REFUTED)
    assert suite.run(*ONE, "--baseline=kept").ret == 0
    suite.write(SUPPORTED.replace("0.9", "0.1"), REFUTED.replace("0.1", "0.9"))
    done = suite.run(*ONE, "--baseline=kept")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["changed: A2 on *", "1 expected verdict: all as expected."])


@pytest.mark.slow
def test_workers_hold_a_run_to_the_same(expecting):
    suite = expecting(A1, A2, A1.replace("A1", "A7"))
    done = suite.spawn("-n2", "--expected=expected.toml")
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        ["A7: no claim of this run is called so", "5 expected verdicts: 1 not as expected."]
    )
