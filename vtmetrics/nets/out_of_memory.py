"""Out of memory: in how many words it is said, and what is given back when a net goes or did not fit."""

import errno
import gc
import traceback
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import shorten
from typing import Any

import torch

from vtmetrics.unmeasured import NotMeasured

# Only the first is a class of its own; drivers and libraries say the same in a RuntimeError.
SPELLINGS = (
    "out of memory",
    "out_of_memory",  # CUDA_ERROR_OUT_OF_MEMORY, as the driver's own name is quoted
    "outofmemory",  # hipErrorOutOfMemory, kIOGPUCommandBufferCallbackErrorOutOfMemory
    "not enough memory",
    "insufficient memory",
    "can't allocate memory",
    "cannot allocate memory",
    "_alloc_failed",  # cuBLAS, cuDNN, cuSOLVER, cuFFT and cuSPARSE
    "cudaerrormemoryallocation",
    "bad_alloc",
    "bad allocation",
    "invalid buffer size",  # MPS, of more than a buffer can hold
    "failed to allocate private mtlbuffer",
)
#: a net of fewer bytes goes whenever Python looks for what nobody reaches; looking takes a fifth of a second
UNNOTICED = 2**28


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error, or one that caused it, says that memory did not suffice."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    said = str(error).lower()
    if isinstance(error, RuntimeError) and any(spelling in said for spelling in SPELLINGS):
        return True
    return error.__cause__ is not None and is_out_of_memory(error.__cause__)


def memory_told(error: BaseException) -> str:
    """What such an error says, on one line."""
    return shorten(f"out of memory: {str(error) or type(error).__name__}", 100, placeholder=" …")


def give_back() -> None:
    """Give back what nobody holds any longer."""
    gc.collect()
    if torch.accelerator.is_available():
        torch.accelerator.empty_cache()


@contextmanager
def memory_for(what: str) -> Iterator[None]:
    """Inside the `with`, running out of memory is no error of ours, but a reason why there is no number.

    What could not be loaded lets go of all that its calls held: half of a net is large, too.
    """
    try:
        yield
    except Exception as error:
        gap = isinstance(error, NotMeasured)
        if not gap and not is_out_of_memory(error):
            raise
        forget_calls(error)
        if gap:
            raise
        why = memory_told(error)
    else:
        return
    give_back()
    raise NotMeasured(f"needs more memory: {what}, {why}")


def forget_calls(error: BaseException | None) -> None:
    """Empty the calls that the error has ended, and those of what caused it."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def see_out(nets: list[Any]) -> None:
    """Empty the list, and see that these nets are gone if nobody else has them: runs tie them in circles."""
    last = [weakref.ref(net) for net in nets if _bytes_of(net) >= UNNOTICED]
    nets.clear()
    if any(net() is not None for net in last):
        give_back()


def _bytes_of(net: Any) -> int:
    return sum(weight.nbytes for weight in net.parameters()) if isinstance(net, torch.nn.Module) else 0
