"""A suite of claims in a directory of its own, about models that are fakes."""

import textwrap

from vtmetrics.evidence.evidence import read_evidence

CONFTEST = """
from tests.suite.fake_models import (
    pytest_claim_models, pytest_claim_models_named, pytest_claim_transcripts
)

pytest_plugins = ("vtmetrics.suite.plugin",)
"""
#: the same for models that have weights
MODELS = """
pytest_plugins = (
    "vtmetrics.suite.plugin", "fixtures.models.registry", "fixtures.scenes.pytest_fixtures"
)
"""
CONFIGURATION = """
[tool.pytest]
minversion = "9.0"
strict = true
addopts = ["--import-mode=importlib"]
"""
MODULE = '''
"""Do fakes know anything?"""

import pytest

from vtmetrics.evidence.paper_claim import claim
from vtmetrics.statistics.interval import at_least, at_most
from vtmetrics.evidence.paper_claim import Paper
from vtmetrics.unmeasured import NotMeasured

TABLE = Paper("On fakes", "2401.00001", "Fakes").at("Table 1")
HALF = at_least(0.5, "more than every second")


def cited(name, expected=HALF, **told):
    return claim(name, source=TABLE, reported="most", expected=expected, **told)
'''
SUPPORTED = '''
@cited("A1")
def test_answers(model):
    """The model answers."""
    return model.share(0.9)
'''
REFUTED = '''
@cited("A2")
def test_never_errs(model):
    """The model never errs."""
    return model.share(0.1)
'''
CASES = """
@cited("A1")
@pytest.mark.parametrize("depth", [1 / 4, 1 / 3, 3 / 4])
@pytest.mark.parametrize("source", [len, "noise"])
def test_answers(model, depth, source):
    '''The model answers.'''
    return model.share(0.9)
"""


class Suite:
    """Claims to run, and what came of it."""

    def __init__(self, pytester):
        self.pytester = pytester

    def write(self, *claims, module="test_fakes"):
        """A module with these claims, in place of an older one."""
        folder = self.pytester.path / "claims"
        folder.mkdir(exist_ok=True)
        text = MODULE + "".join(map(textwrap.dedent, claims))
        (folder / f"{module}.py").write_text(text.lstrip(), encoding="utf-8")
        return self

    def run(self, *options, paths=("claims",), **told):
        return self.pytester.runpytest_inprocess(*paths, "-p", "no:cacheprovider", *options, **told)

    def spawn(self, *options, paths=("claims",)):
        return self.pytester.runpytest_subprocess(*paths, "-p", "no:cacheprovider", "-p", "xdist", *options)

    def rows(self, folder="kept"):
        return read_evidence(self.pytester.path / folder)

    @property
    def loads(self):
        """What was loaded and released, with the number of the process."""
        lines = (self.pytester.path / "loads.log").read_text(encoding="utf-8").splitlines()
        return [tuple(line.split(" ", 1)) for line in lines]
