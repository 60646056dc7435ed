"""A trial: eight blocks through one kind of workers, one of which is killed, one slow, one of other code."""

import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec

import psutil

from fixtures.scenes.draw import draw
from tests.cluster.errands import DEADLY, MARKS, PRESENT, SLOW, errand
from vtmetrics import Lab, Model, similar, truncate
from vtmetrics.cluster import ClusterLab, answer_checked, crew_of, read_answer, work
from vtmetrics.cluster.gpu_groups import VISIBLE_DEVICES
from vtmetrics.lab import Store
from vtmetrics.nets import Spec

BLOCKS = 8
DEVICES = ("0,1", "2,3")
#: by name: what --cluster would be told, and what has to be installed
ENGINES = {
    "in process": ("here", "vtmetrics"),
    "process pool": ("processes:2", "vtmetrics"),
    "executorlib": ("node:2", "executorlib"),
    "Dask": ("tcp://", "distributed"),
}


@dataclass
class Found:
    """What came of a trial."""

    serial: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    same: bool = False
    groups: set = field(default_factory=set)
    killed: bool = False
    by_slow: int = 0
    refused: str = ""
    left: list = field(default_factory=list)
    loaded: bool = False
    seconds: float = 0.0
    largest: int = 0
    beside: int = 0


def installed(engine):
    return find_spec(ENGINES[engine][1]) is not None


def tried(engine, checkpoint, folder, *, deadly=True):
    """One trial of an engine; in process nobody can be killed."""
    scenes = draw("words", "test", BLOCKS)
    spec = Spec(checkpoint.name, "any", str(checkpoint), embedded=True)
    found = Found()
    before = _asked(Model(spec, Lab(Store(folder / "serial"), batch=1)), scenes)
    found.serial = files_of(folder / "serial")
    store = Store(folder / "cluster")
    marks = store.root / MARKS
    marks.mkdir()
    order = sorted(scenes, key=lambda scene: len(scene.answer))  # the order in which a lab asks
    if engine != "in process":
        (marks / f"{SLOW} {order[0].digest[:12]}").write_text(str(BLOCKS - 1))
        if deadly:
            (marks / f"{DEADLY} {order[2].digest[:12]}").touch()
    begun = time.perf_counter()
    with ExitStack() as opened:
        text = opened.enter_context(_scheduled(folder)) if engine == "Dask" else ENGINES[engine][0]
        opened.enter_context(_environment(**{VISIBLE_DEVICES: ",".join(DEVICES)}))
        crew = opened.enter_context(crew_of(text, gpu=engine != "in process"))
        crew.task = errand
        after = _asked(Model(spec, ClusterLab(crew, store, batch=1)), scenes)
        found.seconds = time.perf_counter() - begun
        found.beside = _beside()
        found.refused = _of_other_code(crew, store, spec, scenes[:1])
        present = _present(marks)
    found.files, found.same = files_of(store.root), before == after
    found.killed = not any(marks.glob(f"{DEADLY}*"))
    found.groups = {told[0] for told in present.values()}
    found.largest = max(int(told[1]) for told in present.values()) // 1024
    found.left = [pid for pid in present if pid != os.getpid() and _lives(pid)]
    return found


def _asked(model, scenes):
    return model.answer(scenes, similar, truncate(0.5)).values


def files_of(root):
    """Every file of a store's chunks, by its content."""
    files = sorted(file for file in root.glob("v1/**/*") if file.is_file())
    return {str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _of_other_code(crew, store, spec, scenes):
    """What a worker says to a driver of other code."""
    lab = ClusterLab(crew, store)
    told = json.loads(lab._text(spec, Model(spec).digest, scenes, [truncate(0.25)], None))
    crew.task = work
    ((_, answer),) = crew.answers([json.dumps(told | {"code": "vtmetrics 0.0.1"})])
    try:
        answer_checked(read_answer(answer))
    except RuntimeError as error:
        return str(error)
    return ""


def _present(marks):
    """By process, what its workers said last."""
    files = marks.glob(f"{PRESENT}*")
    return {int(file.name.split()[1]): file.read_text().split("\n") for file in files}


def _lives(pid):
    for _ in range(100):  # the system takes a moment to bury it
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return False
        time.sleep(0.1)
    return True


def _beside():
    """How many processes there are beside this one, while the crew is at work."""
    return len(psutil.Process().children(recursive=True))


@contextmanager
def _environment(**told):
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def _scheduled(folder):
    """A scheduler and two workers, started as the manual says, each worker with its own accelerators."""
    file = folder / "scheduler.json"
    quiet = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "null", "DASK_DISTRIBUTED__VERSION": "2"}
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    alone = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    started = [_started([*command, *alone], folder, quiet)]
    try:
        while not file.is_file():
            time.sleep(0.1)
        for devices in DEVICES:
            one = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file)]
            own = ["--nworkers", "1", "--nthreads", "1", "--memory-limit", "0", "--no-dashboard"]
            started.append(_started([*one, *own], folder, quiet | {VISIBLE_DEVICES: devices}))
        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(60)


def _started(command, folder, told):
    log = (folder / "dask.log").open("ab")
    return subprocess.Popen(command, env=os.environ | told, stdout=log, stderr=log)  # noqa: S603 - ours
