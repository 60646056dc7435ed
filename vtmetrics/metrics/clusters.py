"""Clusters: which tokens point the same way."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtmetrics.metrics.sets import fitting, real

#: cosines of equal tokens may miss 1 by a few roundings
ROUNDING = 1e-12


def anchor_clusters(tokens: Tensor, mask: Tensor | None = None, *, tau: float = 0.9) -> Tensor:
    """The cluster of every token, the largest being 0, or −1 if it is in none: (..., N, D) becomes (..., N).

    Formula: again and again the free token with most free neighbours, cos ≥ τ, and those; ties to the first
    Unit: number of a cluster
    Range: −1 to N / 2 − 1
    Unchanged by: rotation, positive scale of any token, order of the tokens where nothing ties
    Source: "What Do Visual Tokens Really Encode?" B.1, which names neither the order nor what overlaps become

    >>> anchor_clusters(torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 0.1], [-1.0, 0.0]]))
    tensor([ 0, -1,  0, -1])
    """
    if not -1 <= tau <= 1:
        raise ValueError(f"tau is a cosine between -1 and 1, not {tau}")
    tokens = real(tokens, "tokens", 2).to(torch.float64)
    batch, count = tokens.shape[:-2], tokens.shape[-2]
    free = torch.ones(count, dtype=torch.bool) if mask is None else mask
    free = fitting(free, batch, count).reshape(-1, count).cpu()
    unit = _scaled(tokens)
    unit = unit / unit.norm(dim=-1, keepdim=True)
    alike = (unit @ unit.mT >= tau - ROUNDING).reshape(-1, count, count).cpu()
    labels = [_grouped(pairs, where) for pairs, where in zip(alike.numpy(), free.numpy(), strict=True)]
    return torch.from_numpy(np.array(labels, dtype=np.int64).reshape(*batch, count)).to(tokens.device)


def _scaled(tokens: Tensor) -> Tensor:
    """Each token by a power of two as large as its largest entry: no digit changes, no square overflows."""
    exponent = torch.frexp(tokens.detach().abs().amax(-1, keepdim=True)).exponent - 1
    return tokens / torch.exp2(exponent.to(torch.float64))


def _grouped(alike: NDArray[np.bool_], free: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The labels (N,) of one set, from which tokens (N, N) are neighbours and which (N,) are there."""
    labels = np.full(len(free), -1)
    free = free.copy()
    neighbours = np.where(free, alike[:, free].sum(1), 0)
    for cluster in range(len(free) // 2):
        anchor = neighbours.argmax()  # the first of several
        if neighbours[anchor] < 2:
            break
        joins = (alike[anchor] & free).nonzero()[0]
        labels[joins] = cluster
        free[joins] = False
        neighbours = np.where(free, neighbours - alike[:, joins].sum(1), 0)
    return labels
