"""Looking, in place of a run: --list and --doctor print what there is, and end; no model is loaded."""

from collections.abc import Iterable
from functools import partial

import pytest
from _pytest.main import wrap_session

from vtmetrics.suite.doctor import examined
from vtmetrics.suite.listing import LISTS, claims_listed, models_listed, tasks_listed
from vtmetrics.suite.options import REGISTRY
from vtmetrics.suite.summary import width_of


def pytest_addoption(parser: pytest.Parser) -> None:
    """What may be asked in place of a run."""
    group = parser.getgroup("claims")
    group.addoption(
        "--doctor",
        action="store_true",
        help="print what this machine has and what would run, and end",
    )
    group.addoption("--list", choices=LISTS, help="print the models, claims or tasks that there are, and end")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | pytest.ExitCode | None:
    """Do as pytest's own --fixtures does: open a session, look, print and end it; without workers."""
    wanted = "doctor" if config.getoption("doctor") else config.getoption("list")
    if not wanted or config.getoption("help"):
        return None
    config.option.numprocesses, config.option.dist = 0, "no"
    return wrap_session(config, partial(_show, wanted=wanted))


def _show(config: pytest.Config, session: pytest.Session, *, wanted: str) -> None:
    """Print the lines, and nothing of a run."""
    writer = config.get_terminal_writer()
    width = width_of(writer.fullwidth)
    if wanted == "models":
        lines: Iterable[str] = models_listed(config.stash[REGISTRY], config.getoption("markexpr"))
    elif wanted == "doctor":
        lines = examined(config, config.stash[REGISTRY], _collected(session), width)
    else:
        lines = {"claims": claims_listed, "tasks": tasks_listed}[wanted](_collected(session), width)
    for line in lines:
        writer.line(line)


def _collected(session: pytest.Session) -> list[pytest.Item]:
    """The tests that were asked for; a file that can't be read ends it, as it ends a run."""
    session.perform_collect()
    if session.testsfailed:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    return session.items
