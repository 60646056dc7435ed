"""Progress of a run: how many tests are done, how fast, and for how long yet; behind pytest's own letters.

It is written to a terminal and nowhere else, and gone when the run is over. Workers of xdist have none: of
them the controller tells how many tests are done, and nothing from inside one.
"""

import os
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, TextIO

import pytest
from rich.cells import cell_len, set_cell_size

from vtmetrics.suite.claim_items import model_of
from vtmetrics.suite.options import is_controller, only_looks
from vtmetrics.suite.progress import RUN_PROGRESS, duration

#: with less room in a line nothing is told
LEAST_ROOM = 12


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take the terminal, if there is one: a file, a pipe and a worker are none, and -s has it for itself."""
    free = config.pluginmanager.hasplugin("terminalreporter") and config.getoption("capture") != "no"
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if free and terminal and is_controller(config) and not only_looks(config):
        config.pluginmanager.register(RunProgress(config, sys.stdout), RUN_PROGRESS)


@dataclass(eq=False)
class RunProgress:
    """What is told of the tests of claims, and of the scenes inside the one that is running."""

    config: pytest.Config
    stream: TextIO
    now: Callable[[], float] = time.monotonic
    total: int = 0
    done: set[str] = field(default_factory=set)
    begun: float | None = None
    inside: str = ""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many there are."""
        self.total = sum(model_of(item.nodeid) is not None for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """All workers collect the same."""
        self.total = sum(model_of(test) is not None for test in ids)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> Generator[None, Any, Any]:
        """Make room for what pytest writes, and come back behind it."""
        self.begun = self.now() if self.begun is None and model_of(nodeid) else self.begun
        return (yield from self._aside())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, Any, Any]:
        """Count a test when it is over."""
        if report.when == "teardown" and model_of(report.nodeid) is not None:
            self.done.add(report.nodeid)
        return (yield from self._aside())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logfinish(self) -> Generator[None, Any, Any]:
        """Here pytest may end a line."""
        return (yield from self._aside())

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Leave nothing behind."""
        self._erase()

    def tell(self, inside: str) -> None:
        """Say what is done inside a test; what it prints is captured, and this isn't."""
        self.inside = inside
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            self._draw()

    def _aside(self) -> Generator[None, Any, Any]:
        self.inside = ""
        self._erase()
        found = yield
        self._draw()
        return found

    def _erase(self) -> None:
        self.stream.write("\x1b[K")
        self.stream.flush()

    def _draw(self) -> None:
        """Behind the cursor, which stays where it is."""
        writer = self.config.get_terminal_writer()
        room = writer.fullwidth - writer.width_of_current_line - 2
        told = " · ".join(filter(None, (self.tests(), self.inside)))
        if room < LEAST_ROOM or not told:
            self._erase()
            return
        told = set_cell_size(told, room) if cell_len(told) > room else told
        self.stream.write(f" {told}\x1b[K\x1b[{cell_len(told) + 1}D")
        self.stream.flush()

    def tests(self) -> str:
        """How many tests are done, and how long the others take if they take as long as these."""
        left = self.total - len(self.done)
        if self.begun is None or left <= 0:
            return ""
        told = f"{len(self.done)} of {self.total} tests"
        if not self.done:
            return told
        return f"{told}, about {duration((self.now() - self.begun) / len(self.done) * left)} left"
