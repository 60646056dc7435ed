"""The option --cluster: who measures, if not this process; a worker is asked first whether it can."""

from contextlib import ExitStack

import pytest

from vtmetrics.cluster import WORKERS_NAMED, ClusterLab, Crew
from vtmetrics.lab import Store
from vtmetrics.nets import weights_elsewhere
from vtmetrics.suite.measuring_crew import crew_meant, meant_by

OPENED = pytest.StashKey[ExitStack]()
LOOKING = ("collectonly", "list", "doctor")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Beside the options of models."""
    parser.getgroup("claims").addoption(
        "--cluster",
        metavar="WORKERS",
        help=f"let workers measure, see docs/more-machines.md: {WORKERS_NAMED}",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse what can't be meant, and keep weights out of a process that measures nothing."""
    if config.getoption("cluster") and not hasattr(config, "workerinput"):
        crew = meant_by(config, config.getoption("cluster"))
        opened = config.stash[OPENED] = ExitStack()
        opened.enter_context(crew)
        if not crew.holds:
            opened.enter_context(weights_elsewhere(f"--cluster={crew.name}"))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Ask a worker whether it runs the same code and sees the store, once it is known that there is work."""
    crew, looks = crew_meant(session.config), map(session.config.getoption, LOOKING)
    if crew is not None and session.items and not any(looks):
        _greet(crew, Store(session.config.getoption("evidence") / "store"))


def _greet(crew: Crew, store: Store) -> None:
    try:
        why = crew.greeted(ClusterLab(crew, store).greeting())
    except TimeoutError as error:
        raise pytest.UsageError(f"--cluster={crew.name}: no worker answers") from error
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"--cluster={crew.name}: {error}") from error
    if why:
        raise pytest.UsageError(f"--cluster={crew.name}: {why}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Send the workers home, wherever the run ended."""
    if OPENED in config.stash:
        config.stash[OPENED].close()
