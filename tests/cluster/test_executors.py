"""Workers by name, and one sentence for what can't be meant or is not installed."""

import importlib.util

import pytest

from vtmetrics.cluster import executors
from vtmetrics.cluster.executors import InProcess, crew_of


@pytest.mark.parametrize("text", ["", "node:0", "node:2x0", "nodes", "http://a:1", "slurm:x", "here:2"])
def test_other_names_are_refused(text):
    with pytest.raises(ValueError, match=r"a cluster is tcp://HOST:PORT, node:N.* or here.*, not "):
        crew_of(text)


@pytest.mark.parametrize(
    ("text", "library"),
    [("tcp://a:1", "distributed"), ("node:2", "executorlib"), ("slurm:2x4", "executorlib")],
)
def test_what_is_not_installed_is_said_with_how_to_get_it(text, library, monkeypatch):
    monkeypatch.setattr(executors, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=rf"{library}, which is not installed: pip install {library}$"):
        crew_of(text)


def test_only_the_driver_itself_holds_a_net():
    assert crew_of("here").holds
    assert not crew_of("processes:2").holds


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("processes:2", (2, ("4,5", "6,7"))),
        ("processes", (4, ("4", "5", "6", "7"))),
        ("processes:1x3", (1, ("4,5,6",))),
    ],
)
def test_workers_share_what_this_process_may_see(text, given, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,6,7")
    assert crew_of(text, gpu=True).start.args == given


def test_on_processors_there_are_no_groups(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    assert crew_of("processes").start.args == (1, ())


@pytest.mark.skipif(
    not importlib.util.find_spec("executorlib"), reason="wants the extra cluster: executorlib"
)
def test_slurm_gives_each_worker_its_own_accelerators():
    assert crew_of("slurm:8x4", gpu=True).start.args == (8, 4)
    assert crew_of("slurm:8", gpu=True).start.args == (8, 1)
    assert crew_of("slurm:8").start.args == (8, 0)


def test_in_process_an_error_is_the_futures():
    def fails():
        raise KeyError("mine")

    assert isinstance(InProcess().submit(fails).exception(), KeyError)
