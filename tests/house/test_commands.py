"""Every command of the manual names what exists, and is tried where that takes no weights and no GPU."""

import importlib.util
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from fixtures.documents import BASELINE, DOCS, ROOT
from fixtures.scenes.export_scenes import export
from tests.house.pages import TEXTS, blocks, commands
from vtmetrics.nets.families import FAMILIES

PROGRAMS = ("pytest", "nox", "pip", "python")
#: what only a machine with them can run, and how a command says so
NEEDS = {"--gpu": "a GPU", "ORG/NAME": "needs weights", "DIRECTORY": "needs weights", ".py:": "needs weights"}
#: the functions of this file need no weights but those of the repository
OURS = "docs/examples/mine.py:"
#: what stands for something of the reader's
THEIRS = re.compile(
    r"(?<!examples/)\b(?:DIR|DIRECTORY|BEFORE|AFTER|FROM|FILE\.html|FILE\.csv|KEY|N|ID|ORG/NAME|\w+\.py:\w+)\b"
)
PYTEST_OPTIONS = {"-k", "-m", "-n", "-p", "-s", "-v", "--collect-only"}
#: the commands of the library that write nothing but lines
PRINTING = re.compile(r"python -m vtmetrics(?! maps| merge| store (?:merge|export|clean))")
#: where the commands of the library are that have words of their own
COMMANDS = (
    "vtmetrics/__main__.py",
    "vtmetrics/lab/store_commands.py",
    "vtmetrics/cluster/scale_command.py",
    "fixtures/models/smol_llava.py",
    "fixtures/training/smol/train.py",
)
LINES = list(commands())


@pytest.mark.parametrize(("page", "line", "remark"), LINES)
def test_a_command_names_what_exists(page, line, remark):
    """Options are ours or pytest's, paths are there, sessions are in the noxfile, modules can be run."""
    for part in line.split("&&"):
        program, *words = shlex.split(part)
        assert program in PROGRAMS, f"{page} has a command that nothing checks"
        {"pytest": _pytest, "nox": _nox, "python": _python, "pip": _pip}[program](words)
    for sign, told in NEEDS.items():
        theirs = line.replace(OURS, "").replace("--gpus", "")  # how many there would be
        assert sign not in theirs or told in remark, f"{page}: {line} wants {told}, and has to say so"


def _pytest(words):
    options = _options()
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "-m":
            assert following in FAMILIES or following == "not slow"
        elif word.startswith("-"):
            assert word in PYTEST_OPTIONS or f'"{word.partition("=")[0]}"' in options
        elif "/" in word and not THEIRS.fullmatch(word):
            assert (ROOT / word.partition("::")[0]).exists()


def _options():
    """The modules that say which options there are."""
    rooms = [*(ROOT / "vtmetrics/suite").glob("*.py"), *(ROOT / "fixtures/scenes").glob("*.py")]
    texts = (file.read_text(encoding="utf-8") for file in rooms)
    return "\n".join(text for text in texts if "def pytest_addoption(" in text)


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
    if words[1] == "vtmetrics":
        text = "".join((ROOT / file).read_text(encoding="utf-8") for file in COMMANDS)
    given = [word for word in words[2:] if not THEIRS.fullmatch(word)]
    paths = [word for word in given if "/" in word]  # --out names files without their suffixes
    assert [path for path in paths if not [*ROOT.glob(path), *ROOT.glob(f"{path}.*")]] == []
    values = {value for option, value in pairwise(words) if option in ("--ask", "--layers")}
    values |= {word for word in given if re.fullmatch(r"[\d,]+(e\d+)?", word)}
    assert [word for word in given if f'"{word}"' not in text and word not in {*paths, *values}] == []


def _pip(words):
    assert words[0] == "install"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for word in words[1:]:
        asked = re.fullmatch(r"\.\[(.+)\]", word)
        assert not asked or set(asked[1].split(",")) <= set(extras["optional-dependencies"])
        assert not word.endswith(".txt") or (ROOT / word).is_file()


def test_what_the_text_mentions_exists():
    """Options and sessions that stand in a sentence."""
    texts = "\n".join(TEXTS.values())
    options = _options() + "".join((ROOT / file).read_text(encoding="utf-8") for file in COMMANDS)
    sessions = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    mentioned = set(re.findall(r"`(--[a-z]+)", texts))
    named = set(re.findall(r"nox -s (\w+)", texts))
    assert {option for option in mentioned if f'"{option}"' not in options} == set()
    assert {name for name in named if f"def {name}(session" not in sessions} == set()


@pytest.mark.filterwarnings("ignore:.*found in sys.modules after import:RuntimeWarning")  # it runs twice here
@pytest.mark.parametrize("line", [line for _, line, _ in LINES if PRINTING.match(line)])
def test_a_module_does_what_is_shown(line, capsys, monkeypatch, tmp_path):
    """On the rows that are committed; a report is written where nobody looks."""
    rows = ROOT / "fixtures" / "baseline" / "rows"
    monkeypatch.chdir(tmp_path)
    filled = {"DIR": str(rows), "KEY": next(rows.glob("v1/*/*")).name}
    filled |= dict.fromkeys(("BEFORE", "AFTER"), str(BASELINE / "llava.jsonl"))
    monkeypatch.setattr(sys, "argv", [filled.get(word, word) for word in line.split()[2:]])
    with suppress(SystemExit):
        runpy.run_module(line.split()[2], run_name="__main__", alter_sys=True)
    assert capsys.readouterr().out


@pytest.mark.slow
def test_claims_run_in_a_repository_of_ones_own(tmp_path):
    """The two files of the page, as they stand, with a directory of weights."""
    for mark, body in blocks(DOCS / "your-claims.md", "python"):
        weights = str(ROOT / "fixtures/models/weights/llava-1")
        (tmp_path / mark.removeprefix("file: ")).write_text(body.replace("DIRECTORY", weights))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "? 1 [.86, 1] ✗" in run.stdout


@pytest.mark.slow
def test_pytest_takes_the_commands(tmp_path):
    """Each that needs neither weights nor a GPU collects something, in a process of their own."""
    shutil.copy(BASELINE / "llava.jsonl", tmp_path / "evidence.jsonl")
    export(tmp_path, 3)
    told = {line for _, line, remark in LINES if line.startswith("pytest") and "needs" not in remark}
    filled = {"DIR": str(tmp_path), "FILE.html": str(tmp_path / "it.html"), "ID": "B4", "N": "24"}
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
