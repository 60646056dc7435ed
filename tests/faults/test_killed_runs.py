"""Whole runs that are ended while they judge or report: the next one has the evidence of one that was not."""

import os
import signal

import pytest

from tests.faults.injection import Injected
from tests.suite.claim_suite import CASES, CONFTEST, REFUTED
from tests.suite.conftest import suite  # noqa: F401 - a fixture

SLOW = pytest.mark.skipif(not os.environ.get("VTMETRICS_SLOW"), reason="processes: VTMETRICS_SLOW=1")
KEPT = "what was judged is in the file, whole; the next run makes it that of an undisturbed one"
JUDGING = """
import vtmetrics.suite.verdicts as verdicts
real, seen = verdicts._judgement, []
def judged(*given):
    seen.append(1)
    if len(seen) == 9:
        end()
    return real(*given)
verdicts._judgement = judged
"""
REPORTING = """
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary():
    end()
"""
POINTS = {"judging": JUDGING, "reporting": REPORTING}
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT")
INJECTED = {
    f"B{4 + place}": Injected(f"{name} while {point}", KEPT, (point, name))
    for place, (point, name) in enumerate((point, name) for point in POINTS for name in SIGNALS)
}


@SLOW
@pytest.mark.slow
@pytest.mark.parametrize("fault", INJECTED)
def test_the_next_run_has_the_evidence_of_an_undisturbed_one(suite, fault):  # noqa: F811
    point, name = INJECTED[fault].do
    suite.write(CASES, REFUTED).run("--evidence=whole")
    ends = f"import os, signal\ndef end():\n    os.kill(os.getpid(), signal.{name})\n"
    suite.pytester.makeconftest(CONFTEST + ends + POINTS[point])
    done = suite.spawn("--evidence=kept")
    assert done.ret in (-signal.Signals[name], 2)
    assert suite.rows("kept")
    suite.pytester.makeconftest(CONFTEST)
    suite.run("--evidence=kept")
    assert written(suite.pytester.path / "kept") == written(suite.pytester.path / "whole")


def written(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.json*")}
