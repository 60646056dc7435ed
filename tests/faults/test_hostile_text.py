"""What models, users and strangers write reaches no terminal, page or table as anything but text."""

import csv
import io
import json
import re

import pytest

from tests.faults.injection import Injected
from tests.report.evidence_row import row
from tests.report.page_reader import read
from vtmetrics.evidence import CellStory, ShownScene, keep_cell_story
from vtmetrics.evidence.evidence import read_evidence, write_evidence
from vtmetrics.report import Detail, render
from vtmetrics.report.page.page_source import page_source_of
from vtmetrics.report.page.plain_forms import as_csv, as_json, as_markdown
from vtmetrics.report.page.web_page import web_page
from vtmetrics.report.sanitise import plain, quoted

INERT = "text, and nothing else, in terminal, page, Markdown, JSON and CSV"
HOSTILE = {
    "I1": ("a <script>", "<script>alert(1)</script>"),
    "I2": ("quotes that end an attribute", "\"'><img src=x onerror=alert(2)>"),
    "I3": ("a link of javascript: or data:", "[a](javascript:alert(1)) <a href='data:text/html,<script>'>"),
    "I4": ("</script> within embedded JSON", '</script><script>alert(1)//"}]'),
    "I5": ("a style that hides the page", "<style>*{display:none}</style>} body{background:url(//x)}"),
    "I6": ("a NUL byte", "a\0b"),
    "I7": ("a bidi override", "\u202egnirts\u2066"),
    "I8": ("OSC 52, which writes the clipboard", "\x1b]52;c;aGk=\x07"),
    "I9": ("OSC 8, a hidden link", "\x1b]8;;http://x\x1b\\a\x1b]8;;\x1b\\"),
    "I10": ("OSC 0, which names the window", "\x1b]0;owned\x07"),
    "I11": ("CSI 2J, which clears the screen", "\x1b[2J\x9b2J"),
    "I12": ("\\r, which writes over a line", "good\rbad\x08\x08\x08"),
    "I13": ("markup of rich", "[link=http://x]a[/link] [/x] [bold"),
    "I14": ("a megabyte", "word " * 200_000),
    "I15": ("a lone surrogate", "\ud800 \udfff"),
    "I16": ("a formula of spreadsheets", '=HYPERLINK("http://x")'),
    "I17": ("pipes and breaks of a Markdown table", "a | b\n|---|\n# c `d`"),
    "I18": ("a template's braces", "{{ 7*7 }} {% for x in y %} ${7*7}"),
}
INJECTED = {fault: Injected(told, INERT, text) for fault, (told, text) in HOSTILE.items()} | {
    "I19": Injected("a picture whose name is markup or leads elsewhere", "not shown"),
    "I20": Injected(
        "the page's own policy", "default-src 'none', and one script and one style by their digests"
    ),
}
ACTING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
each_fault = pytest.mark.parametrize("fault", HOSTILE)


def hostile(fault):
    """Rows in which everything that somebody else may write is that."""
    text = HOSTILE[fault][1]
    words = dict.fromkeys(("note", "statement", "reported", "because", "source", "model"), text)
    return [row("A1", case="", **words), row("A2", verdict="failed", value=None, **words)]


@pytest.fixture(params=HOSTILE)
def source(tmp_path, request):
    fault = request.param
    text, rows = HOSTILE[fault][1], hostile(fault)
    scene = ShownScene(text, text, text, 1.0, ((text, text),), text, text)
    try:
        keep_cell_story(CellStory(rows[0].cell, (), (scene,)), tmp_path)
    except OSError as error:
        pytest.fail(f"it is not kept: {error}")
    return page_source_of(rows, tmp_path, said=[text])


@each_fault
def test_a_terminal_is_told_text(fault):
    told = render(hostile(fault), width=100, color=False, detail=Detail.REASONS)
    assert ACTING.findall(told) == []
    assert max(len(line) for line in told.split("\n")) <= 100
    assert len(told) < 20_000
    for one in (plain(HOSTILE[fault][1]), quoted(HOSTILE[fault][1])):
        assert ACTING.findall(one) == []
        assert "\n" not in one
        assert len(one) <= 620


def test_a_page_holds_text(source):
    page = web_page(source)
    found = read(page)
    assert ACTING.findall(page) == []
    assert len(found.of("script")) == len(found.of("style")) == 1
    assert found.of("img") == []
    assert {name for _, attrs in found.elements for name in attrs if name.startswith("on")} == set()
    assert {value for _, _, value in found.links if not value.startswith("#")} <= {
        "https://arxiv.org/abs/2604.09425"
    }
    assert "49" not in re.findall(r"alert|\$\{?\w*49", page)
    assert len(page) < 300_000


def test_tables_hold_text(source):
    lines = list(csv.reader(io.StringIO(as_csv(source))))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert [cell for line in lines for cell in line if cell.startswith(("=", "@", "\t", "\r"))] == []
    told = json.loads(as_json(source))
    assert told
    written = as_markdown(source)
    for text in (as_csv(source), as_json(source), written):
        text.encode()
    tables = [line for line in written.split("\n") if line.startswith("|")]
    assert tables
    assert re.search(r"(?<!\\)<script", written) is None
    assert ACTING.findall(written) == []


@each_fault
def test_evidence_of_it_comes_back(tmp_path, fault):
    """Whatever is said is kept as it is, to the last sign."""
    rows = hostile(fault)
    write_evidence(rows, tmp_path / "evidence.jsonl")
    assert read_evidence(tmp_path) == rows


@pytest.mark.parametrize(
    "name", ["../../etc/hostname", "/etc/hostname", '"><script>.png', "a.svg", "0" * 16 + ".png"]
)
def test_a_picture_of_another_name_is_not_shown(tmp_path, name):
    rows = [row("A1")]
    scene = ShownScene("s", "?", "a", 1.0, (("PLAIN", "b"),), "", name)
    keep_cell_story(CellStory(rows[0].cell, (), (scene,)), tmp_path)
    (tmp_path / "shown" / f"{'0' * 16}.png").write_bytes(b"<svg onload=alert(1)>")
    assert read(web_page(page_source_of(rows, tmp_path))).of("img") == []


def test_a_page_says_what_it_may_load():
    policy = read(web_page(page_source_of([row("A1")]))).policy
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "base-uri 'none'; form-action 'none'" in policy
