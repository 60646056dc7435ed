"""Out of memory in every spelling, and a block that is redone at one size."""

import pytest
import torch

from vtmetrics.memory import halving, is_out_of_memory

SAID = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    torch.OutOfMemoryError("Allocation on device"),
    RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"),
    RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."),
    RuntimeError("HIP out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"),
    MemoryError(),
]
OTHERS = [
    RuntimeError("CUDA error: an illegal memory access was encountered"),
    RuntimeError("The size of tensor a (3) must match the size of tensor b (4)"),
    ValueError("this sentence says out of memory"),
    KeyboardInterrupt(),
]


@pytest.mark.parametrize("error", SAID, ids=lambda error: str(error)[:30])
def test_running_out_of_memory_is_recognised_however_it_is_said(error):
    wrapped = RuntimeError("the block failed")
    wrapped.__cause__ = error
    assert is_out_of_memory(error)
    assert is_out_of_memory(wrapped)


@pytest.mark.parametrize("error", OTHERS, ids=lambda error: str(error)[:30])
def test_other_errors_are_not_taken_for_it(error):
    assert not is_out_of_memory(error)


def test_an_allocation_that_really_fails_is_recognised():
    with pytest.raises(RuntimeError) as failed:
        torch.empty(2**60)
    assert is_out_of_memory(failed.value)


def fits(limit, tried):
    def block(size):
        tried.append(size)
        if size > limit:
            raise SAID[0]
        return size

    return block


@pytest.mark.parametrize(("start", "limit", "sizes"), [(8, 8, [8]), (8, 2, [8, 4, 2]), (7, 1, [7, 3, 1])])
def test_the_block_is_redone_at_half_the_size_until_it_fits(start, limit, sizes):
    tried = []
    assert halving(fits(limit, tried), start) == sizes[-1]
    assert tried == sizes


def test_a_single_scene_that_does_not_fit_is_an_error():
    tried = []
    with pytest.raises(torch.OutOfMemoryError):
        halving(fits(0, tried), 4)
    assert tried == [4, 2, 1]


def test_other_errors_are_raised_at_once():
    tried = []

    def block(size):
        tried.append(size)
        raise OTHERS[1]

    with pytest.raises(RuntimeError, match="size of tensor"):
        halving(block, 4)
    assert tried == [4]
    with pytest.raises(ValueError, match="at least one scene, not 0"):
        halving(block, 0)
