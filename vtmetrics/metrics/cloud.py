"""A cloud: sets of tokens together with the Gram that all their metrics share.

Every metric of tokens takes a cloud in their place; then what they have in common is computed once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.sets import Sets, real
from vtmetrics.metrics.undefined import Reason, undefined

# How many numbers a CPU should handle at once: larger arrays leave its cache and are mapped anew each time.
CACHED = 1 << 20


@dataclass(frozen=True, eq=False)
class Cloud:
    """Tokens (..., N, D), a mask over N, and their Grams.

    >>> import torch
    >>> Cloud.of(torch.eye(3)).each(lambda gram: gram.total(centred=False))
    tensor(3., dtype=torch.float64)
    """

    sets: Sets
    grams: tuple[Gram, ...]

    @classmethod
    def of(cls, tokens: "Tensor | Cloud", mask: Tensor | None = None) -> "Cloud":
        """The cloud of these tokens, or the cloud itself."""
        if isinstance(tokens, Cloud):
            if mask is not None:
                raise ValueError("a cloud has its mask already; give the mask when the cloud is made")
            return tokens
        tokens = real(tokens, "tokens", 2)
        n, d = tokens.shape[-2:]
        at_once = max(1, CACHED // (max(n, 1) * max(n, d))) if tokens.device.type == "cpu" else None
        sets = Sets.of(tokens.shape[:-2], n, mask, at_once)
        return cls(sets, tuple(Gram(sets.pick(tokens, stack)) for stack in sets.stacks))

    def each(self, kernel: Callable[[Gram], Tensor], rest: Sequence[int] = ()) -> Tensor:
        """The kernel's result for every set, (..., *rest)."""

        def of(gram: Gram) -> Tensor:
            if gram.count:
                return kernel(gram)
            return undefined(Reason.EMPTY, (len(gram.raw), *rest), gram.raw.device)

        return self.sets.join([of(gram) for gram in self.grams])
