"""Fixtures of the glue's own tests."""

from pathlib import Path

import pytest

from tests.glue.suite import CONFIGURATION, CONFTEST, SUPPORTED, Suite


@pytest.fixture
def suite(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makeconftest(CONFTEST)
    pytester.makepyprojecttoml(CONFIGURATION)
    return Suite(pytester).write(SUPPORTED)
