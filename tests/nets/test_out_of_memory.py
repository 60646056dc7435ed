"""Out of memory in every spelling, and one net really gone before the next is there, whatever failed."""

import errno
import gc
import weakref

import pytest
import torch

from vtmetrics import Lab, Model, similar, truncate
from vtmetrics.nets import in_memory, out_of_memory
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.out_of_memory import is_out_of_memory, memory_for
from vtmetrics.nets.spec import Spec
from vtmetrics.unmeasured import NotMeasured, Unloadable

SAID = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    torch.OutOfMemoryError("Allocation on device"),
    torch.AcceleratorError("CUDA error: out of memory"),
    RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported"),
    RuntimeError("CUDA driver error: out of memory"),
    RuntimeError("Triton Error [CUDA]: out of memory"),
    RuntimeError("CUDA_ERROR_OUT_OF_MEMORY"),
    RuntimeError("cudaErrorMemoryAllocation"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    RuntimeError("cusolver error: CUSOLVER_STATUS_ALLOC_FAILED"),
    RuntimeError("cuFFT error: CUFFT_ALLOC_FAILED"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"),
    RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."),
    RuntimeError("unable to mmap 8 bytes from file </x>: Cannot allocate memory (12)"),
    RuntimeError("std::bad_alloc"),
    RuntimeError("bad allocation"),
    RuntimeError("HIP out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("hipErrorOutOfMemory"),
    RuntimeError("XPU out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"),
    RuntimeError("Invalid buffer size: 12.00 GiB"),
    RuntimeError("Failed to allocate private MTLBuffer for size 8"),
    RuntimeError("Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    MemoryError(),
    MemoryError("Unable to allocate 2. TiB for an array with shape (8,)"),
]
OTHERS = [
    RuntimeError("CUDA error: an illegal memory access was encountered"),
    RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`"),
    RuntimeError("The size of tensor a (3) must match the size of tensor b (4)"),
    RuntimeError("Pin memory thread exited unexpectedly"),
    RuntimeError("expected a memory format, got none"),
    ValueError("this sentence says out of memory"),
    OSError(errno.ENOSPC, "No space left on device"),
    KeyboardInterrupt(),
]


@pytest.mark.parametrize("error", SAID, ids=lambda error: f"{type(error).__name__} {str(error)[:50]}")
def test_running_out_of_memory_is_recognised_however_it_is_said(error):
    wrapped = ValueError("the block failed")
    wrapped.__cause__ = error
    assert is_out_of_memory(error)
    assert is_out_of_memory(wrapped)


@pytest.mark.parametrize("error", OTHERS, ids=lambda error: f"{type(error).__name__} {str(error)[:50]}")
def test_other_errors_are_not_taken_for_it(error):
    assert not is_out_of_memory(error)


@pytest.mark.parametrize(
    "fails", [lambda: torch.empty(2**60), lambda: bytearray(2**62)], ids=["torch", "python"]
)
def test_an_allocation_that_really_fails_is_recognised(fails):
    with pytest.raises((RuntimeError, MemoryError)) as failed:
        fails()
    assert is_out_of_memory(failed.value)


def test_what_has_no_memory_is_not_measured_and_other_errors_stay():
    told = r"needs more memory: a is large, out of memory: MemoryError$"
    with pytest.raises(NotMeasured, match=told), memory_for("a is large"):
        raise MemoryError
    for error in OTHERS:
        with pytest.raises(type(error)), memory_for("a is large"):
            raise error


@pytest.fixture
def specs(directories, monkeypatch):
    """Two models, every net of which counts as large; Python looks for circles only when it is told to."""
    monkeypatch.setattr(out_of_memory, "UNNOTICED", 0)
    in_memory._held.clear()
    gc.collect()
    gc.disable()
    yield [Spec(name, "any", str(where), embedded=name == "llava") for name, where in directories.items()]
    gc.enable()
    in_memory._held.clear()


@pytest.fixture
def watched(monkeypatch):
    """How many weights of nets that were there before are left when another one is loaded."""
    alive, left = [], []
    load = in_memory._loaded

    def loads(spec):
        left.append(sum(weight() is not None for weight in alive))
        net, processor = load(spec)
        alive.extend(weakref.ref(weight) for weight in net.parameters())
        return net, processor

    monkeypatch.setattr(in_memory, "_loaded", loads)
    return left


def ask(spec, scenes):
    model = Model(spec, Lab())
    model.answer(scenes[:1], similar, truncate(0.5))


def test_a_net_is_gone_before_the_next_is_loaded(specs, scenes, watched):
    for spec in (specs[0], specs[0].as_twin("untrained", 1), specs[1]):
        ask(spec, scenes)
    assert watched == [0, 0, 0]


def test_it_is_gone_after_a_run_that_failed_too(specs, scenes, watched):
    """The error itself is forgotten by the suite when its test ends; here, at the end of the `with`."""
    ask(specs[0], scenes)
    place = load_once(specs[0])
    place.blocks.clear()
    hook = place.net.get_decoder().layers[1].register_forward_pre_hook(_fail)
    with pytest.raises(RuntimeError, match="on purpose"):
        ask(specs[0], scenes)
    del place, hook
    ask(specs[1], scenes)
    assert watched == [0, 0]


def _fail(*_):
    raise RuntimeError("on purpose")


@pytest.mark.parametrize("said", [SAID[0], RuntimeError("a bad shard")], ids=["no memory", "damage"])
def test_half_of_a_net_that_was_not_loaded_is_gone(specs, scenes, watched, monkeypatch, said):
    """Though the error is still at hand, and says where it came from."""
    half = []

    def part(*_, **__):
        net = torch.nn.Linear(8, 8)
        half.append(weakref.ref(net))
        raise said

    with monkeypatch.context() as patched:
        patched.setattr(in_memory, "load", part)
        with pytest.raises(Unloadable, match="not loaded: ") as failed:
            load_once(specs[1])
    assert half[0]() is None
    assert failed.value.__cause__ is said
    ask(specs[0], scenes)
    assert watched == [0, 0]


@pytest.mark.parametrize("twin", ["untrained", "scrambled", "matched"])
def test_a_twin_for_which_there_is_no_room_is_not_measured(specs, monkeypatch, twin):
    def fails(*_):
        raise SAID[0]

    monkeypatch.setattr(in_memory, twin, fails)
    told = rf"needs more memory: llava \({twin}\) is not loaded, out of memory: CUDA out of memory"
    with pytest.raises(NotMeasured, match=told):
        load_once(specs[0].as_twin(twin, 1))


def test_a_model_in_memory_is_no_reason_to_look_for_others(specs, net_and_processor, monkeypatch):
    monkeypatch.setattr(out_of_memory, "give_back", pytest.fail)
    given = Model.of(*net_and_processor).spec
    load_once(given)
    load_once(specs[0])
