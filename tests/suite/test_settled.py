"""The letters, pytest's last line and JUnit XML say what the table says, also where a twin decides."""

import re
from xml.etree import ElementTree as ET

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED

VACUOUS = '''
@cited("A3", twin=True)
def test_anybody_does(model):
    """Anybody does."""
    return model.share(0.9, blind=True)
'''
UNDECIDED = '''
@cited("A4")
def test_may_be(model):
    """The model may answer."""
    return model.share(0.6, scenes=30)
'''
UNMEASURED = '''
@cited("A5")
def test_was_not_asked(model):
    """The model is asked."""
    raise NotMeasured("too few scenes")
'''
OURS = '''
@cited("A6")
def test_has_a_bug(model):
    """The model has a bug."""
    return None
'''
ALL = (SUPPORTED, REFUTED, VACUOUS, UNDECIDED, UNMEASURED)
WANTED = {
    "A1": "supported",
    "A2": "refuted",
    "A3": "vacuous: the untrained twin does as well: .90 [.79, .96]",
    "A4": "undecided",
    "A5": "not measured: too few scenes",
}


def cases(suite):
    """What JUnit XML says of each claim about the model itself: its verdict, and the tags of its nodes."""
    (whole,) = ET.parse(suite.pytester.path / "junit.xml").getroot()  # noqa: S314 - our own file
    found = {}
    for case in whole.iter("testcase"):
        told = {each.get("name"): each.get("value") for each in case.iter("property")}
        if "~" not in case.get("name"):
            claim = re.search(r'"claim":\s*"(\w+)"', told["evidence"])[1]
            found[claim] = told["verdict"], [node.tag for node in case if node.tag != "properties"]
    return whole.attrib, found


@pytest.mark.parametrize("workers", [[], pytest.param(["-n2"], marks=pytest.mark.slow)])
def test_the_last_line_and_junit_equal_the_table(suite, workers):
    suite.write(*ALL)
    run = suite.spawn if workers else suite.run
    done = run("-k", "qwen", "--junitxml=junit.xml", *workers)
    assert done.ret == 1
    last = done.stdout.str().rstrip().splitlines()[-1]
    for word in ("supported", "refuted", "vacuous", "undecided", "not measured"):
        assert re.search(rf"\b1 {word}(,| in)", last), (word, last)
    counts, found = cases(suite)
    assert {claim: told.partition(":")[0] for claim, (told, _) in found.items()} == {
        claim: told.partition(":")[0] for claim, told in WANTED.items()
    }
    assert {claim: tags for claim, (_, tags) in found.items()} == {
        "A1": [],
        "A2": ["failure"],
        "A3": [],
        "A4": ["skipped"],
        "A5": ["skipped"],
    }
    assert (counts["tests"], counts["failures"], counts["errors"]) == ("11", "1", "0")


def test_while_a_twin_is_to_come_nothing_is_supported_and_it_counts_in_the_last_line(suite):
    done = suite.write(VACUOUS).run("-k", "qwen", "--junitxml=junit.xml", "-v")
    done.stdout.fnmatch_lines(["*model=qwen-2]] UNDECIDED*", "*≡ .90 *", "*1 vacuous, 2 supported on twins*"])
    assert cases(suite)[1]["A3"][0].startswith("vacuous: the scrambled twin does as well")


def test_while_one_of_two_twins_is_to_come_nothing_is_supported(suite):
    """The untrained one is beaten already; what twins do by themselves waits for nobody."""
    first = """\ndef pytest_collection_modifyitems(items):
        items.sort(key=lambda item: "~untrained" not in item.nodeid)\n"""
    known = (suite.pytester.path / "conftest.py").read_text()
    suite.pytester.makeconftest(known + first)
    beaten = VACUOUS.replace("model.share(0.9, ", "model.share(0.1 if model.spec.twin else 0.9, ")
    done = suite.write(beaten).run("-k", "qwen", "-v")
    done.stdout.fnmatch_lines(["*~untrained]] REFUTED*", "*model=qwen-2]] UNDECIDED*"])
    done.stdout.fnmatch_lines(["*= *1 supported* in *"])
    alone = suite.write(VACUOUS).run("-k", "qwen", "-v")
    alone.stdout.fnmatch_lines(["*~untrained]] SUPPORTED*", "*model=qwen-2]] VACUOUS*"])


def test_a_letter_knows_the_twins_that_were_measured_before(suite):
    suite.pytester.makeconftest(
        (suite.pytester.path / "conftest.py").read_text()
        + "\ndef pytest_collection_modifyitems(items):\n    items.reverse()\n"
    )
    done = suite.write(VACUOUS).run("-k", "qwen", "-v")
    done.stdout.fnmatch_lines(["*model=qwen-2]] VACUOUS*"])


def test_what_the_baseline_knows_fails_no_test_case(suite):
    suite.write(SUPPORTED, REFUTED).run("--evidence=before")
    assert suite.run("--baseline=before", "--junitxml=junit.xml").ret == 0
    counts, found = cases(suite)
    assert found["A2"] == ("refuted", [])
    assert counts["failures"] == "0"
    suite.write(SUPPORTED, REFUTED.replace("0.1", "0.9")).run("--baseline=before", "--junitxml=junit.xml")
    assert cases(suite)[1]["A2"] == ("supported", ["failure"])


def test_a_bug_of_ours_is_one_failure_with_its_reason(suite):
    assert suite.write(OURS).run("-k", "qwen and not untrained", "--junitxml=junit.xml").ret == 6
    counts, found = cases(suite)
    assert found["A6"][0].startswith("failed: TypeError")
    assert found["A6"][1] == ["failure"]
    assert (counts["tests"], counts["failures"]) == ("1", "1")
