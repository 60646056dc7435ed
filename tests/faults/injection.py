"""Injecting faults: a child that is really killed, a disk that is really full, a bit that is really flipped.

Each module of this folder has its faults in a table `INJECTED`: by its number in the catalogue what is done,
and what has to become of it. A child is forked, which takes milliseconds, since everything is imported.
"""

import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Injected:
    """What is done, and what becomes of it, in words; `do` is what a test needs to do it."""

    told: str
    outcome: str
    do: Any = None


def forked(work: Callable[[], object]) -> int:
    """The status of a child that does the work: 0, 1 after an error, or minus the signal that killed it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # our threads, if any, wait for nothing
        child = os.fork()
    if child == 0:
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def at_once(*works: Callable[[], object]) -> list[int]:
    """The statuses of children that work side by side."""
    children = []
    for work in works:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            status = 1
            try:
                warnings.simplefilter("ignore")
                work()
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def die(*_: object, **__: object) -> None:
    """As if the machine's memory had run out: no handler, no cleaning up."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying(work: Callable[..., Any], *, when: Callable[..., bool], after: bool = False) -> Callable[..., Any]:
    """The same function, in which the process dies where the arguments say so, before or after its work."""

    def instead(*given: Any, **named: Any) -> Any:
        meant = when(*given, **named)
        if meant and not after:
            die()
        done = work(*given, **named)
        if meant and after:
            die()
        return done

    return instead


@contextmanager
def files_of_at_most(size: int) -> Any:
    """No file of this process may grow beyond: what is written further is an error, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def as_nobody(work: Callable[[], object]) -> int:
    """The status of a child that may write only where everybody may."""

    def demoted() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        work()

    return forked(demoted)
