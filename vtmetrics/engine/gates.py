"""Gates: attention and feed-forward networks that leave some tokens as they are."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

import torch
from torch import Tensor

from vtmetrics.engine.layer_plan import Gate
from vtmetrics.engine.presence import Index, PresentTokens


class Closed:
    """Which tokens a sublayer does not update; calling it twice, as checkpointing does, changes nothing."""

    def __init__(self, gates: Sequence[Gate], slots: PresentTokens | None) -> None:
        mask = reduce(or_, (gate.mask for gate in gates))
        frozen = _flat(mask) if slots is None else slots.find(mask)
        shape = mask.shape if slots is None else slots.index.shape
        open_ = torch.ones(shape.numel(), dtype=torch.bool, device=mask.device).index_fill(
            0, frozen, value=False
        )
        self.frozen = Index(frozen)
        self.open = Index(open_.nonzero().squeeze(1))
        self.shape = tuple(shape)
        self.decoding = any(gate.decoding for gate in gates)

    def stop(self, updates: Tensor) -> Tensor:
        """The updates (B, n, D) of the sublayer, none for frozen tokens."""
        flat = updates.reshape(-1, updates.shape[-1])
        return flat.index_fill(0, self.frozen.on(flat.device), 0).view(updates.shape)

    def gather(self, states: Tensor) -> Tensor:
        """The states (1, N, D) of the tokens that the sublayer does update, to spare it the others."""
        return states.reshape(-1, states.shape[-1]).index_select(0, self.open.on(states.device))[None]

    def gather_beside(self, parts: Iterable[Any]) -> Iterator[Any]:
        """What else the sublayer is given of each token (B, n), of the same ones (1, N)."""
        for part in parts:
            of_tokens = isinstance(part, Tensor)
            yield part.reshape(-1).index_select(0, self.open.on(part.device))[None] if of_tokens else part

    def scatter(self, updates: Tensor) -> Tensor:
        """The updates (B, n, D) of all tokens, from those of the gathered ones."""
        rows, size = self.shape
        none = updates.new_zeros(rows * size, updates.shape[-1])
        flat = updates.reshape(-1, updates.shape[-1])  # some networks have flattened them
        return none.index_copy_(0, self.open.on(updates.device), flat).view(rows, size, -1)


def _flat(mask: Tensor) -> Tensor:
    return mask.reshape(-1).nonzero().squeeze(1)


def without_updates(output: Any) -> Any:
    """A sublayer's output that updates nothing."""
    return (
        (torch.zeros_like(output[0]), *output[1:]) if isinstance(output, tuple) else torch.zeros_like(output)
    )
