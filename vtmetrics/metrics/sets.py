"""Sets of tokens: which tokens of a batch belong together, however many each set has.

A metric's kernel never sees a mask. Sets of equally many tokens are picked out and handled as one stack
(S, n, ...), so what is masked cannot change anything, not even a rounding.
A mask that lies on the CPU costs an accelerator no synchronisation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from vtmetrics.metrics.undefined import Reason, undefined


@dataclass(frozen=True, eq=False)
class Stack:
    """The sets of a batch that have `count` tokens: which sets (S,), which positions (S, count)."""

    count: int
    sets: Tensor
    positions: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Sets:
    """A batch of sets, as stacks of equally many tokens."""

    batch: torch.Size
    stacks: tuple[Stack, ...]

    @classmethod
    def of(
        cls, batch: torch.Size, count: int, mask: Tensor | None = None, at_once: int | None = None
    ) -> "Sets":
        """The sets of a batch of `count` positions each, without those that the mask leaves out.

        No stack has more than `at_once` sets.
        """
        size = prod(batch)
        if size == 0 or (mask is None and size <= (at_once or size)):
            return cls(batch, (Stack(count, torch.arange(size)),))
        if mask is None:
            mask = torch.ones(count, dtype=torch.bool)
        chosen = fitting(mask, batch, count).reshape(size, count).cpu()
        counts = chosen.sum(-1)
        first = torch.argsort(~chosen, dim=-1, stable=True)  # chosen positions first, in their order
        stacks = []
        for n in sorted(set(counts.tolist())):
            sets = (counts == n).nonzero()[:, 0]
            stacks += [Stack(n, some, first[some, :n]) for some in sets.split(at_once or size)]
        return cls(batch, tuple(stacks))

    def pick(self, values: Tensor, stack: Stack) -> Tensor:
        """What belongs to the tokens of a stack: (..., N, *rest) becomes (S, n, *rest)."""
        flat = values.reshape(prod(self.batch), *values.shape[len(self.batch) :]).contiguous()
        if stack.positions is None:
            return flat
        # from the host, so that nobody has to wait until an accelerator has come so far
        sets, positions = (some.to(flat.device, non_blocking=True) for some in (stack.sets, stack.positions))
        return flat[sets[:, None], positions]

    def join(self, parts: Sequence[Tensor]) -> Tensor:
        """One result per set of each stack, (S, *rest), in the order of the batch: (..., *rest)."""
        rest = parts[0].shape[1:]
        if len(parts) == 1:
            return parts[0].reshape(self.batch + rest)
        order = torch.cat([stack.sets for stack in self.stacks])
        joined = torch.cat(list(parts))[torch.argsort(order).to(parts[0].device, non_blocking=True)]
        return joined.reshape(self.batch + rest)

    def each(
        self, kernel: Callable[..., Tensor], *values: Tensor, rest: Sequence[int] = (), least: int = 1
    ) -> Tensor:
        """The kernel's result for every set, (..., *rest); undefined where fewer than `least` tokens are."""
        parts = []
        for stack in self.stacks:
            if stack.count < least:
                reason = Reason.TOO_FEW if stack.count else Reason.EMPTY
                parts.append(undefined(reason, (len(stack.sets), *rest), values[0].device))
            else:
                parts.append(kernel(*(self.pick(value, stack) for value in values)))
        return self.join(parts)


def real(values: object, name: str, dims: int) -> Tensor:
    """The values as a floating-point tensor of at least `dims` dimensions, or an error."""
    tensor = torch.as_tensor(values)
    if not tensor.is_floating_point():
        raise ValueError(f"{name} must be floating point, not {tensor.dtype}")
    if tensor.ndim < dims or (dims > 1 and tensor.shape[-1] == 0):
        wanted = f"(..., {', '.join(('L', 'N', 'D')[-dims:])})"
        raise ValueError(f"{name} must have shape {wanted} with D >= 1, not {tuple(tensor.shape)}")
    return tensor


def fitting(mask: Tensor, batch: torch.Size, count: int) -> Tensor:
    """The mask over the tokens of every set, or an error if it is none."""
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        came = getattr(mask, "dtype", type(mask).__name__)
        raise ValueError(f"a mask must be a tensor of bool, not {came}")
    try:
        return mask.expand(*batch, count)
    except RuntimeError:
        raise ValueError(
            f"a mask must fit tokens {(*batch, count)}, not have shape {tuple(mask.shape)}"
        ) from None
