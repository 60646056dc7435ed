"""Vectors: pairs of them in one space, and lengths that have all their digits."""

import torch
from torch import Tensor

from vtmetrics.metrics.sets import real

# A smaller sum of squares has lost digits: doubles thin out towards 1e-308.
SMALLEST = 1e-280


def pair(x: object, y: object, dims: int = 1) -> tuple[Tensor, Tensor]:
    """Two tensors of at least `dims` dimensions, vectors (..., D) in one space, as float64; or an error."""
    left, right = real(x, "a vector", dims), real(y, "a vector", dims)
    if left.shape[-1] != right.shape[-1] or left.shape[-1] == 0:
        shapes = f"{tuple(left.shape)} and {tuple(right.shape)}"
        raise ValueError(f"both must have the same last dimension, not {shapes}")
    return left.to(torch.float64), right.to(torch.float64)


def length(x: Tensor) -> Tensor:
    """The norm (..., 1), but NaN where its square overflows or loses digits: it would make no unit vector."""
    norm = x.norm(dim=-1, keepdim=True)
    lost = (norm < SMALLEST**0.5) & (x != 0).any(-1, keepdim=True)
    return torch.where(norm.isinf() | lost, torch.nan, norm)
