"""The outcome of a run of claims, and the exit status that tells it to a script."""

from dataclasses import dataclass

import pytest

REFUTED = 1


NOTHING_MEASURED = 5


UNACCOUNTED = 6


CUT_SHORT = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)


@dataclass(frozen=True)
class Outcome:
    """What decides the status of a run of claims."""

    fails: bool
    measured: bool
    broken: bool


def exit_status(pytest_says: int, outcome: Outcome) -> int:
    """6 for a bug of ours, 1 if a gate is not passed, 5 if nothing was measured."""
    if pytest_says in CUT_SHORT:
        return pytest_says
    if outcome.broken:
        return UNACCOUNTED
    if pytest_says == pytest.ExitCode.TESTS_FAILED:
        return pytest_says
    if outcome.fails:
        return REFUTED
    return pytest_says if outcome.measured else NOTHING_MEASURED
