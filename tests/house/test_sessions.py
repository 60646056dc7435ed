"""Sessions hand the suite as many workers as there are places for a model."""

import re
import runpy
import sys
from types import SimpleNamespace

import pytest

from fixtures.documents import DOCS, ROOT


@pytest.fixture
def sessions(monkeypatch):
    """The noxfile without nox, which the environment of the tests lacks."""
    fake = SimpleNamespace(
        options=SimpleNamespace(), session=lambda function=None, **_: function or (lambda it: it)
    )
    monkeypatch.setitem(sys.modules, "nox", fake)
    return runpy.run_path(str(ROOT / "noxfile.py"))


@pytest.mark.parametrize(
    ("arguments", "workers"),
    [
        ([], ["-n", "2"]),
        (["--model=DIRECTORY"], ["-n", "2"]),
        (["--gpu"], ["-n", "auto"]),
        (["--model=DIRECTORY", "--device=cuda:1"], ["-n", "auto"]),
        (["--device-map=auto"], ["-n", "auto"]),
        (["--gpu", "--evidence=DIR", "--cluster=node:8"], []),
    ],
)
def test_two_models_are_never_loaded_onto_one_accelerator(sessions, arguments, workers):
    """`auto` is one worker for each of them (vtmetrics/suite/workers.py); --cluster takes no -n."""
    asked = []
    sessions["_claims"].__globals__["run"] = lambda _, *command: asked.extend(command)
    sessions["_claims"](SimpleNamespace(posargs=arguments), "-m", "qwen")
    baseline = [f"--baseline={path}" for path in sorted((ROOT / "fixtures" / "baseline").glob("*.jsonl"))]
    named = any(word.startswith("--model") for word in arguments)
    assert asked == ["pytest", "claims", *workers, "-m", "qwen", *([] if named else baseline), *arguments]


def test_a_session_takes_as_long_as_the_manual_says(sessions):
    """What its docstring has in brackets at its end."""
    page = (DOCS / "contributing.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `nox -s (\w+)` \| .+ \| (.+?) \|$", page, re.MULTILINE))
    said = {name: re.search(r"\(([^()]+)\)\.$", sessions[name].__doc__) for name in told}
    assert len(told) > 10
    assert told == {name: found and found[1] for name, found in said.items()}
