"""Markdown, JSON and CSV: what they hold is what the rows say, and none of it acts."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.report.evidence_row import row
from tests.report.sample_evidence import sample
from vtmetrics.__main__ import main
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import write_evidence
from vtmetrics.report.page.page_source import page_source_of
from vtmetrics.report.page.plain_forms import as_csv, as_json, as_markdown
from vtmetrics.report.page.report_file import form_of, report_on, write_report

ACTING = "=cmd|'/c calc'!A1 <script>alert(1)</script> [x](javascript:1) `a` | b"


def test_every_row_is_a_line_of_the_csv_with_the_glyph_of_its_cell():
    rows = sample()
    told = list(csv.DictReader(io.StringIO(as_csv(page_source_of(rows)))))
    assert len(told) == len(set(rows))
    found = Conclusions(page_source_of(rows).rows)
    mains = [one for one in told if one["role"] == ""]
    assert {(one["claim"], one["case"], one["model"], one["glyph"]) for one in mains} == {
        (place.claim, place.case, place.model, found[place].glyph.value) for place in found if not place.twin
    }


def test_no_text_is_a_formula():
    told = list(csv.DictReader(io.StringIO(as_csv(page_source_of([row(note=ACTING, value=-0.5)])))))
    assert told[0]["note"].startswith("'=cmd")
    assert told[0]["value"] == "-0.5"


def test_json_tells_what_each_cell_concludes():
    told = json.loads(as_json(page_source_of(sample())))
    claims = {one["claim"]: one for one in told["claims"]}
    cells = {(cell["model"], cell["twin"]): cell for cell in claims["B1.level"]["cells"]}
    assert cells["llava-small", ""]["verdict"] in {"supported", "vacuous", "undecided"}
    assert told["headline"]["asked"].startswith("18 claims and 2 diagnostics of ours")
    assert len(claims) == 20


def test_markdown_shows_text_as_it_is():
    """A reader of Markdown makes no element of it but tables, lists and headings."""
    rows = [replace(one, statement=ACTING, note=ACTING) for one in sample()]
    written = as_markdown(page_source_of(rows, said=[ACTING]))
    tokens = MarkdownIt("commonmark").enable("table").parse(written)
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "softbreak", "text_special"}
    assert not {token.type for token in tokens} & {"html_block", "fence", "code_block"}


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.json", "a.csv"])
def test_the_end_of_a_name_says_which_form(tmp_path, name):
    size = write_report(page_source_of(sample()), tmp_path / "new" / name)
    assert (tmp_path / "new" / name).stat().st_size == size > 1000


def test_another_end_is_refused():
    with pytest.raises(
        ValueError, match=r"a report wants a file that ends in .html, .md, .json, .csv, got a.pdf"
    ):
        form_of(Path("a.pdf"))


def test_a_report_is_made_of_a_folder_alone(tmp_path, capsys):
    write_evidence(sample(), tmp_path / "kept" / "evidence.jsonl")
    files = [tmp_path / "a.html", tmp_path / "a.csv"]
    asked = [part for file in files for part in ("--to", str(file))]
    assert main(["report", str(tmp_path / "kept"), *asked]) == 0
    assert all(file.stat().st_size > 1000 for file in files)
    assert capsys.readouterr().out.count(" bytes\n") == 2
    assert main(["report", str(tmp_path / "nothing")]) == 1
    assert main(["report", str(tmp_path / "kept"), "--to", "a.pdf"]) == 1


def test_a_report_tells_what_changed_since_another_folder(tmp_path):
    for name in ("before", "after"):
        write_evidence(sample(), tmp_path / name / "evidence.jsonl")
    source = report_on(tmp_path / "after", tmp_path / "before")
    assert source.comparison.head == "comparison: after with before"
    assert source.comparison.table.cells
