"""A claim in a repository of one's own: a wheel of this tree, installed where the checkout cannot be seen.

The environment is empty but for the wheel; the libraries it needs are lent to it by a path.
"""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from sysconfig import get_paths

import pytest

from fixtures.models.build import build
from tests.house.pages import blocks

ROOT = Path(__file__).parents[2]
CONFTEST = '''
import pytest
from PIL import Image

from vtmetrics import Scene
from vtmetrics.suite import registry_of

pytest_plugins = ("vtmetrics.suite.plugin",)


def pytest_claim_models(config):
    """The only model here."""
    return registry_of(config, ["mine.py:load"])


@pytest.fixture(scope="session")
def squares():
    """Pictures of one colour each, more or less red."""
    reds = {f"red {level}": Image.new("RGB", (96, 96), (8 * level, 40, 60)) for level in range(32)}
    asked = {"prompt": "what color is the shape ?", "answer": "red", "task": "squares"}
    return [Scene(name, (image,), group=name, **asked) for name, image in reds.items()]
'''
MINE = '''
"""A model of my own."""

from pathlib import Path

from vtmetrics.nets import load as loaded


def load():
    return loaded(Path(__file__).parent / "checkpoint")
'''
CLAIM = '''
"""Do squares need their image?"""

from vtmetrics import Paper, agree, at_least, claim, truncate

NOTES = Paper("Notes on squares", "", "Notes")


@claim("S1", source=NOTES.at("page 1"), reported="always", expected=at_least(0.5, "most"), twin=True)
def test_half_the_depth_is_enough(model, squares):
    """The answer stays the same when image tokens stop half way."""
    return model.answer(squares, agree, truncate(1 / 2))
'''
LOADED = """
import sys
import vtmetrics
print(vtmetrics.__file__)
print(sorted({"pytest", "_pytest", "rich", "xdist", "jinja2", "fixtures"} & sys.modules.keys()))
"""
DOOR = """
import sys
import vtmetrics.suite
from vtmetrics.suite.plugin import pytest_plugins
print(sorted({*pytest_plugins} & sys.modules.keys()))
"""

pytestmark = pytest.mark.slow


def ran(*command, folder, status=0):
    """What a program of the foreign environment prints; it knows neither this checkout nor its plugins."""
    hidden = ("PYTHON", "PYTEST", "VIRTUAL_ENV", "COVERAGE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HF_HUB_OFFLINE": "1", "COLUMNS": "100"}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*map(str, command)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy of the tree: building writes where it builds."""
    where = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "vtmetrics", where / "tree" / "vtmetrics")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, where / "tree")
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    ran(sys.executable, "-m", "pip", "wheel", *offline, "-w", where, where / "tree", folder=where)
    (built,) = where.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel):
    """The interpreter of an environment that holds the wheel, and is lent what the wheel depends on."""
    where = wheel.parent / "environment"
    venv.create(where, with_pip=False)
    interpreter = where / ("Scripts" if os.name == "nt" else "bin") / "python"
    offline = ("--no-deps", "--no-index", "--quiet")
    ran(sys.executable, "-m", "pip", "--python", interpreter, "install", *offline, wheel, folder=where)
    (installed,) = where.rglob("site-packages/vtmetrics")
    lent = get_paths()["purelib"]  # a path in a path file is searched, and its own path files are not read
    (installed.parent / "lent.pth").write_text(lent, encoding="utf-8")
    return interpreter


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A conftest, a model, and one module of claims."""
    where = tmp_path_factory.mktemp("repository")
    build("llava", 0, where / "checkpoint")
    (where / "science").mkdir()
    for name, text in (("conftest.py", CONFTEST), ("mine.py", MINE), ("science/test_squares.py", CLAIM)):
        (where / name).write_text(text.lstrip(), encoding="utf-8")
    return where


def test_the_library_comes_from_the_wheel_and_leaves_pytest_and_rich_alone(python, repository):
    file, showing = ran(python, "-c", LOADED, folder=repository).splitlines()
    assert Path(file).is_relative_to(python.parents[1])
    assert showing == "[]"


def test_the_notebook_of_the_first_page_runs_as_it_stands_and_prints_what_the_page_says(python, tmp_path):
    """Beside the wheel there is the folder of one model, where the page says that it is, and nothing else."""
    ((_, notebook),) = blocks(ROOT / "README.md", "python")
    (weights,) = re.findall(r'Model\.load\("([^"]+)"\)', notebook)
    shutil.copytree(ROOT / weights, tmp_path / weights)
    (tmp_path / "notebook.py").write_text(notebook, encoding="utf-8")
    assert {file.parent for file in tmp_path.rglob("*.py")} == {tmp_path}
    said = ran(python, "-I", "notebook.py", folder=tmp_path)
    assert [said] == [body for mark, body in blocks(ROOT / "README.md", "text") if mark == "prints"]


def test_the_door_of_the_suite_imports_no_plugin_before_pytest_does(python, repository):
    """Asserts of a module that was imported before could not be rewritten, and pytest warns of it."""
    assert ran(python, "-c", DOOR, folder=repository).strip() == "[]"


def test_a_claim_is_measured_there_and_compared_with_itself(python, repository):
    """One model by a hook, then the same by --model; without practice scenes, and the report says so."""
    pytest_ = (python, "-m", "pytest", "-W", "error", "science")
    first = ran(*pytest_, "--evidence=kept", folder=repository)
    assert "S1" in first
    assert "The answer stays the same when image tokens stop half way." in first
    assert "its twins (untrained, scrambled)" in first
    assert "No practice scenes here" in first
    again = ran(*pytest_, "--model=mine.py:load", "--baseline=kept", folder=repository)
    assert "Compared with the baseline: 1 as before." in again
