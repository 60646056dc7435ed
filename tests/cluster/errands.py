"""Errands: what a worker is made to do beside its jobs, so that one can see how its crew takes it.

Marks lie in the store's folder: which job kills its worker in the middle of a block, which one waits until
all others are done, and, by process, what each worker has in its environment and how large it has become.
"""

import os
import resource
import signal
import time
from pathlib import Path

from vtmetrics.cluster.gpu_groups import VISIBLE_DEVICES
from vtmetrics.cluster.job import read_job
from vtmetrics.cluster.replica import work
from vtmetrics.lab import measure

MARKS, DEADLY, SLOW, PRESENT = "marks", "deadly", "slow", "present"
#: how long the slow one waits for the others before the trial has failed
PATIENCE = 240


def errand(text):
    """The job, with what the marks say about it."""
    job = read_job(text)
    marks, own = Path(job.store) / MARKS, job.scenes[0][0][:12]
    if _taken(marks / f"{DEADLY} {own}"):
        measure._read = _killed_while(measure._read)
    if (marks / f"{SLOW} {own}").is_file():
        _wait_for_others(Path(job.store), int((marks / f"{SLOW} {own}").read_text()))
    answer = work(text)
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = f"{os.environ.get(VISIBLE_DEVICES, '')}\n{largest}\n{own}"
    (marks / f"{PRESENT} {os.getpid()}").write_text(told)
    return answer


def _taken(mark):
    """Whether it is there, and nobody else has taken it before."""
    try:
        mark.unlink()
    except FileNotFoundError:
        return False
    return True


def _killed_while(read):
    """Some rows of the block are read, the others never."""

    def reads(*asked):
        for number, row in enumerate(read(*asked)):
            if number:
                os.kill(os.getpid(), signal.SIGKILL)
            yield row

    return reads


def _wait_for_others(store, others):
    until = time.monotonic() + PATIENCE
    while sum(1 for _ in store.glob("v1/??/*/manifest.json")) < others:
        if time.monotonic() > until:
            raise RuntimeError("the others wait for the slow one")
        time.sleep(0.05)
