"""--cluster: what can't be meant is refused before anything is measured, and workers are asked first."""

from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from tests.suite.claim_suite import CONFIGURATION, MODELS
from vtmetrics.cluster import Crew
from vtmetrics.cluster.executors import InProcess
from vtmetrics.suite.measuring_crew import meant_by


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cluster=here"], "--cluster wants --evidence=DIRECTORY, a folder that driver and workers see"),
        (["--cluster=herd", "--evidence=kept"], "--cluster: a cluster is tcp://HOST:PORT, node:N*not 'herd'"),
        (["--cluster=here", "--evidence=kept", "--cost"], "--cluster and --cost are not for one run*"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(suite, options, said):
    done = suite.run(*options)
    assert done.ret == 4
    done.stderr.fnmatch_lines([f"ERROR: {said}"])


def test_several_drivers_are_refused():
    told = {"evidence": "kept", "numprocesses": 2}
    config = SimpleNamespace(getoption=lambda name, default=None: told.get(name, default))
    with pytest.raises(pytest.UsageError, match="--cluster wants one driver, and -n makes several"):
        meant_by(config, "here")


def test_a_run_without_questions_hires_nobody(suite, monkeypatch):
    monkeypatch.setattr(InProcess, "submit", pytest.fail)
    assert suite.run("--cluster=here", "--evidence=kept", "--collect-only").ret == 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("driver and workers run the same code: a there, b at a worker", "driver and workers run the same*"),
        (TimeoutError(), "no worker answers"),
        (OSError("Timed out trying to connect"), "Timed out trying to connect"),
    ],
)
def test_workers_that_cannot_do_it_end_the_run_before_it_begins(suite, monkeypatch, answer, said):
    def greeted(*_):
        if isinstance(answer, str):
            return answer
        raise answer

    monkeypatch.setattr(Crew, "greeted", greeted)
    done = suite.run("--cluster=here", "--evidence=kept")
    assert done.ret == 4
    done.stderr.fnmatch_lines([f"ERROR: --cluster=here: {said}"])
    assert not (suite.pytester.path / "loads.log").exists()


ASKED = '''
@cited("A1")
def test_answers(model, words):
    """The model answers."""
    from vtmetrics import correct

    return model.answer(words, correct)
'''


PROCESS = pytest.param(
    "processes:1",
    marks=pytest.mark.skipif(not find_spec("distributed"), reason="`nox -s cluster` has the time for it"),
)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["here", PROCESS])
def test_a_claim_is_answered_by_a_worker(suite, request, workers):
    """Of a model that has weights; the process that judges has its evidence, and the store its rows."""
    suite.pytester.makeconftest(MODELS)
    suite.pytester.makepyprojecttoml(CONFIGURATION)
    suite.write(ASKED)
    weights = request.config.rootpath / "fixtures" / "models" / "weights" / "llava-1"
    done = suite.spawn(f"--model={weights}", "--scenes=4", "--evidence=kept", f"--cluster={workers}")
    assert done.ret == 0
    told = {(row.claim, row.twin): row.scenes for row in suite.rows()}
    assert told["A1", ""] == 4
    store = suite.pytester.path / "kept" / "store"
    assert len(list(store.glob("scenes/??/*.json"))) == 4
    assert list(store.glob("v1/??/*/manifest.json"))
