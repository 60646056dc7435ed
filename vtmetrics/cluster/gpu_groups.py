"""GPU groups: which accelerators of its machine a worker has to itself, told by its environment.

A group is taken by locking a file, and the system unlocks it when the worker ends, however it ends: who comes
in place of a killed worker takes what that one had.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES"
#: how long a group may take to be given back by a worker that is being ended
PATIENCE = 60.0
#: the locks of this process, which has them until it ends
_taken: dict[str, Any] = {}


def groups_of(devices: Sequence[str], workers: int, each: int | None = None) -> tuple[str, ...]:
    """The devices dealt to so many workers, `each` so many or all of them evenly; none, if there are none."""
    if not devices:
        return ()
    size = each or max(len(devices) // workers, 1)
    if workers * size > len(devices):
        told = f"{workers} workers of {size} want {workers * size} accelerators"
        raise ValueError(f"{told}, {len(devices)} can be seen: {', '.join(devices)}")
    return tuple(",".join(devices[size * n : size * (n + 1)]) for n in range(workers))


def take_group(folder: str, groups: Sequence[str]) -> dict[str, Any]:
    """Take one group for this process, before torch looks for accelerators; nothing where there are none."""
    if groups and folder not in _taken:
        until = time.monotonic() + PATIENCE
        while not any(_locks(folder, group) for group in groups):
            if time.monotonic() > until:
                raise RuntimeError(f"a worker wants one of the GPU groups {list(groups)}, others have all")
            time.sleep(0.05)
    return {}  # an engine may pass on what a worker begins with, and this is nothing


def _locks(folder: str, group: str) -> bool:
    import fcntl  # noqa: PLC0415 - not on every system, and only where there are groups

    file = (Path(folder) / f"group-{group.replace(',', '-')}").open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _taken[folder] = file
    os.environ[VISIBLE_DEVICES] = group
    return True
