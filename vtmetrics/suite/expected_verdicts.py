"""Expected verdicts of a run (--expected): read before anything is measured, held against what was found."""

from collections.abc import Iterator

import pytest

from vtmetrics.evidence import (
    Conclusions,
    Expectation,
    HeldExpectations,
    Place,
    hold_to,
    read_expectations,
    without_a_claim,
)
from vtmetrics.report import plain
from vtmetrics.suite.claim_items import case, claim_of, handle_of, model_of
from vtmetrics.suite.options import is_controller

EXPECTED = pytest.StashKey[tuple[Expectation, ...]]()


def pytest_configure(config: pytest.Config) -> None:
    """Read what is expected; a malformed file is refused in one sentence."""
    file = config.getoption("expected")
    if file is not None and is_controller(config):
        try:
            config.stash[EXPECTED] = read_expectations(file)
        except (OSError, ValueError) as error:
            raise pytest.UsageError(f"--expected: {error}") from error


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse a name that no claim has; with workers, which alone know them, it is said at the end."""
    expected = session.config.stash.get(EXPECTED, None)
    if expected is None:
        return
    places = [_place(item) for item in session.items if claim_of(item) and model_of(item.nodeid)]
    if places and (lost := without_a_claim(expected, places)):
        raise pytest.UsageError(f"--expected wants claims of this run, none is called {lost[0]}")


def _place(item: pytest.Item) -> Place:
    claim, spec = claim_of(item), handle_of(item).spec
    return Place(claim.id if claim else "", case(item), spec.name, spec.twin)


def held_in(config: pytest.Config, conclusions: Conclusions) -> HeldExpectations | None:
    """What became of the expectations of this run, if it has any."""
    expected = config.stash.get(EXPECTED, None)
    return None if expected is None else hold_to(expected, conclusions)


def told_of(found: HeldExpectations) -> Iterator[str]:
    """A line for whatever did not come true, and how many verdicts were expected, model by model."""
    yield from (plain(line) for line in found.lines)
    missed = len(found.lines)
    end = f"{missed} not as expected" if missed else "all as expected"
    yield f"{found.count} expected verdict{'' if found.count == 1 else 's'}: {end}."
