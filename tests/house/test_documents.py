"""README and docs/ are the manual, and true: parts are generated, examples run, links and reasons exist."""

import ast
import importlib.util
import re
import sys
import tomllib

import pytest

from fixtures.claim_catalogue import metrics_called, readers
from fixtures.documents import BASELINE, DOCS, PARTS, ROOT, adopt, main, written
from tests.house.pages import FENCED, PAGES, TEXTS, blocks
from vtmetrics.metrics import ALL_METRICS, GEOMETRY, Reason


@pytest.mark.parametrize("page", PARTS, ids=lambda page: page.name)
def test_the_generated_parts_are_up_to_date(page):
    """If not: python -m fixtures.documents"""
    assert written(page) == page.read_text(encoding="utf-8")


def test_a_page_without_its_place_is_refused(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("no place for anything")
    monkeypatch.setitem(PARTS, page, {"report": str})
    with pytest.raises(ValueError, match=r"page.md wants a place for its report"):
        written(page)


def test_the_pages_are_written(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("<!-- report -->\n<!-- /report -->\n")
    monkeypatch.setattr("fixtures.documents.PARTS", {page: {"report": lambda: "what was found"}})
    assert main([]) == 0
    assert page.read_text() == "<!-- report -->\nwhat was found\n<!-- /report -->\n"


def test_evidence_is_adopted_one_file_a_family(tmp_path, monkeypatch):
    monkeypatch.setattr("fixtures.documents.BASELINE", tmp_path)
    adopt(BASELINE / "llava.jsonl")
    assert [file.name for file in tmp_path.iterdir()] == ["llava.jsonl"]
    assert (tmp_path / "llava.jsonl").read_bytes() == (BASELINE / "llava.jsonl").read_bytes()


def test_the_first_page_is_short():
    assert len(TEXTS[ROOT / "README.md"].splitlines()) <= 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_run(page, capsys, monkeypatch):
    """One after the other, page by page; what they print is what the page says; quotations are true."""
    monkeypatch.chdir(ROOT)
    names = {"__name__": "example"}
    for mark, body in blocks(page, "python"):
        if mark.startswith("from: "):
            assert body.strip() in (ROOT / mark.removeprefix("from: ")).read_text(encoding="utf-8")
        elif not mark.startswith("file: "):
            exec(compile(body, str(page), "exec"), names)  # noqa: S102 - our own manual
    said = capsys.readouterr().out
    for mark, body in blocks(page, "text"):
        assert mark != "prints" or (body and body in said)


def test_the_first_page_takes_its_example_from_the_library_alone():
    """Who has the wheel has what it imports."""
    trees = [ast.parse(body) for _, body in blocks(ROOT / "README.md", "python")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    tops = {name.partition(".")[0] for name in named}
    assert "vtmetrics" in tops
    assert tops - {"vtmetrics", "PIL", *sys.stdlib_module_names} == set()


def test_links_lead_somewhere():
    """To a file that is there, and to a heading in it."""
    lost = []
    for page, text in TEXTS.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", text)):
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if "://" not in target and not (file.exists() and (not anchor or anchor in anchors(file))):
                lost.append((page.name, target))
    assert lost == []


def anchors(page):
    """The headings of a page as a forge turns them into anchors."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    bare = (re.sub(r"[^\w\- ]", "", line.lower()) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    return {line.strip().replace(" ", "-") for line in bare}


def test_paths_and_modules_in_the_text_exist():
    paths = re.compile(r"`((?:claims|fixtures|tests|vtmetrics|docs)/[\w./*-]*)(?:::\w+)?`")
    told = [(page.name, path) for page, text in TEXTS.items() for path in paths.findall(text)]
    assert [(page, path) for page, path in told if not list(ROOT.glob(path))] == []
    modules = {module for text in TEXTS.values() for module in re.findall(r"python -m ([\w.]+)", text)}
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


def test_no_page_tells_of_one_machine():
    local = re.compile(r"(?<![\w.])/(?:work|root|home|tmp)/\S*")
    assert {page.name: local.findall(text) for page, text in TEXTS.items() if local.search(text)} == {}


def test_every_page_can_be_reached_from_the_first():
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)", TEXTS[ROOT / "README.md"]))
    assert linked == {page.name for page in DOCS.glob("*.md")}


def reasons():
    """What the code says where there is no number: the longest part of each text that never differs."""
    for module in sorted((ROOT / "vtmetrics").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from (longest for part in _why(node) if len(longest := _longest(part)) > 3)
            elif module.stem == "conclusion" and isinstance(node, ast.JoinedStr):
                yield from [longest] if len(longest := _longest(node)) > 9 else []


def _longest(part):
    """The longest text in it that is always the same."""
    texts = [each.value for each in ast.walk(part) if isinstance(each, ast.Constant)]
    return max((text.strip(" :;,") for text in texts if isinstance(text, str)), key=len, default="")


def _why(call):
    """The arguments of a call that say why."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in ("NotMeasured", "Undecided", "Excluded", "Unloadable"):
        return call.args[:1]
    if name == "Conclusion":
        return call.args[1:2]
    if name == "StoredValue":
        return [word.value for word in call.keywords if word.arg in ("missing", "excluded")]
    return []


def test_every_reason_has_its_place():
    """In when-it-says.md, by the words with which it is printed."""
    text = (DOCS / "when-it-says.md").read_text(encoding="utf-8")
    told = {*reasons(), *map(str, Reason)}
    assert len(told) > 30
    assert sorted(reason for reason in told if reason not in text) == []
    headings = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert len(set(headings)) == len(headings)
    assert [heading for heading in headings if "…" in heading] == []


def test_every_name_of_a_number_is_that_of_a_metric():
    """Names under which claims read geometry lead to metrics, and every metric is told of."""
    assert {name: metrics_called(name) for name in GEOMETRY if not metrics_called(name)} == {}
    assert list(readers()) == [metric.__name__ for metric in ALL_METRICS]


def test_what_one_cites_is_what_is_installed():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {version} " in TEXTS[ROOT / "CHANGELOG.md"]
