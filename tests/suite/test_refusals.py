"""What is no evidence is our own bug: F, with a traceback that begins in the claim."""

import pytest

from tests.suite.claim_suite import SUPPORTED


def claiming(body, **told):
    return SUPPORTED.replace("return model.share(0.9)", body).replace('"A1"', told.get("cited", '"A1"'))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "model.share(0.9)",
            "TypeError: claim A1 wants to return Scores, Fitted, all_of them or a Finding, it*",
        ),
        ("return float('nan')", "TypeError: claim A1 wants * it returned the bare number nan"),
        ("return [0.5, 0.7]", "TypeError: claim A1 wants * list: numbers without scenes are no evidence"),
    ],
)
def test_what_is_no_evidence_fails_in_the_claim(suite, body, why):
    done = suite.write(claiming(body)).run("--evidence=kept", "-k", "qwen-2 and not untrained")
    assert done.ret == 6
    done.stdout.fnmatch_lines(
        ["    @cited(?A1?)", f">       {body}", f"E   {why}", "*test_fakes.py:*: TypeError"]
    )
    done.stdout.no_fnmatch_line("*vtmetrics/suite*")
    (row,) = suite.rows()
    assert row.verdict == "failed"


def test_an_exception_shows_the_claim_first_and_no_glue(suite):
    helper = """
    def measured():
        raise ZeroDivisionError("one level down")
    """
    done = suite.write(helper, claiming("return measured()")).run(
        "--evidence=kept", "-k", "qwen-2 and not untrained"
    )
    assert done.ret == 6
    done.stdout.fnmatch_lines(
        [">       return measured()", "claims/test_fakes.py:*:*", "E       ZeroDivisionError: one level down"]
    )
    done.stdout.no_fnmatch_line("*vtmetrics/suite*")
    assert [row.note for row in suite.rows()] == ["ZeroDivisionError: one level down"]


@pytest.mark.parametrize("expected", ["at_least(0, 'the whole range')", "at_most(2, 'more than the range')"])
def test_an_expectation_that_nothing_can_refute_fails_when_it_is_measured(suite, expected):
    done = suite.write(claiming("return model.share(0.9)", cited=f'"A1", {expected}')).run()
    assert done.ret == 6
    done.stdout.fnmatch_lines(["E   ValueError: claim A1 expects *: nothing could refute it"])


def test_a_sensitivity_arm_that_cannot_fail_is_refused_too(suite):
    body = "return model.share(0.9).sensitive_to(model.share(0.5), at_least(0, 'always'))"
    done = suite.write(claiming(body)).run()
    assert done.ret == 6
    done.stdout.fnmatch_lines(["E   ValueError: the sensitivity arm of claim A1 *: nothing could refute it"])


def test_curves_are_refused_by_their_layers(suite):
    curves = """
    from vtmetrics.statistics.scores import Scores

    CURVES = Scores(values={"a": [0.1, 0.2]}, groups={"a": "a"}, kind="number", range=(0, 1))
    """
    done = suite.write(curves, claiming("return CURVES")).run()
    assert done.ret == 6
    done.stdout.fnmatch_lines(
        ["E   ValueError: claim A1 wants one number a scene, not 2: take at, mean or slope"]
    )


def test_a_broken_fixture_is_our_bug_too(suite):
    fixture = """
    @pytest.fixture
    def letters():
        raise OSError("no such file")
    """
    done = suite.write(fixture, SUPPORTED.replace("(model)", "(model, letters)")).run("--evidence=kept")
    assert done.ret == 6
    assert {(row.verdict, row.note) for row in suite.rows()} == {("failed", "OSError: no such file")}


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (SUPPORTED.replace('"A1"', '""'), "*wants a claim id such as B1*"),
        (SUPPORTED.replace('"""The model answers."""', ""), "*claim A1 wants a docstring that states it*"),
        (
            SUPPORTED.replace('"A1"', '"A1", at_least(-float("inf"), "any")'),
            "*nothing could refute the whole line*",
        ),
        (
            SUPPORTED.replace('cited("A1")', 'claim("A1", source=None, reported="", expected=HALF)'),
            "*wants a source*",
        ),
        (SUPPORTED.replace("(model)", "()"), "*claim A1 wants a parameter named model, it has none*"),
    ],
    ids=["id", "docstring", "whole line", "source", "model"],
)
def test_an_incomplete_claim_is_not_collected(suite, claim, why):
    done = suite.write(claim).run()
    assert done.ret == 2
    done.stdout.fnmatch_lines([why])
