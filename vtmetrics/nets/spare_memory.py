"""Spare memory: how many bytes of a device may be filled with what would otherwise be made again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

#: which part of what is free may be filled: a processor's memory is shared with others
PART_OF_ACCELERATOR, PART_OF_PROCESSOR = 1 / 3, 1 / 8
#: what a processor may be filled with where nobody says how much is free
UNSAID = 2**30
FREE_OF_MACHINE = "/proc/meminfo"
LIMIT_OF_CONTAINER, USED_OF_CONTAINER = "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"


def spare_bytes(device: torch.device) -> int:
    """So many bytes on that device may be kept, of those that are free now."""
    if device.type == "cpu":
        free = _free_of_processor()
        return UNSAID if free is None else int(PART_OF_PROCESSOR * free)
    free, _ = torch.accelerator.get_memory_info(device)
    # what torch holds and nobody uses is free as well, though the driver counts it as taken
    held = torch.accelerator.memory_reserved(device) - torch.accelerator.memory_allocated(device)
    return int(PART_OF_ACCELERATOR * (free + held))


def bytes_in(held: Any) -> int:
    """How many bytes the tensors have that lie in dicts, in lists, or in those of them."""
    if isinstance(held, Tensor):
        return held.nbytes
    parts = held.values() if isinstance(held, Mapping) else held if isinstance(held, list | tuple) else ()
    return sum(map(bytes_in, parts))


def _free_of_processor() -> int | None:
    """The bytes that a process may still take, of the machine's or of its container's; None if unsaid."""
    told = Path(FREE_OF_MACHINE)
    lines = told.read_text(encoding="ascii").splitlines() if told.is_file() else []
    free = [1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    if (
        Path(LIMIT_OF_CONTAINER).is_file()
        and (limit := Path(LIMIT_OF_CONTAINER).read_text(encoding="ascii").strip()).isdecimal()
    ):
        free.append(max(int(limit) - int(Path(USED_OF_CONTAINER).read_text(encoding="ascii")), 0))
    return min(free, default=None)
