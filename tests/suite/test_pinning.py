"""Each worker has an accelerator of its own."""

import os
from types import SimpleNamespace

import pytest
import torch

from vtmetrics.suite import workers
from vtmetrics.suite.workers import Pins


def node(name):
    return SimpleNamespace(gateway=SimpleNamespace(id=name), workerinput={})


def pinned(pins, name):
    worker = node(name)
    pins.pytest_configure_node(worker)
    return worker.workerinput["accelerator"]


def test_workers_are_spread_over_the_accelerators():
    pins = Pins(["4", "7"])
    assert [pinned(pins, name) for name in ("gw0", "gw1", "gw2")] == ["4", "7", "4"]


def test_the_replacement_of_a_dead_worker_takes_its_accelerator():
    pins = Pins(["4", "7"])
    pinned(pins, "gw0")
    pinned(pins, "gw1")
    pins.pytest_testnodedown(node("gw1"))
    assert pinned(pins, "gw2") == "7"


def test_a_worker_sees_its_accelerator_alone(monkeypatch):
    monkeypatch.setenv(workers.VISIBLE, "4,7")
    workers.pytest_configure(SimpleNamespace(workerinput={"accelerator": "7"}))
    assert os.environ[workers.VISIBLE] == "7"


@pytest.mark.parametrize(("told", "threads"), [({}, 3), ({"OMP_NUM_THREADS": "6"}, 6)])
def test_workers_share_the_cores_unless_told_otherwise(monkeypatch, told, threads):
    monkeypatch.delenv(workers.THREADS, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(6)
        workers.pytest_configure(SimpleNamespace(workerinput={"workercount": 2}))
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


def test_only_accelerators_that_may_be_seen_are_given_away(monkeypatch):
    monkeypatch.setenv(workers.VISIBLE, "4,7")
    assert workers._devices() == ["4", "7"]
    monkeypatch.delenv(workers.VISIBLE)
    monkeypatch.setattr(workers, "accelerators", lambda: 3)
    assert workers._devices() == ["0", "1", "2"]
