"""A scene on which the model fails is recorded and tried again; beyond 5 % of them its verdict is "?"."""

import shutil
from pathlib import Path

import pytest

from tests.suite.claim_suite import MODELS, REFUTED
from tests.suite.failing_forward import SCENES, failing
from vtmetrics.nets import in_memory

TRAINED = Path(__file__).parents[2] / "fixtures/models/weights/llava-0"
ASKED = '''
from vtmetrics import correct

@cited("A1")
def test_answers(model, letters):
    """The model answers."""
    return model.answer(letters, correct)
'''
FAILED = "failed: IndexError: index 7 is out of bounds for dimension 0 with size 5"
ON_ALL_RUNS = """
from tests.suite.failing_forward import failing
from vtmetrics.nets import in_memory

in_memory.load = failing(2)
"""


@pytest.fixture(scope="module", autouse=True)
def imported():
    """What is imported to load a model stays for the runs below, which forget what they import."""
    in_memory.load(TRAINED)


@pytest.fixture
def asked(suite, tmp_path, monkeypatch):
    """What is said of a model that fails on so many of 24 scenes: the claim's row, and what is printed."""
    where = tmp_path / "mine"
    shutil.copytree(TRAINED, where)
    with (where / "tokenizer.json").open("a") as file:
        file.write("\n")  # another digest, of which no rows are shipped
    suite.pytester.makeconftest(MODELS)
    suite.write(ASKED)
    options = (f"--model={where}", f"--scenes={SCENES}", "--evidence=kept", "-v", "-k", "not untrained")

    def run(count, times=None, *also, spawn=False):
        with monkeypatch.context() as patched:
            patched.setattr(in_memory, "load", failing(count, times))
            in_memory._held.clear()
            done = (suite.spawn if spawn else suite.run)(*options, *also)
            in_memory._held.clear()
        (row,) = [row for row in suite.rows() if not row.arm]
        return row, " ".join(done.stdout.str().split())

    return run


def test_what_failed_once_is_tried_again_and_right(asked):
    sound, _ = asked(0)
    shutil.rmtree("kept")
    row, text = asked(1, times=1)
    assert (row.missing, row.verdict, row.value) == (0, sound.verdict, sound.value)
    assert row.scenes == SCENES
    assert FAILED not in text


def test_one_of_24_that_always_fails_is_told_and_leaves_the_verdict(asked):
    row, text = asked(1)
    assert (row.missing, row.scenes, row.verdict) == (1, SCENES - 1, "supported")
    assert row.reasons == f"1 × {FAILED}"
    assert f"1 scene failed: 1 × {FAILED}" in text
    assert "Traceback" not in text


def test_two_of_24_are_more_than_5_percent_and_the_next_run_tries_them_alone(asked):
    row, text = asked(2)
    assert (row.missing, row.scenes) == (2, SCENES - 2)
    assert f"2 of {SCENES} scenes have no score, more than 5 %: 2 × {FAILED}" in text
    assert "1 undecided" in text
    again, text = asked(2)
    assert again.to_json() == row.to_json()
    assert f"2 of {SCENES} scenes have no score" in text
    mended, text = asked(0)
    assert (mended.missing, mended.scenes, mended.verdict) == (0, SCENES, "supported")


@pytest.mark.slow
def test_under_workers_too(asked, suite):
    suite.pytester.makeconftest(MODELS + ON_ALL_RUNS)
    row, text = asked(0, None, "-n2", spawn=True)
    assert (row.missing, row.scenes, row.reasons) == (2, SCENES - 2, f"2 × {FAILED}")
    assert f"2 of {SCENES} scenes have no score, more than 5 %: 2 × {FAILED}" in text


OUT_OF_MEMORY = """
import torch

@pytest.fixture
def table():
    SETUP

@cited("A1")
def test_answers(model, table):
    '''The model answers in time.'''
    raise torch.OutOfMemoryError("CUDA out of memory.")
"""


@pytest.mark.parametrize(
    ("setup", "why"), [("return None", "CUDA out of memory."), ("raise MemoryError", "MemoryError")]
)
def test_what_runs_out_of_memory_beside_scenes_is_not_measured(suite, setup, why):
    """As a pass that is timed may, or what a claim calculates: no bug, and the next claim is asked."""
    claim = OUT_OF_MEMORY.replace("SETUP", setup)
    done = suite.write(claim, REFUTED).run("--evidence=kept", "-v", "-k", "qwen and not untrained")
    first, second = sorted(suite.rows(), key=lambda row: row.claim)
    assert (first.verdict, second.verdict) == ("not measured", "refuted")
    assert first.note == f"needs more memory: what ran can't be halved, out of memory: {why}"
    assert "Traceback" not in done.stdout.str()
