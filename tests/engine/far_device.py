"""A far device, made of wrapped CPU tensors: whoever waits for it is counted, and may not mix devices."""

from contextlib import contextmanager

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

FAR, HERE = torch.device("meta"), torch.device("cpu")
aten = torch.ops.aten
#: how large their results are, only the device knows
OF_UNKNOWN_SIZE = {
    aten.nonzero,
    aten.masked_select,
    aten._unique2,
    aten.unique_dim,
    aten.bincount,
    aten.repeat_interleave,
}
#: whether they came to an end, the host asks before it goes on, says torch's own documentation
ASKING_BACK = {aten._linalg_eigh, aten._local_scalar_dense}
#: what makes a tensor of Python's own numbers, which are sent to the device
MADE_HERE = {torch.tensor, torch.as_tensor, torch.asarray}
#: what may be given numbers that lie elsewhere
LOOKING_UP = {aten.index, aten.index_put, aten.index_put_, aten._index_put_impl_}


class FarTensor(torch.Tensor):
    """A tensor that says it lies far away; what it holds is the CPU's."""

    @staticmethod
    def __new__(cls, held):
        made = torch.Tensor._make_wrapper_subclass(
            cls, held.shape, strides=held.stride(), dtype=held.dtype, device=FAR, requires_grad=False
        )
        made.held = held
        return made

    def tolist(self):
        return self.cpu().tolist()

    def untyped_storage(self):
        return self.held.untyped_storage()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        raise AssertionError(f"{func} was called outside of the far device")


class FarDevice(TorchDispatchMode):
    """Runs what is asked of far tensors, and notes in `waits` what makes the host wait for an answer."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        given = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        far = [tensor for tensor in given if isinstance(tensor, FarTensor)]
        near = [tensor for tensor in given if not isinstance(tensor, FarTensor)]
        goes = torch.device(kwargs.get("device") or (FAR if far else HERE)).type == FAR.type
        op = func.overloadpacket
        self._note(op, far, near, args, kwargs, goes=goes)
        told = tree_map(_held, kwargs) | ({"device": HERE} if "device" in kwargs else {})
        out = func(*tree_map(_held, args), **told)
        return tree_map(self._gone_far(far), out) if goes else out

    def _gone_far(self, far):
        """The results as far tensors; what was changed in place is what it was."""
        known = {id(tensor.held): tensor for tensor in far}

        def gone(one):
            return known.get(id(one), FarTensor(one)) if isinstance(one, torch.Tensor) else one

        return gone

    def _note(self, op, far, near, args, kwargs, *, goes):
        if op is aten._to_copy:
            sent = bool(near) and goes and not kwargs.get("non_blocking")
            if args[0].numel() and (sent or (far and not goes)):  # nobody waits for nothing
                self.waits.append(op)
        elif op in OF_UNKNOWN_SIZE | ASKING_BACK:
            self.waits += [op] if far else []
        elif far and near:
            if op in LOOKING_UP or op is aten.copy_:
                self.waits.append(op)
            elif any(tensor.ndim for tensor in near):
                raise RuntimeError(f"{op} of tensors on two devices")
        if far and op in LOOKING_UP and any(i is not None and i.dtype == torch.bool for i in args[1]):
            self.waits.append(op)


class MadeHere(TorchFunctionMode):
    """Sends to the far device what is made there of Python's own numbers."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if func not in MADE_HERE or torch.device(kwargs.get("device") or HERE).type != FAR.type:
            return func(*args, **kwargs)
        return func(*args, **kwargs | {"device": HERE}).to(FAR)


def _held(leaf):
    return leaf.held if isinstance(leaf, FarTensor) else leaf


@contextmanager
def far_away(net):
    """Inside the `with` the net lies on a far device, which is returned."""
    kept = [tensors for module in net.modules() for tensors in (module._parameters, module._buffers)]
    before = [dict(tensors) for tensors in kept]
    with torch.no_grad(), FarDevice() as device, MadeHere():
        for tensors in kept:
            tensors.update({name: _far(tensor) for name, tensor in tensors.items() if tensor is not None})
        try:
            yield device
        finally:
            for tensors, those in zip(kept, before, strict=True):
                tensors.update(those)


def _far(tensor):
    made = FarTensor(tensor.detach())
    return torch.nn.Parameter(made, requires_grad=False) if isinstance(tensor, torch.nn.Parameter) else made
