"""Presence: the sequence that a layer sees when tokens are removed, and which token stands in which slot."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

#: edits are worked out here, where it costs nothing to look at a mask
HOST = torch.device("cpu")


class Index:
    """An index that is made on the host, and sent once to every device that asks for it."""

    def __init__(self, here: Tensor) -> None:
        self.here = here
        self._there: dict[torch.device, Tensor] = {here.device: here}

    def on(self, device: torch.device) -> Tensor:
        """The index on that device; nobody waits for it."""
        if device not in self._there:
            self._there[device] = sent(self.here, device)
        return self._there[device]


def sent(here: Tensor, device: torch.device) -> Tensor:
    """What lies on the host, on its way to a device; what lies elsewhere has to have come first."""
    return here.to(device, non_blocking=here.device == HOST)


@dataclass(frozen=True, eq=False)
class PresentTokens:
    """Row b's tokens, in order, fill the right end of n slots; what is left over on the left is only padding.

    index (B, n) is the position of each slot's token in the full sequence of S; real (B, n) is False where a
    slot is padding, and None where no slot is.
    """

    index: Tensor
    real: Tensor | None
    length: int

    @property
    def rows(self) -> int:
        return self.index.shape[0]

    @property
    def size(self) -> int:
        return self.index.shape[1]

    def to(self, device: torch.device) -> "PresentTokens":
        """The same slots, ready for tensors on that device."""
        if self.index.device == device:
            return self
        if device not in self._elsewhere:
            real = None if self.real is None else sent(self.real, device)
            there = PresentTokens(sent(self.index, device), real, self.length)
            for name in ("_sources", "_filled", "_targets"):  # counted here, where nobody waits for it
                made = getattr(self, name)
                vars(there)[name] = None if made is None else sent(made, device)
            self._elsewhere[device] = there
        return self._elsewhere[device]

    def gather(self, full: Tensor) -> Tensor:
        """What is in the slots (B, n, ...), from what all tokens have (B or 1, S, ...)."""
        if self.rows == 1:
            return full.index_select(1, self._sources)
        full = full.expand(self.rows, *full.shape[1:])
        flat = full.reshape(self.rows * self.length, *full.shape[2:])
        return flat.index_select(0, self._sources).view(self.rows, self.size, *full.shape[2:])

    def restore(self, slots: Tensor, held: Tensor) -> Tensor:
        """The full sequence (B, S, D), from the slots and from what absent tokens hold."""
        if self.rows == 1:
            return held.index_copy(1, self._sources, slots)
        flat = slots.reshape(self.rows * self.size, -1)
        if self._filled is not None:
            flat = flat.index_select(0, self._filled)
        whole = held.reshape(self.rows * self.length, -1).index_copy(0, self._targets, flat)
        return whole.view(held.shape)

    def spread(self, slots: Tensor) -> Tensor:
        """The full sequence (B, S, D) of what is in the slots, and zeros for absent tokens."""
        flat = slots.reshape(self.rows * self.size, -1)
        if self._filled is not None:
            flat = flat.index_select(0, self._filled)
        whole = flat.new_zeros(self.rows * self.length, flat.shape[1])
        return whole.index_copy_(0, self._targets, flat).view(self.rows, self.length, -1)

    def filled(self) -> Tensor:
        """Which slots (B, n) hold a token."""
        return torch.ones_like(self.index, dtype=torch.bool) if self.real is None else self.real

    def present(self) -> Tensor:
        """Which tokens (B, S) stand in a slot."""
        nowhere = torch.zeros(self.rows, self.length, dtype=torch.bool, device=self.index.device)
        return nowhere.scatter(1, self.index, self.filled())

    def find(self, mask: Tensor) -> Tensor:
        """The flat slots (row · n + slot) of those of the tokens (B, S) that are present."""
        hit = mask.to(self.index.device).gather(1, self.index) & self.filled()
        return hit.reshape(-1).nonzero().squeeze(1)

    @cached_property
    def _elsewhere(self) -> dict[torch.device, "PresentTokens"]:
        return {}

    @cached_property
    def _sources(self) -> Tensor:
        if self.rows == 1:
            return self.index[0]
        rows = torch.arange(self.rows, device=self.index.device).unsqueeze(1)
        return (rows * self.length + self.index).reshape(-1)

    @cached_property
    def _filled(self) -> Tensor | None:
        return None if self.real is None else self.real.reshape(-1).nonzero().squeeze(1)

    @cached_property
    def _targets(self) -> Tensor:
        return self._sources if self._filled is None else self._sources.index_select(0, self._filled)


def slots_for(present: Tensor) -> PresentTokens:
    """The slots that hold exactly these tokens (B, S), as many as the fullest row needs."""
    if len(present) == 1:  # the commonest case has no padding
        index = present.nonzero()[:, 1][None]
        return PresentTokens(_some(index), None, present.shape[1])
    size = int(present.sum(1).max())
    # A stable sort keeps the tokens in order, behind as many absent ones as the row has padding.
    index = _some(present.int().argsort(dim=1, stable=True)[:, present.shape[1] - size :])
    real = present.gather(1, index)
    return PresentTokens(index, None if bool(real.all()) else real, present.shape[1])


def _some(index: Tensor) -> Tensor:
    if index.shape[1] == 0:
        raise ValueError("an edit that removes every token of every row leaves nothing to run")
    return index
