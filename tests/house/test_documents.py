"""README and docs/ are the manual, and true: parts are generated, examples run, commands and links exist."""

import ast
import importlib.util
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import textwrap
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from fixtures.claim_catalogue import metrics_called, readers
from fixtures.documents import BASELINE, DOCS, PARTS, ROOT, adopt, main, written
from vtmetrics.metrics import GEOMETRY, METRICS, Reason

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
FENCED = re.compile(
    r"(?:^ *<!-- (?P<mark>[^\n]*?) -->\n)? *```(?P<kind>\w*)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL
)
COMMANDS = ("pytest", "nox", "pip", "python")
#: what only a machine with them can run, and how a command says so
NEEDS = {"--gpu": "a GPU", "ORG/NAME": "needs weights", "DIRECTORY": "needs weights", ".py:": "needs weights"}
#: what stands for something of the reader's
THEIRS = re.compile(r"\b(?:DIR|DIRECTORY|KEY|N|ID|ORG/NAME|\w+\.py:\w+)\b")
PYTEST_OPTIONS = {"-m", "-k", "-n", "-s", "--collect-only"}
FAMILIES = tomllib.loads((ROOT / "fixtures/models/registry.toml").read_text(encoding="utf-8"))["families"]
named = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def fenced(page, kind):
    """The blocks of a kind, each with the mark that stands before it."""
    found = FENCED.finditer(TEXTS[page])
    return [(each["mark"] or "", textwrap.dedent(each["body"])) for each in found if each["kind"] == kind]


def commands():
    """Every command that a page shows, with its remark."""
    for page in PAGES:
        for _, body in fenced(page, "sh"):
            for line in body.splitlines():
                told, _, remark = line.partition(" #")
                yield page.name, told.strip(), remark


LINES = list(commands())


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


def test_evidence_is_adopted_one_file_a_family(tmp_path, monkeypatch):
    monkeypatch.setattr("fixtures.documents.BASELINE", tmp_path)
    adopt(BASELINE / "llava.jsonl")
    assert [file.name for file in tmp_path.iterdir()] == ["llava.jsonl"]
    assert (tmp_path / "llava.jsonl").read_bytes() == (BASELINE / "llava.jsonl").read_bytes()


def test_the_first_page_is_short():
    assert len(TEXTS[ROOT / "README.md"].splitlines()) <= 200


@named
def test_examples_run(page, capsys, monkeypatch):
    """One after the other, page by page; what they print is what the page says; quotations are true."""
    monkeypatch.chdir(ROOT)
    names = {"__name__": "example"}
    for mark, body in fenced(page, "python"):
        if mark.startswith("from: "):
            assert body.strip() in (ROOT / mark.removeprefix("from: ")).read_text(encoding="utf-8")
        else:
            exec(compile(body, str(page), "exec"), names)  # noqa: S102 - our own manual
    said = capsys.readouterr().out
    for mark, body in fenced(page, "text"):
        assert mark != "prints" or (body and body in said)


@pytest.mark.parametrize(("page", "line", "remark"), LINES)
def test_a_command_names_what_exists(page, line, remark):
    """Options are ours or pytest's, paths are there, sessions are in the noxfile, modules can be run."""
    for part in line.split("&&"):
        program, *words = shlex.split(part)
        assert program in COMMANDS, f"{page} has a command that nothing checks"
        {"pytest": _pytest, "nox": _nox, "python": _python, "pip": _pip}[program](words)
    for sign, told in NEEDS.items():
        assert sign not in line or told in remark, f"{page}: {line} wants {told}, and has to say so"


def _pytest(words):
    options = (ROOT / "vtmetrics/suite/options.py").read_text(encoding="utf-8")
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "-m":
            assert following in FAMILIES or following == "not slow"
        elif word.startswith("-"):
            assert word in PYTEST_OPTIONS or f'"{word.partition("=")[0]}"' in options
        elif "/" in word and not THEIRS.fullmatch(word):
            assert (ROOT / word.partition("::")[0]).exists()


def _nox(words):
    """Nox takes sessions until its own options end; the rest is pytest's."""
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    own = words[: words.index("--")] if "--" in words else words
    assert own[0] == "-s"
    for session in own[1:]:
        name, _, family = session.partition("(")
        assert f"def {name}(session" in text
        assert not family or family.rstrip(")") in FAMILIES
    if "--" in words:
        _pytest(words[len(own) + 1 :])


def _python(words):
    assert words[0] == "-m"
    found = importlib.util.find_spec(words[1])
    if found.submodule_search_locations:
        found = importlib.util.find_spec(f"{words[1]}.__main__")
    text = Path(found.origin).read_text(encoding="utf-8")
    given = [word for word in words[2:] if not THEIRS.fullmatch(word)]
    assert [word for word in given if f'"{word}"' not in text] == []


def _pip(words):
    assert words[0] == "install"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for word in words[1:]:
        asked = re.fullmatch(r"\.\[(.+)\]", word)
        assert not asked or set(asked[1].split(",")) <= set(extras["optional-dependencies"])
        assert not word.endswith(".txt") or (ROOT / word).is_file()


@pytest.mark.parametrize("line", [line for _, line, _ in LINES if line.startswith("python -m vtmetrics")])
def test_a_module_does_what_is_shown(line, capsys, monkeypatch):
    """On the rows that are committed."""
    rows = ROOT / "fixtures" / "baseline" / "rows"
    filled = {"DIR": str(rows), "KEY": next(rows.glob("v1/*/*")).name}
    monkeypatch.setattr(sys, "argv", [filled.get(word, word) for word in line.split()[2:]])
    with suppress(SystemExit):
        runpy.run_module(line.split()[2], run_name="__main__", alter_sys=True)
    assert capsys.readouterr().out


def test_the_pages_are_written(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("<!-- report -->\n<!-- /report -->\n")
    monkeypatch.setattr("fixtures.documents.PARTS", {page: {"report": lambda: "what was found"}})
    assert main([]) == 0
    assert page.read_text() == "<!-- report -->\nwhat was found\n<!-- /report -->\n"


@pytest.mark.slow
def test_pytest_takes_the_commands(tmp_path):
    """Each that needs neither weights nor a GPU collects something, in a process of their own."""
    shutil.copy(BASELINE / "llava.jsonl", tmp_path / "evidence.jsonl")
    told = {line for _, line, remark in LINES if line.startswith("pytest") and "needs" not in remark}
    filled = {"DIR": str(tmp_path), "ID": "B4", "N": "24"}
    asked = [
        [THEIRS.sub(lambda found: filled[found[0]], word) for word in shlex.split(line)[1:]]
        for line in sorted(told)
    ]
    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", COLLECT, repr(asked)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.stdout.splitlines()[-1:] == ["all collected"], run.stdout + run.stderr


COLLECT = """
import ast, sys, pytest
for words in ast.literal_eval(sys.argv[1]):
    assert pytest.main([*words, "--collect-only", "-q", "-p", "no:cacheprovider"]) == 0, words
print("all collected")
"""


@named
def test_links_lead_somewhere(page):
    """To a file that is there, and to a heading in it."""
    text = FENCED.sub("", TEXTS[page])
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http:", "https:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def anchors(page):
    """The headings of a page as a forge turns them into anchors."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    bare = (re.sub(r"[^\w\- ]", "", line.lower()) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    return {line.strip().replace(" ", "-") for line in bare}


@named
def test_paths_and_modules_in_the_text_exist(page):
    for told in re.findall(r"`((?:claims|fixtures|tests|vtmetrics|docs)/[\w./*-]*)(?:::\w+)?`", TEXTS[page]):
        assert list(ROOT.glob(told)), told
    for told in re.findall(r"python -m ([\w.]+)", TEXTS[page]):
        assert importlib.util.find_spec(told), told


@named
def test_no_page_tells_of_one_machine(page):
    assert re.findall(r"(?<![\w.])/(?:work|root|home|tmp)/\S*", TEXTS[page]) == []


def test_every_page_can_be_reached_from_the_first():
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)", TEXTS[ROOT / "README.md"]))
    assert linked == {page.name for page in DOCS.glob("*.md")}


def reasons():
    """What the code says where there is no number: the longest part of each text that never differs."""
    for module in sorted((ROOT / "vtmetrics").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for part in _why(node):
                    texts = [each.value for each in ast.walk(part) if isinstance(each, ast.Constant)]
                    words = [text.strip(" :;,") for text in texts if isinstance(text, str)]
                    if words and len(longest := max(words, key=len)) > 3:
                        yield longest


def _why(call):
    """The arguments of a call that say why."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in ("NotMeasured", "Excluded", "Unloadable"):
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


def test_every_name_of_a_number_is_that_of_a_metric():
    """Names under which claims read geometry lead to metrics, and every metric is told of."""
    assert {name: metrics_called(name) for name in GEOMETRY if not metrics_called(name)} == {}
    assert list(readers()) == [metric.__name__ for metric in METRICS]


def test_what_one_cites_is_what_is_installed():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {version} " in TEXTS[ROOT / "CHANGELOG.md"]
