"""Trials of faults: what is caught, what survives, and what is no fault because no test runs into it."""

import subprocess

import pytest

from tests.mutants.fault import Fault
from tests.mutants.run import tried
from tests.mutants.trial import Outcome

pytestmark = pytest.mark.slow
SUMS = '''
import math


def total(one, other):
    """The sum."""
    return math.fsum([one, other])
'''
TESTS = """
from sums import total


def test_it_is_the_sum():
    assert total(2, 3) == 5
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout of one module and one test, which git has not been told of yet."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # to load them takes a second
    folder = tmp_path / "checkout"
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)  # noqa: S607 - whichever it is
    (folder / "sums.py").write_text(SUMS)
    (folder / "test_sums.py").write_text(TESTS)
    return folder


def fault(right, wrong, tests=("test_sums.py",)):
    return Fault("made up", "sign", "sums.py", right, wrong, tests)


def test_a_fault_is_caught_survives_or_is_none(checkout):
    """The first two are of one length and within one second, which bytecode would not tell apart."""
    faults = {
        fault("[one, other]", "[one, 0.0]  "): Outcome.CAUGHT,
        fault("[one, other]", "[other, one]"): Outcome.SURVIVED,
        fault("import math", "import maths as math"): Outcome.BROKEN,
        fault("[one, other]", "[one, another]"): Outcome.BROKEN,
    }
    assert {one: said.outcome for one, said in tried(list(faults), checkout, 1)} == faults
    assert (checkout / "sums.py").read_text() == SUMS


def test_a_fault_whose_place_is_gone_or_that_changes_nothing_is_refused(checkout):
    with pytest.raises(ValueError, match=r"wants 'nowhere' once in sums.py, it is there 0 times"):
        fault("nowhere", "").source(checkout)
    with pytest.raises(ValueError, match=r"changes nothing in sums.py"):
        fault("[one, other]", "[one,  other]").source(checkout)


def test_tests_that_fail_anyway_notice_nothing(checkout):
    (checkout / "test_sums.py").write_text(TESTS.replace("== 5", "== 6"))
    with pytest.raises(RuntimeError, match="without any fault the tests have to pass"):
        list(tried([fault("[one, other]", "[one, -other]")], checkout, 1))
