"""The page of the three papers leaves no row out, and takes a row from the unasked when a claim asks it."""

import re
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest

from fixtures import row_table
from fixtures.claim_catalogue import catalogue, joint_rows
from fixtures.documents import DOCS, baseline
from fixtures.models.registry import LINES
from fixtures.paper_rows import ROWS, UNASKED
from fixtures.row_table import asked_by_row, embedded_models, in_paper, legend, tables, unasked
from vtmetrics.evidence import Conclusions, Glyph, Paper, joined

(R5,) = joint_rows()
ROW = re.compile(r"^\| \[?([\w.-]+)\]?(?:\([^)]*\))? \| (.+?) \| .+? \| (.+?) \| (.+) \|$", re.MULTILINE)
#: how many rows each letter of the catalogue has
COUNTED = (
    *(("A", 8), ("B", 4), ("C", 5), ("D", 3), ("E", 4), ("F", 2), ("G", 11), ("H", 12), ("I", 4), ("J", 6)),
    *(("K", 4), ("M", 8), ("N", 4), ("P", 6), ("Q", 5), ("R", 5), ("S", 10), ("X", 35)),
)


@pytest.fixture(scope="module")
def lines():
    """The lines of the committed page: id, statement, what asks it or why not, verdicts."""
    return ROW.findall((DOCS / "three-papers.md").read_text(encoding="utf-8"))


def of(row):
    """What a row's lines are called: its own name, or that and a part."""
    return re.compile(rf"{re.escape(row)}(?:\..+)?")


@pytest.mark.parametrize("row", [row for rows in ROWS.values() for row in rows])
def test_no_row_is_missing(lines, row):
    """Each has a line with a function by its module and name, or with a reason."""
    mine = [line for line in lines if of(row).fullmatch(line[0])]
    assert mine != []
    told = re.compile(r"`claims/test_\w+\.py::test_\w+`|not asked: .{10,}|[\w.]+ and [\w.]+ together")
    assert [line[0] for line in mine if not told.fullmatch(line[2])] == []


def test_the_list_of_rows_is_the_catalogues():
    found = [row for rows in ROWS.values() for row in rows]
    assert len(set(found)) == len(found)
    assert tuple((letter, sum(row[0] == letter for row in found)) for letter, _ in COUNTED) == COUNTED
    assert len(found) == sum(count for _, count in COUNTED)


def test_every_claim_stands_in_its_row_and_under_its_function(lines):
    told = {line[0]: line[2] for line in lines}
    named = {
        entry.claim.id: f"`{entry.module.replace('.', '/')}.py::{entry.function.__name__}`"
        for entry in catalogue()
    }
    assert {name: told.get(name) for name in named} == named
    assert set(asked_by_row()) <= {row for rows in ROWS.values() for row in rows}


def test_every_reason_is_of_a_row():
    rows = {row for rows in ROWS.values() for row in rows}
    assert {name for name in UNASKED if name.partition(".")[0] not in rows} == set()
    joint = {row.name for row in joint_rows()}
    assert joint <= rows
    assert joint & (set(UNASKED) | set(asked_by_row())) == set()
    assert import_module("claims.conftest").pytest_claim_joint_rows() == joint_rows()
    assert {*R5.claims} <= {entry.claim.id for entry in catalogue()}


def verdicts(refuted, models):
    """Rows of two claims that stand about all models, but for one claim about one model."""
    both = [(claim, model) for claim in R5.claims for model in models]
    return [
        row(claim, model, "refuted" if (claim, model) in refuted else "supported") for claim, model in both
    ]


def row(claim, model, verdict):
    return replace(baseline()[0], claim=claim, model=model, verdict=verdict, case="", role="", missing=0)


def test_a_joint_row_stands_if_all_of_it_does(monkeypatch):
    """One claim of it is refuted of the second model, and the third has the other one alone."""
    monkeypatch.setattr(row_table, "ROWS", {"A paper": ("R5",)})
    monkeypatch.setattr(row_table, "asked_by_row", dict)
    monkeypatch.setattr(row_table, "embedded_models", lambda: ["one", "two", "three"])
    first, second = R5.claims
    kept = [*verdicts({(first, "two")}, ["one", "two"]), row(second, "three", "supported")]
    (line,) = (line for line in tables(kept).split("\n") if line.startswith("| R5"))
    assert line.endswith(f"| {first} and {second} together | ✓ | ✗ | · |")


def test_verdicts_are_those_of_the_committed_evidence(lines):
    """One for each model with committed weights; a dot where the baseline has nothing."""
    conclusions, models = Conclusions(baseline()), embedded_models()
    assert models == [line["name"] for line in LINES["model"] if "weights" in line]
    told = {line[0]: line[3].split(" | ") for line in lines}
    for entry in catalogue():
        cases = [conclusions.cases(entry.claim.id, model) for model in models]
        assert told[entry.claim.id] == [joined(found).glyph if found else "·" for found in cases]


def asking(name):
    """A claim of that id, as far as the table looks."""
    return SimpleNamespace(
        claim=SimpleNamespace(
            id=name,
            row=name.partition(".")[0],
            position=1,
            statement="It is so.",
            source=Paper("On fakes", "2401.00001", "Fakes").at("Table 1"),
            reported="most",
        ),
        module="claims.test_new",
        function=SimpleNamespace(__name__="test_it"),
    )


def test_a_claim_takes_the_place_of_the_reason(monkeypatch):
    """By the row's own name or by any part of it; the reason of another part stays."""
    monkeypatch.setattr(row_table, "UNASKED", {"Z1": UNASKED["A7"], "Z2.late": UNASKED["A7"]})
    assert unasked("Z1", []) == ["Z1"]
    assert unasked("Z1", [asking("Z1.early")]) == []
    assert unasked("Z2", [asking("Z2.early")]) == ["Z2.late"]
    assert unasked("Z2", [asking("Z2.late")]) == []


def test_a_line_says_what_asks_it_and_what_was_found(monkeypatch):
    monkeypatch.setattr(row_table, "ROWS", {"A paper (2401.00001)": ("Z1", "Z2")})
    monkeypatch.setattr(row_table, "UNASKED", {"Z2": UNASKED["A7"]})
    monkeypatch.setattr(row_table, "asked_by_row", lambda: {"Z1": [asking("Z1.a")]})
    monkeypatch.setattr(row_table, "embedded_models", lambda: ["one"])
    assert tables([]).split("\n")[2:-1] == [
        "## A paper (2401.00001)",
        "",
        "| row | what it says | in the paper | asked by, or why not | one |",
        "| --- | --- | --- | --- | --- |",
        "| [Z1.a](claims.md#z1a) | It is so. | Table 1: most | `claims/test_new.py::test_it` | · |",
        f"| Z2 | {UNASKED['A7'].says} | no claim cites it | not asked: {UNASKED['A7'].why} | – |",
    ]


def test_the_place_in_the_paper_and_its_words_are_told():
    """With the paper's name where the table is not its own, and no words where it has none."""
    cited = asking("Z1").claim
    assert in_paper(cited, "A paper (arXiv 2401.00001)") == "Table 1: most"
    assert in_paper(cited, "Other work") == "Fakes (arXiv 2401.00001), Table 1: most"
    cited.reported = None
    assert in_paper(cited, "A paper (arXiv 2401.00001)") == "Table 1: a diagnostic of ours"


def test_every_glyph_is_told_of():
    assert [glyph for glyph in Glyph if f"{glyph} {glyph.meaning}" not in legend()] == []
