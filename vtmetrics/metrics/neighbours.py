"""Neighbours: the distances from each token to those closest to it, duplicates removed and counted."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vtmetrics.metrics.gram import CANCELLED, Gram
from vtmetrics.metrics.linear import on_host

PAIRS_AT_ONCE = 1 << 22
SHORT = 256  # up to this length numpy sorts a row faster than torch finds its smallest
GROUP = 6  # how many distances of a long row are looked at together


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The k nearest of each token, nearest first; infinitely far where there are not so many."""

    squared: Tensor  # (S, n, k)
    index: Tensor  # (S, n, k)
    kept: Tensor  # (S, n), False for a token equal to an earlier one

    @property
    def count(self) -> Tensor:
        """How many different tokens each set has, (S,)."""
        return self.kept.sum(-1)

    def mutual(self) -> Tensor:
        """The share of neighbours that are so of each other, (S,)."""
        reach = self.squared[..., -1].gather(-1, self.index.flatten(-2)).reshape(self.index.shape)
        theirs = reach * (1 + 1e-9)  # a product may be symmetric but for rounding
        seen = self.squared.isfinite()
        return ((self.squared <= theirs) & seen).sum((-2, -1)) / seen.sum((-2, -1)).clamp_min(1)


def nearest(gram: Gram, k: int, within: float = 0.0) -> Neighbours:
    """The k nearest different neighbours of each token, k < n; searched for once.

    Tokens are different if they are more than `within` median distances to the nearest apart.
    """
    found: Neighbours | None = gram.memory.get(("neighbours", within))
    if found is None or found.squared.shape[-1] < k:
        found = gram.memory["neighbours", within] = _search(gram, k, within)
    return Neighbours(found.squared[..., :k], found.index[..., :k], found.kept)


def _search(gram: Gram, k: int, within: float) -> Neighbours:
    squared = _squared_distances(gram)
    kept = torch.ones(squared.shape[:-1], dtype=torch.bool, device=squared.device)
    closest, index = _smallest(squared, k)
    same = within**2 * closest[..., 0].median(-1).values
    norms = gram.squared_norms + gram.squared_norms.gather(-1, index[..., 0])
    doubtful = closest[..., 0] <= (CANCELLED * norms).maximum(same[..., None])
    if not bool(doubtful.any()):
        return Neighbours(closest, index, kept)
    kept = ~_equals_earlier(gram.points)
    squared = _recomputed(_among(_squared_distances(gram), kept), gram)
    kept = kept & ~(squared <= same[..., None, None]).tril(-1).any(-1)
    squared = _among(squared, kept)
    closest, index = _smallest(squared, k)
    return Neighbours(closest, index, kept)


def _equals_earlier(points: Tensor) -> Tensor:
    """Whether a token equals an earlier one, (S, n), by a hash of its bits: integers add up in any order."""
    bits = (points.detach().to(torch.float64) + 0.0).view(torch.int64)  # −0 is 0
    chance = torch.Generator().manual_seed(0)
    weights = torch.randint(-(2**63), 2**63 - 1, points.shape[-1:], generator=chance, dtype=torch.int64) | 1
    mixed = bits ^ ((bits >> 29) & ((1 << 35) - 1))  # rounded tokens have no low bits
    codes = (mixed * weights.to(bits.device)).sum(-1)
    return (codes[..., None] == codes[..., None, :]).tril(-1).any(-1)


def _among(squared: Tensor, kept: Tensor) -> Tensor:
    return squared.masked_fill(~(kept[..., None] & kept[..., None, :]), torch.inf)


def _smallest(squared: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k smallest of each row, smallest first, and where they are; the rows are used up."""
    if k <= 2:
        return _smallest_two(squared, k)
    if on_host(squared) and squared.shape[-1] <= SHORT:
        index = torch.from_numpy(np.argsort(squared.detach().numpy(), -1)[..., :k])
        return squared.gather(-1, index), index
    if on_host(squared) and squared.shape[-1] > 2 * k * GROUP:
        places = _promising(squared, k)
        values, index = _smallest(squared.gather(-1, places), k)
        return values, places.gather(-1, index)
    smallest = squared.topk(k, largest=False)
    return smallest.values, smallest.indices


def _smallest_two(squared: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """One or two of each row: as many passes cost less than a search."""
    parts = [squared.min(-1, keepdim=True)]
    if k == 2:
        parts.append(squared.scatter_(-1, parts[0].indices, torch.inf).min(-1, keepdim=True))
    return torch.cat([part.values for part in parts], -1), torch.cat([part.indices for part in parts], -1)


def _promising(squared: Tensor, k: int) -> Tensor:
    """Where the k smallest of each row must be: in the k groups whose own smallest are the smallest."""
    width = squared.shape[-1]
    groups = width // GROUP
    grouped = squared[..., : groups * GROUP].reshape(*squared.shape[:-1], GROUP, groups)
    chosen = _smallest(grouped.amin(-2), k)[1][..., None, :]
    members = (chosen + groups * torch.arange(GROUP)[:, None]).flatten(-2)
    rest = torch.arange(groups * GROUP, width).expand(*members.shape[:-1], -1)
    return torch.cat([members, rest], -1)


def _squared_distances(gram: Gram) -> Tensor:
    norms = gram.squared_norms
    squared = norms[..., None] + norms[..., None, :]
    squared.add_(gram.tokens, alpha=-2)
    squared.diagonal(dim1=-2, dim2=-1).fill_(torch.inf)
    return squared


def _recomputed(squared: Tensor, gram: Gram) -> Tensor:
    """The squared distances, those that cancelled computed from differences."""
    norms = gram.squared_norms
    close = squared <= CANCELLED * (norms[..., None] + norms[..., None, :])
    sets, left, right = close.triu(1).nonzero(as_tuple=True)
    if not len(sets):
        return squared
    at_once = max(1, PAIRS_AT_ONCE // gram.raw.shape[-1])
    parts = []
    for start in range(0, len(sets), at_once):
        s, i, j = (where[start : start + at_once] for where in (sets, left, right))
        parts.append((gram.points[s, i] - gram.points[s, j]).square().sum(-1))
    exact = torch.cat(parts)
    return squared.index_put((sets, left, right), exact).index_put((sets, right, left), exact)
