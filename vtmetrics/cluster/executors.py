"""Executors: which kinds of workers there are, by name, each behind the standard library's own interface."""

# ruff: noqa: PLC0415 - Dask and executorlib come with the extra, and are imported where they are meant

import os
import re
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from tempfile import mkdtemp
from typing import Any

import torch

from vtmetrics.cluster.crew import Crew
from vtmetrics.cluster.gpu_groups import VISIBLE_DEVICES, groups_of, take_group

#: what --cluster takes
WORKERS_NAMED = (
    "tcp://HOST:PORT, node:N, slurm:N, processes:N or here, N workers or NxG of them with G GPUs each"
)
_NAMED = re.compile(r"(?P<kind>node|slurm|processes)(:(?P<workers>[1-9]\d*)(x(?P<each>[1-9]\d*))?)?")
_DASK = re.compile(r"(tcp|tls|ws|ucx)://\S+")
#: how often a job is tried again elsewhere, when its worker died
RETRIES = 3
#: how many seconds the first worker may take to come
FIRST_WORKER = 120


def crew_of(text: str, *, gpu: bool = False) -> Crew:
    """The workers of this name; nothing is started before there is work."""
    if text == "here":
        return Crew(text, InProcess, holds=True)
    if _DASK.fullmatch(text):
        _wants("distributed", text)
        return Crew(text, partial(DaskWorkers, text))
    if (told := _NAMED.fullmatch(text)) is None:
        raise ValueError(f"a cluster is {WORKERS_NAMED}, not {text!r}")
    if told["kind"] != "processes":
        _wants("executorlib", text)
    each = int(told["each"]) if told["each"] else None
    seen = _seen() if gpu else []
    workers = int(told["workers"] or max(len(seen) // (each or 1), 1))
    if told["kind"] == "slurm":  # which gives every worker its own accelerators
        return Crew(text, partial(_slurm, workers, each or int(gpu)))
    groups = groups_of(seen, workers, each)
    return Crew(text, partial(_POOLS[told["kind"]], workers, groups))


def _wants(library: str, text: str) -> None:
    if find_spec(library) is None:
        raise ValueError(f"{text} wants {library}, which is not installed: pip install {library}")


def _seen() -> list[str]:
    """The accelerators that this process may see, as its environment has them."""
    named = [device for device in os.environ.get(VISIBLE_DEVICES, "").split(",") if device]
    count = torch.accelerator.device_count() if torch.accelerator.is_available() else 0
    return named or [str(number) for number in range(count)]


class InProcess(Executor):
    """The process itself as its only worker: what is submitted is done at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """A future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result is told
            future.set_exception(error)
        return future


class DaskWorkers(Executor):
    """The workers of a Dask scheduler, each with one thread, since a replica does one job at a time.

    They are not ended with the run: who started them ends them.
    """

    def __init__(self, address: str) -> None:
        from distributed import Client

        self._client: Any = Client(address, timeout=FIRST_WORKER)
        self._client.wait_for_workers(1, timeout=FIRST_WORKER)
        if many := {name: count for name, count in self._client.nthreads().items() if count > 1}:
            name, count = next(iter(many.items()))
            self._client.close()
            raise ValueError(f"a worker does one job at a time (--nthreads 1), {name} has {count} threads")
        # done elsewhere if its worker dies; never taken for done because its text is that of another run
        self._executor: Any = self._client.get_executor(retries=RETRIES, pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """A future of the scheduler."""
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the scheduler."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def _processes(workers: int, groups: tuple[str, ...]) -> Executor:
    folder = mkdtemp(prefix="vtmetrics-groups-")
    given = (folder, groups)
    return ProcessPoolExecutor(workers, get_context("spawn"), take_group, given)


def _node(workers: int, groups: tuple[str, ...]) -> Executor:
    from executorlib import SingleNodeExecutor

    folder = mkdtemp(prefix="vtmetrics-groups-")
    found: Executor = SingleNodeExecutor(
        max_workers=workers,
        init_function=partial(take_group, folder, groups),
        hostname_localhost=True,
        **_LASTING,
    )
    return found


def _slurm(workers: int, each: int) -> Executor:
    """Steps of the allocation in which this process runs."""
    from executorlib import SlurmJobExecutor

    resources = {"cores": 1, "gpus_per_core": each}
    found: Executor = SlurmJobExecutor(max_workers=workers, resource_dict=resources, **_LASTING)
    return found


#: workers of executorlib that outlast a job, and are started again when they die
_LASTING = {"block_allocation": True, "restart_limit": RETRIES, "disable_dependencies": True}
_POOLS = {"processes": _processes, "node": _node}
