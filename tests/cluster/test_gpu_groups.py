"""Each worker has a GPU group to itself, which a killed one gives back."""

import os
import signal
import subprocess
import sys

import pytest

from vtmetrics.cluster import gpu_groups
from vtmetrics.cluster.gpu_groups import VISIBLE_DEVICES, groups_of, take_group

EIGHT = [str(number) for number in range(8)]


@pytest.mark.parametrize(
    ("devices", "workers", "each", "groups"),
    [
        (EIGHT, 4, None, ("0,1", "2,3", "4,5", "6,7")),
        (EIGHT, 8, None, tuple(EIGHT)),
        (EIGHT, 3, None, ("0,1", "2,3", "4,5")),
        (EIGHT, 2, 2, ("0,1", "2,3")),
        (["4", "7"], 1, None, ("4,7",)),
        ([], 4, None, ()),
    ],
)
def test_devices_are_dealt_to_workers(devices, workers, each, groups):
    assert groups_of(devices, workers, each) == groups


def test_more_than_there_are_is_refused():
    with pytest.raises(ValueError, match="3 workers of 4 want 12 accelerators, 8 can be seen: 0, 1"):
        groups_of(EIGHT, 3, 4)


@pytest.fixture
def others(monkeypatch):
    """What this process has it forgets, as if it were another one; its locks are held all the same."""
    monkeypatch.setenv(VISIBLE_DEVICES, "0,1,2,3")
    kept = []

    def forget():
        monkeypatch.setattr(gpu_groups, "_taken", {})
        kept.append(gpu_groups._taken)

    forget()
    yield forget
    for taken in kept:
        for file in taken.values():
            file.close()


def test_no_two_workers_have_one_group(tmp_path, others, monkeypatch):
    seen = []
    for _ in range(2):
        take_group(str(tmp_path), ("0,1", "2,3"))
        seen.append(os.environ[VISIBLE_DEVICES])
        others()
    assert seen == ["0,1", "2,3"]
    monkeypatch.setattr(gpu_groups, "PATIENCE", 0.1)
    with pytest.raises(RuntimeError, match="others have all"):
        take_group(str(tmp_path), ("0,1", "2,3"))


def test_a_worker_takes_one_group_once(tmp_path, others):
    for _ in range(2):
        take_group(str(tmp_path), ("0,1", "2,3"))
    assert os.environ[VISIBLE_DEVICES] == "0,1"
    others()


@pytest.mark.usefixtures("others")
def test_without_groups_the_environment_stays(tmp_path):
    assert take_group(str(tmp_path), ()) == {}
    assert os.environ[VISIBLE_DEVICES] == "0,1,2,3"


HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.mark.slow
def test_a_killed_worker_gives_its_group_back(tmp_path, others, monkeypatch):
    held = tmp_path / "group-0-1"
    command = [sys.executable, "-c", HOLDER, str(held)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:  # noqa: S603 - our own interpreter
        assert holder.stdout.readline() == b"held\n"
        monkeypatch.setattr(gpu_groups, "PATIENCE", 0)
        with pytest.raises(RuntimeError, match="others have all"):
            take_group(str(tmp_path), ("0,1",))
        holder.send_signal(signal.SIGKILL)
    take_group(str(tmp_path), ("0,1",))
    assert os.environ[VISIBLE_DEVICES] == "0,1"
    others()
