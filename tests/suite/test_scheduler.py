"""The scheduler alone, with workers that only note what they are sent."""

from types import SimpleNamespace

import pytest
from xdist.remote import Producer

from vtmetrics.suite import workers as glue
from vtmetrics.suite.claim_items import model_of
from vtmetrics.suite.options import REGISTRY
from vtmetrics.suite.workers import pytest_xdist_auto_num_workers, pytest_xdist_make_scheduler

A, B = (
    [f"claims/test_{n}.py::test_it[[model={name}{twin}]]" for twin in ("~untrained", "") for n in (1, 2)]
    for name in "ab"
)
PLAIN = ["tests/test_x.py::TestIt::test_x", "tests/test_x.py::test_y", "tests/test_z.py::test_z"]


@pytest.mark.parametrize("twin", ["", "~untrained", "~matched"])
def test_a_test_of_a_twin_is_one_of_its_model(twin):
    assert model_of(f"claims/test_x.py::test_it[[model=org/a-1{twin}]]") == "org/a-1"


class Worker:
    def __init__(self):
        self.sent = []
        self.shutting_down = False
        self.gateway = SimpleNamespace(id="gw")

    def send_runtest_some(self, indices):
        self.sent.append(indices)

    def shutdown(self):
        self.shutting_down = True


class Options:
    option = SimpleNamespace(loadscopereorder=False)

    def __init__(self, *embedded):
        models = (
            SimpleNamespace(spec=SimpleNamespace(name=name, embedded=name in embedded)) for name in "ab"
        )
        self.stash = {REGISTRY: SimpleNamespace(runnable=tuple(models))}

    def getvalue(self, _):
        return ["popen", "popen"]


@pytest.fixture
def started():
    def start(tests, *embedded):
        scheduler = pytest_xdist_make_scheduler(Options(*embedded), Producer("test", enabled=False))
        workers = [Worker(), Worker()]
        for worker in workers:
            scheduler.add_node(worker)
        for worker in workers:
            scheduler.add_node_collection(worker, tests)
        scheduler.schedule()
        return scheduler, workers

    return start


def sent(worker, tests):
    return [tests[index] for indices in worker.sent for index in indices]


def test_embedded_models_are_spread_by_module(started):
    _, (first, second) = started([*A, *B], "a")
    assert sent(first, [*A, *B])[:2] == A[::2]
    assert sent(second, [*A, *B])[:2] == A[1::2]


def test_the_modules_that_take_longest_are_begun_first(started):
    """However few tests they have, and wherever they stand."""
    names = ("test_a", "test_b", "test_reasoning", "test_truncation", "test_c")
    tests = [f"claims/{name}.py::test_it[[model=a]-{case}]" for name in names for case in range(3)]
    scheduler, workers = started(tests, "a")
    begun = [sent(worker, tests)[0].partition(".py")[0] for worker in workers]
    assert begun == ["claims/test_truncation", "claims/test_reasoning"]
    assert [scope.rpartition("/")[2] for scope in scheduler.workqueue] == [
        "test_a.py",
        "test_b.py",
        "test_c.py",
    ]


def test_a_model_and_its_twin_go_to_one_worker_and_other_tests_by_file(started):
    tests = [*A, *PLAIN, *B]
    _, (first, second) = started(tests)
    assert sent(first, tests) == A
    assert sent(second, tests)[:2] == PLAIN[:2]


def test_the_killer_is_not_sent_again(started):
    scheduler, (first, second) = started([*A, *B])
    scheduler.mark_test_complete(first, 0)
    assert scheduler.remove_node(first) == A[1]
    new = Worker()
    scheduler.add_node(new)
    scheduler.add_node_collection(new, [*A, *B])
    scheduler.schedule()
    assert sent(new, A + B) + sent(second, A + B)[len(B) :] == A[2:]


def test_a_finished_group_is_not_given_to_the_replacement(started):
    """It would be sent nothing, report nothing, and wait for ever."""
    tests = [*A[:1], *B, *PLAIN]
    scheduler, (first, _) = started(tests)
    scheduler.mark_test_complete(first, 0)
    running = next(name for name in scheduler.assigned_work[first] if "model=a" not in name)
    crashed = scheduler.remove_node(first)
    assert crashed in scheduler.workqueue.get(running, {crashed: True})
    assert all(not all(group.values()) for group in scheduler.workqueue.values())


def test_a_worker_that_ends_in_order_lost_nothing(started):
    scheduler, (first, _) = started([*A, *B])
    for index in range(len(A)):
        scheduler.mark_test_complete(first, index)
    assert scheduler.remove_node(first) is None


@pytest.mark.parametrize(
    ("path", "gpu", "workers"), [("claims", False, 1), ("claims", True, 4), ("tests", False, None)]
)
def test_automatic_workers_are_as_many_as_accelerators(path, gpu, workers, tmp_path, monkeypatch):
    """Before anything is collected, a file with claims is known by its text."""
    for name, body in (
        ("claims", '@claim(\n    "A1",\n)\n@slow\ndef test_a(): ...'),
        ("tests", "def test_a(): ..."),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "test_it.py").write_text(body)
    monkeypatch.setattr(glue, "accelerators", lambda: 4)
    config = SimpleNamespace(
        args=[path], invocation_params=SimpleNamespace(dir=tmp_path), getoption=lambda _: gpu
    )
    assert pytest_xdist_auto_num_workers(config) == workers
