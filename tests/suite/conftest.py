"""Fixtures of the glue's own tests."""

import gc
from pathlib import Path

import pytest

from tests.suite.claim_suite import CONFIGURATION, CONFTEST, SUPPORTED, Suite


@pytest.fixture(scope="module", autouse=True)
def frozen():
    """The glue collects garbage after each model, and here torch would be looked through each time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def suite(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # each run would import hypothesis anew
    pytester.makeconftest(CONFTEST)
    pytester.makepyprojecttoml(CONFIGURATION)
    return Suite(pytester).write(SUPPORTED)
