"""Token rows: the rows of a batch's states (B, S, D) that belong to some tokens."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from vtmetrics.engine.presence import Index, PresentTokens


@dataclass(frozen=True, eq=False)
class States:
    """The states (N, D) of some tokens, one batch row after the other, and how many tokens each row has."""

    values: Tensor
    counts: tuple[int, ...]

    def split(self) -> tuple[Tensor, ...]:
        """One (n, D) for each row of the batch."""
        return torch.split(self.values, list(self.counts))

    def repeated(self, times: int) -> "States":
        """The states of each batch row so many times, side by side."""
        rows = [row for row in self.split() for _ in range(times)]
        return States(torch.cat(rows), tuple(map(len, rows)))


@dataclass(frozen=True, eq=False)
class TokenRows:
    """Where the tokens are in a flattened (B · S) sequence, and how many each batch row has."""

    flat: Tensor
    counts: tuple[int, ...]

    def on(self, device: torch.device) -> Tensor:
        """Where the tokens are, for tensors of that device."""
        return self._index.on(device)

    @cached_property
    def _index(self) -> Index:
        return Index(self.flat)

    def mask(self, shape: torch.Size) -> Tensor:
        """Which tokens (B, S) these are."""
        nowhere = torch.zeros(shape.numel(), dtype=torch.bool, device=self.flat.device)
        return nowhere.index_fill(0, self.flat, value=True).view(shape)

    def select(self, full: Tensor) -> Tensor:
        """A detached copy (N, D) of the tokens' states in (B, S, D)."""
        return full.detach().flatten(0, 1).index_select(0, self.on(full.device))

    def split(self, full: Tensor) -> tuple[Tensor, ...]:
        """A detached copy (n, D) for each row of the batch."""
        taken = self.select(full)
        return (taken,) if len(self.counts) == 1 else torch.split(taken, list(self.counts))

    def take(self, full: Tensor) -> States:
        """A detached copy of the tokens' states in (B, S, D)."""
        return States(self.select(full), self.counts)

    def put(self, full: Tensor, values: Tensor) -> Tensor:
        """The states (B, S, D) with other values (N, D) for the tokens."""
        flat = full.reshape(-1, full.shape[-1])
        return flat.index_copy(0, self.on(full.device), values.to(full)).view(full.shape)


def rows_of(mask: Tensor) -> TokenRows:
    """The rows of the tokens (B, S)."""
    return TokenRows(mask.reshape(-1).nonzero().squeeze(1), tuple(mask.sum(1).tolist()))


def placed_in(slots: PresentTokens, mask: Tensor) -> TokenRows:
    """The rows of those of the tokens (B, S) that are present, in a sequence (B, n) of slots."""
    slots = slots.to(mask.device)
    return TokenRows(slots.find(mask), tuple((mask & slots.present()).sum(1).tolist()))
