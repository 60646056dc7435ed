"""Two models in one run: --compare tells what changed from the first to the second, and fails there."""

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED

#: right about nine of ten scenes as a, about so many as b
OTHERWISE = """
@cited("A3")
def test_survives(model):
    '''The model survives.'''
    return model.share({{"a": 0.9}}.get(model.spec.name, {share}))
"""
BOTH = "--model=a", "--model=b", "--compare"


@pytest.fixture
def two(suite):
    for name in ("a", "b"):
        suite.pytester.mkdir(name)
    return suite.write(SUPPORTED, REFUTED)


def test_two_models_that_do_the_same_pass_whatever_is_refuted_of_them(two):
    done = two.run(*BOTH)
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        ["*= claims =*", "*= comparison: b with a =*", "2 cells compared: 0 flipped; 2*"]
    )
    assert not (two.pytester.path / "kept").exists()


@pytest.mark.parametrize(("share", "told"), [("0.1", "✓ → ✗"), ("0.6", "✓ → ?")])
def test_what_changed_fails_and_is_kept_beside_the_evidence(two, share, told):
    done = two.write(SUPPORTED, OTHERWISE.format(share=share)).run(*BOTH, "--evidence=kept")
    assert done.ret == 1
    done.stdout.fnmatch_lines([f"  A3 on a: {told}, changed by −.*", "2 cells compared: *"])
    kept = (two.pytester.path / "kept" / "comparison.txt").read_text(encoding="utf-8").splitlines()
    assert (kept[0], kept[-1][:18]) == ("comparison: b with a", "2 cells compared: ")


def test_the_order_is_that_of_the_command(two):
    done = two.write(OTHERWISE.format(share="0.1")).run("--model=b", "--model=a", "--compare")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*= comparison: a with b =*", "  A3 on b: ✗ → ✓, changed by .8*"])


def test_what_the_second_cannot_be_asked_fails(two):
    claim = OTHERWISE.format(share="None").replace(
        "return", "if model.spec.name == 'b': raise NotMeasured('not competent')\n    return"
    )
    done = two.write(SUPPORTED, claim).run(*BOTH, "--junitxml=junit.xml")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["measured before, and no longer (1):", "  A3 on a: ✓ → –, not competent"])
    junit = (two.pytester.path / "junit.xml").read_text(encoding="utf-8")
    assert junit.count("<failure ") == 1


@pytest.mark.parametrize("names", ["", "a", "aba"])
def test_anything_but_two_models_is_one_sentence(two, names):
    done = two.run("--compare", *(f"--model={name}" for name in names))
    assert done.ret == 4
    got = ", ".join(names) or "none"
    done.stderr.fnmatch_lines([f"ERROR: --compare wants two models, --model=BEFORE --model=AFTER, got {got}"])
    assert not (two.pytester.path / "loads.log").exists()


def test_a_model_that_cannot_run_leaves_nothing_to_compare(two):
    conftest = two.pytester.path / "conftest.py"
    only = """

from tests.suite import fake_models

def pytest_claim_models_named(names):
    return fake_models.pytest_claim_models_named(names[:1])
"""
    conftest.write_text(conftest.read_text(encoding="utf-8") + only, encoding="utf-8")
    done = two.run(*BOTH)
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*= comparison: b with a =*", "not compared: of two models 1 can run here"])


def test_a_run_that_was_stopped_compares_nothing(two):
    broken = SUPPORTED.replace("return", "raise OSError  #").replace("answers", "breaks").replace("A1", "A4")
    done = two.write(broken, SUPPORTED).run(*BOTH, "-x")
    assert done.ret == 1
    done.stdout.no_fnmatch_line("*comparison: *")


def test_scores_that_cannot_be_read_are_said_after_the_report(two):
    (two.pytester.path / "kept" / "scores").mkdir(parents=True)
    (two.pytester.path / "kept" / "scores" / "odd.json").write_text("{}", encoding="utf-8")
    done = two.run(*BOTH, "--evidence=kept")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*= claims =*", "not compared: scene scores want one JSON object a line, *"])


@pytest.mark.slow
def test_workers_keep_what_is_compared_in_one_place(two):
    done = two.write(SUPPORTED, OTHERWISE.format(share="0.1")).spawn("-n2", *BOTH)
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        ["*= comparison: b with a =*", "  A3 on a: ✓ → ✗, changed by −.8*", "2 cells compared: 1 flipped; 1*"]
    )
