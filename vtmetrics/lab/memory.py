"""Running out of memory: in how many words it is said, and how a block is then done in smaller batches."""

import gc
from collections.abc import Callable, Sequence
from textwrap import shorten
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")

# Only the first is a class of its own; drivers and libraries say the same in a RuntimeError.
SPELLINGS = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
    "cusolver_status_alloc_failed",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error, or one that caused it, says that memory did not suffice."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    said = str(error).lower()
    if isinstance(error, RuntimeError) and any(spelling in said for spelling in SPELLINGS):
        return True
    return error.__cause__ is not None and is_out_of_memory(error.__cause__)


def halving(block: Callable[[int], Result], size: int) -> Result:
    """The block's result at the largest of size, size / 2, … 1 that fits: all of it at one size."""
    if size < 1:
        raise ValueError(f"a batch holds at least one scene, not {size}")
    while True:
        try:
            return block(size)
        except Exception as error:
            if size == 1 or not is_out_of_memory(error):
                raise
        # Outside of the except clause, where the error would keep the failed batch alive.
        size //= 2
        _relieve()


def batched(
    rows: Sequence[Item],
    do: Callable[[Sequence[Item]], list[Result]],
    lose: Callable[[Item, str], list[Result]],
    size: int,
) -> list[Result]:
    """All rows in batches of one size; a row that does not fit even alone is lost, with its reason."""

    def block(size: int) -> list[Result]:
        parts = (rows[first : first + size] for first in range(0, len(rows), size))
        return [found for part in parts for found in _done(part, do, lose)]

    return halving(block, size)


def _done(
    part: Sequence[Item],
    do: Callable[[Sequence[Item]], list[Result]],
    lose: Callable[[Item, str], list[Result]],
) -> list[Result]:
    why = ""
    for _ in range(2):  # alone also a second time, when what others left behind is gone
        try:
            return do(part)
        except Exception as error:
            if len(part) > 1 or not is_out_of_memory(error):
                raise
            why = shorten(f"out of memory: {str(error) or type(error).__name__}", 100, placeholder=" …")
        _relieve()
    return lose(part[0], why)


def _relieve() -> None:
    """Give back what nobody holds any longer."""
    gc.collect()
    if torch.accelerator.is_available():
        torch.accelerator.empty_cache()
