"""--report writes a page, Markdown, JSON or CSV at the end of a run, with or without --evidence."""

import json

import pytest

from tests.suite.claim_suite import CONFTEST, REFUTED, SUPPORTED
from vtmetrics.evidence import merge_evidence, read_stories
from vtmetrics.report import report_on, write_report

DISPUTING = """
@cited("A3", expected=at_most(0.2, "the other way round"), disputes="A1")
def test_hardly_answers(model):
    '''The model hardly answers.'''
    return model.share(0.9)
"""

#: both claims together, and two that aren't asked
JOINING = (
    CONFTEST
    + """
from vtmetrics.evidence import JointRow

def pytest_claim_joint_rows():
    return [JointRow("Z1", "It answers and never errs.", ("A1", "A2")), JointRow("Z2", "Else.", ("B1", "B2"))]
"""
)
ALSO_JOINING = """
from vtmetrics.evidence import JointRow

def pytest_claim_joint_rows():
    return [JointRow("Z3", "It errs and answers.", ("A2", "A1"))]
"""


@pytest.fixture
def two_claims(suite):
    return suite.write(SUPPORTED, REFUTED)


def test_each_file_is_written_in_its_form_and_named(two_claims):
    done = two_claims.run(
        "--report=a/page.html", "--report=told.json", "--report=told.md", "--report=rows.csv"
    )
    done.stdout.fnmatch_lines(["report: a/page.html (* bytes)", "report: rows.csv (* bytes)"])
    root = two_claims.pytester.path
    assert (root / "a" / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert {one["claim"] for one in json.loads((root / "told.json").read_text())["claims"]} == {"A1", "A2"}
    assert (root / "told.md").read_text(encoding="utf-8").startswith("# Claims about image tokens")
    assert len((root / "rows.csv").read_text(encoding="utf-8").splitlines()) > 2
    assert not (root / "shown").exists()


def test_a_report_changes_neither_status_nor_what_the_terminal_shows(two_claims):
    plain, told = (two_claims.run(*options) for options in ((), ("--report=told.json",)))
    assert plain.ret == told.ret
    own = [line for line in told.outlines if not line.startswith("report: ")]
    assert len(own) == len(told.outlines) - 1
    assert [line for line in own if " in 0." not in line] == [
        line for line in plain.outlines if " in 0." not in line
    ]


def test_evidence_keeps_what_the_page_shows(two_claims):
    two_claims.run("--evidence=kept", "--report=page.html")
    root = two_claims.pytester.path
    page = (root / "page.html").read_text(encoding="utf-8")
    assert "Do fakes know anything?" in page
    assert "pytest claims/test_fakes.py::test_answers --model=" in page
    assert "how many scenes have which score" in page
    assert sorted(file.name[:6] for file in (root / "kept" / "shown").iterdir()) == ["claim-"] * 2


def test_a_claim_of_another_paper_is_shown_as_a_dispute(suite):
    suite.write(SUPPORTED, DISPUTING).run("--report=page.html")
    page = (suite.pytester.path / "page.html").read_text(encoding="utf-8")
    assert "A1 ⇄ A3" in page
    assert "holds for A1" in page


def test_what_claims_say_together_is_told_and_goes_with_their_evidence(two_claims, tmp_path):
    """In the terminal, on the page, and on a page of a folder into which the evidence is merged."""
    two_claims.pytester.makeconftest(JOINING)
    (two_claims.pytester.path / "claims" / "conftest.py").write_text(ALSO_JOINING, encoding="utf-8")
    # in a process of its own: in ours the repository's claims.conftest may stand for this one
    done = two_claims.spawn("--evidence=kept", "--report=page.html")
    done.stdout.fnmatch_lines(
        ["Joint rows: *", "Z1  It answers and never errs. (A1 and A2)", "*✗ A1 ✓, A2 ✗*"]
    )
    root = two_claims.pytester.path
    merge_evidence(tmp_path / "merged", [root / "kept"])
    write_report(report_on(tmp_path / "merged"), tmp_path / "page.html")
    for page in (root / "page.html", tmp_path / "page.html"):
        assert "Z1: It answers and never errs." in page.read_text(encoding="utf-8")
    assert set(read_stories(tmp_path / "merged").joint) == {"Z1", "Z3"}


def test_two_models_are_compared_on_the_page(suite):
    for name in ("a", "b"):
        suite.pytester.mkdir(name)
    suite.run("--model=a", "--model=b", "--report=page.html")
    page = (suite.pytester.path / "page.html").read_text(encoding="utf-8")
    assert "comparison: b with a" in page


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--report=page.pdf", "*--report: a report wants a file that ends in .html, .md, .json, .csv*"),
        ("--report=claims", "*--report: a report wants a file that ends in*"),
        ("--report=d.html", "*--report wants a file, d.html is a folder*"),
    ],
)
def test_what_is_no_report_is_refused_before_anything_is_measured(suite, option, told):
    suite.pytester.mkdir("d.html")
    done = suite.run(option)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([told])


def test_a_file_that_cannot_be_written_costs_no_verdict(suite):
    suite.pytester.makefile("", full="")
    done = suite.run("--report=full/page.html")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["--report: *full*"])
