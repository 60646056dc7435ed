"""Attention masks for sequences and caches from which tokens are missing."""

import torch
from torch import Tensor

from vtmetrics.engine.presence import PresentTokens


def among_slots(mask: Tensor | None, slots: PresentTokens, *, flash: bool) -> Tensor | None:
    """Who reads whom in the slots, from who reads whom (B, 1, S, S) in the full sequence."""
    if slots.real is None and mask is None:
        return None
    if flash:
        return slots.real if mask is None else slots.filled() & slots.gather(mask.bool())
    if mask is None:
        return _causal(slots)
    queries = slots.index[:, None, :, None].expand(-1, mask.shape[1], -1, mask.shape[3])
    rows = mask.expand(slots.rows, -1, -1, -1).gather(2, queries)
    return _padded(_columns(rows, slots.index), slots.real)


def over_cache(
    mask: Tensor | None, slots: PresentTokens, seen: int, new: int, *, flash: bool
) -> Tensor | None:
    """Who reads whom when `new` tokens follow a cache of the slots and of the `seen` tokens after them."""
    later = torch.arange(slots.length, slots.length + seen + new, device=slots.index.device)
    columns = torch.cat([slots.index, later.expand(slots.rows, -1)], 1)
    real = slots.real
    if real is not None:
        real = torch.cat([real, real.new_ones(slots.rows, seen + new)], 1)
    if flash:
        taken = None if mask is None else mask.bool().gather(1, columns)
        return taken if real is None else real if taken is None else taken & real
    if mask is None:
        if new > 1:
            raise ValueError(f"{new} tokens at once after a cache need the mask that says which read which")
        return None if real is None else real[:, None, None, :]
    return _readable(_columns(mask.expand(slots.rows, -1, -1, -1), columns), real)


def _causal(slots: PresentTokens) -> Tensor:
    everywhere = torch.ones(slots.size, slots.size, dtype=torch.bool, device=slots.index.device)
    return _padded(everywhere.tril().expand(slots.rows, 1, -1, -1), slots.real)


def _columns(mask: Tensor, index: Tensor) -> Tensor:
    return mask.gather(3, index[:, None, None, :].expand(-1, mask.shape[1], mask.shape[2], -1))


def _readable(mask: Tensor, real: Tensor | None) -> Tensor:
    """Nobody reads padding."""
    if real is None:
        return mask
    columns = real[:, None, None, :]
    return (
        mask & columns
        if mask.dtype == torch.bool
        else mask.masked_fill(~columns, torch.finfo(mask.dtype).min)
    )


def _padded(mask: Tensor, real: Tensor | None) -> Tensor:
    """Nobody reads padding, except padding itself, because a softmax over nothing is no number."""
    mask = _readable(mask, real)
    if real is None or mask.dtype != torch.bool:
        return mask
    itself = torch.eye(mask.shape[3], dtype=torch.bool, device=mask.device)
    return mask | (itself & ~real[:, None, :, None])
