"""One conformance test for every kind of workers: what a run may rely on, whoever does the work.

Dask and executorlib come with the extra `cluster` (`nox -s cluster` has it); without it they are skipped.
"""

import pytest

from fixtures.models.build import build
from tests.cluster.trial import BLOCKS, DEVICES, ENGINES, installed, tried

PLAIN = ("in process", "process pool")


def _case(engine):
    marks = [] if engine == "in process" else [pytest.mark.slow]
    if not installed(engine):
        lacking = f"wants the extra cluster: {ENGINES[engine][1]} is not installed"
        marks.append(pytest.mark.skip(reason=lacking))
    return pytest.param(engine, marks=marks, id=engine.replace(" ", "-"))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    where = tmp_path_factory.mktemp("built") / "llava"
    build("llava", 0, where)
    return where


@pytest.fixture(scope="module", params=[_case(engine) for engine in ENGINES])
def trial(request, checkpoint, tmp_path_factory):
    """All that is asked of an engine, in one go: starting workers takes longer than all of their work."""
    return request.param, tried(request.param, checkpoint, tmp_path_factory.mktemp("trial"))


def test_all_cells_are_there_with_the_bytes_of_a_serial_run(trial):
    _, found = trial
    assert len(found.serial) == 3 * BLOCKS
    assert found.files == found.serial
    assert found.same


def test_a_worker_killed_in_the_middle_of_a_block_costs_nothing(trial):
    engine, found = trial
    assert found.killed
    assert engine == "in process" or found.files == found.serial


def test_a_slow_job_keeps_no_other_waiting(trial):
    """It ends only when all others have: a crew that dealt them out beforehand would never be done."""
    _, found = trial
    assert len(found.files) == 3 * BLOCKS


def test_each_worker_has_accelerators_of_its_own(trial):
    engine, found = trial
    wanted = {",".join(DEVICES)} if engine == "in process" else set(DEVICES)
    assert found.groups == wanted


def test_a_driver_of_other_code_is_refused(trial):
    _, found = trial
    assert found.refused.startswith(
        "a worker refuses: the driver runs vtmetrics 0.0.1, this worker vtmetrics "
    )


def test_no_worker_is_left_when_the_crew_is_dismissed(trial):
    _, found = trial
    assert found.left == []
