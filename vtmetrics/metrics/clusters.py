"""Clusters: which tokens point the same way."""

import torch
from torch import Tensor

from vtmetrics.metrics.sets import real

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
    unit = tokens / tokens.norm(dim=-1, keepdim=True)
    alike = (unit @ unit.mT >= tau - ROUNDING).to(torch.float64)
    count = tokens.shape[-2]
    free = torch.ones(tokens.shape[:-1], dtype=torch.bool, device=tokens.device)
    free = free if mask is None else free & mask.to(tokens.device)
    labels = torch.full(free.shape, -1, device=tokens.device)
    early = torch.arange(count - 1, -1, -1, device=tokens.device)
    for cluster in range(count // 2):
        neighbours = (alike @ free[..., None].double())[..., 0] * free
        anchor = (neighbours * count + early).argmax(-1, keepdim=True)
        joins = alike.take_along_dim(anchor[..., None], -2)[..., 0, :].bool() & free
        joins &= neighbours.take_along_dim(anchor, -1) > 1
        if not joins.any():
            break
        labels[joins] = cluster
        free &= ~joins
    return labels
