"""The folder of scene scores and stories: that of the evidence or, where a run needs one, a temporary one."""

from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest

from vtmetrics.suite.options import is_controller

FOLDER = pytest.StashKey[Path | None]()
#: under which name a worker is told of it
TOLD = "scores_folder"


def pytest_configure(config: pytest.Config) -> None:
    """Know where whoever measures a cell keeps its scores; nowhere, if nobody asks for them."""
    folder: Path | None = config.getoption("evidence")
    if folder is None and (len(config.getoption("model")) == 2 or config.getoption("report")):
        folder = _temporary(config)
    config.stash[FOLDER] = folder


def _temporary(config: pytest.Config) -> Path:
    """A folder that all workers share, and that ends with the run."""
    if not is_controller(config):
        return Path(config.workerinput[TOLD])  # type: ignore[attr-defined]
    folder = Path(mkdtemp(prefix="vtmetrics-"))
    config.add_cleanup(partial(rmtree, folder, ignore_errors=True))
    return folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where: it is given the options, and would make a folder of its own."""
    node.workerinput[TOLD] = str(node.config.stash[FOLDER] or "")
