"""Neighbours: the distances from each token to those closest to it, duplicates removed and counted."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from vtmetrics.metrics.gram import CANCELLED, Gram
from vtmetrics.metrics.linear import on_host, product

PAIRS_AT_ONCE = 1 << 22
PAIRS_A_TOKEN = 8  # up to so many close pairs a token are subtracted: more of them cost less as a product
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
    squared = _recomputed(_squared_distances(gram), gram)
    kept = ~(squared <= same[..., None, None]).tril(-1).any(-1)  # equal tokens are exactly 0 apart
    squared = _among(squared, kept)
    closest, index = _smallest(squared, k)
    return Neighbours(closest, index, kept)


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
    close = (squared <= CANCELLED * (norms[..., None] + norms[..., None, :])).triu(1)
    any_close = close.flatten(1).any(1).tolist()
    if not any(any_close):
        return squared
    sets = zip(gram.raw, squared, close, any_close, strict=True)
    return torch.stack([_apart(*some) if is_close else some[1] for *some, is_close in sets])


def _apart(tokens: Tensor, squared: Tensor, close: Tensor) -> Tensor:
    """The squared distances (n, n) of tokens (n, D), those of the close pairs i < j computed again.

    A few pairs are subtracted one by one. Of a group that is close all around, one token is subtracted from
    all, which leaves the others their digits, and one small product gives every distance; what is so much
    closer still that its digits are gone again is a group of its own.
    """
    left, right = close.nonzero(as_tuple=True)
    group = _connected(left, right, len(close))
    many = torch.bincount(group[left], minlength=len(close)) > PAIRS_A_TOKEN * torch.bincount(
        group, minlength=len(close)
    )
    few = ~many[group[left]]
    squared = _put(squared, left[few], right[few], _subtracted(tokens, left[few], right[few]))
    for each in many.nonzero().flatten().tolist():
        members = (group == each).nonzero().flatten()
        own = tokens[members].to(torch.float64)
        i, j = close[members][:, members].nonzero(as_tuple=True)
        squared = _put(squared, members[i], members[j], _within_group(own - own[:1])[i, j])
    return squared


def _within_group(tokens: Tensor) -> Tensor:
    """The squared distances (n, n) of tokens (n, D) the first of which is zero."""
    if not bool(tokens.any()):  # all are equal, which is the commonest group
        return tokens.new_zeros(len(tokens), len(tokens))
    inner = product(tokens[None])[0]
    both = inner.diagonal()[:, None] + inner.diagonal()
    squared = both - 2 * inner
    closer = ((squared <= CANCELLED * both) & (both > 0)).triu(1)
    return _apart(tokens, squared, closer) if bool(closer.any()) else squared


def _connected(left: Tensor, right: Tensor, count: int) -> Tensor:
    """The number (n,) of the group to which pairs join each token."""
    i, j = left.cpu().numpy(), right.cpu().numpy()
    pairs = coo_array((np.ones(len(i), dtype=bool), (i, j)), shape=(count, count))
    return torch.from_numpy(connected_components(pairs, directed=False)[1]).long().to(left.device)


def _subtracted(tokens: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """The squared distances of these pairs of tokens, from their differences."""
    at_once = max(1, PAIRS_AT_ONCE // tokens.shape[-1])
    parts = [
        (tokens[i].to(torch.float64) - tokens[j].to(torch.float64)).square().sum(-1)
        for i, j in zip(torch.split(left, at_once), torch.split(right, at_once), strict=True)
    ]
    return torch.cat(parts)


def _put(squared: Tensor, left: Tensor, right: Tensor, exact: Tensor) -> Tensor:
    return squared.index_put((left, right), exact).index_put((right, left), exact)
