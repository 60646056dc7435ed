"""Linear algebra: products of tokens with themselves, eigenvalues alone, lengths with all digits."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg.blas import dsyrk
from scipy.linalg.lapack import dsterf, dsytrd
from torch import Tensor

from vtmetrics.metrics.sets import real

BLOCK = 128  # how many rows of a matrix stay in a processor's cache
FEATURES = 1024  # of how many features at once it keeps the tokens of one set there


def on_host(x: Tensor) -> bool:
    """Whether numpy may do the work: it multiplies a matrix by its own transpose in half the time."""
    return x.device.type == "cpu" and not (x.requires_grad and torch.is_grad_enabled())


def divisor(x: Tensor) -> Tensor:
    """The numbers, 1 in place of 0: what they divide is masked later, and must not make its gradient NaN."""
    return torch.where(x == 0, 1.0, x)


def product(x: Tensor) -> Tensor:
    """The product x xᵀ of every matrix of a stack (S, n, m)."""
    if not on_host(x):
        return x @ x.mT
    a = x.detach().numpy()
    with np.errstate(all="ignore"):  # what overflows is found by its trace
        return torch.from_numpy(np.matmul(a, a.swapaxes(-1, -2)))


def centred_product(raw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The mean (D,) of tokens (n, D), and the inner products of centred tokens (n, n) and with the mean (n,).

    The features come in parts, so that the tokens are read once and never held in double precision.
    """
    count = len(raw)
    inner = np.zeros((count, count), order="F")
    along = torch.zeros(count, dtype=torch.float64)
    room = torch.empty(count * min(FEATURES, raw.shape[-1]), dtype=torch.float64)
    means = []
    for some in torch.split(raw.detach(), FEATURES, -1):
        part = room[: some.numel()].view(some.shape).copy_(some)
        means.append(part.sum(0) / max(count, 1))
        along.addmv_(part.sub_(means[-1]), means[-1])
        inner = dsyrk(1.0, part.numpy().T, beta=1.0, c=inner, trans=1, lower=1, overwrite_c=1)
    return torch.cat(means), _mirrored(torch.from_numpy(inner.T)), along


def _mirrored(upper: Tensor) -> Tensor:
    """The symmetric matrix of this upper triangle, in the same memory."""
    for start in range(0, len(upper), BLOCK):
        rows, rest = slice(start, start + BLOCK), slice(start + BLOCK, None)
        upper[rest, rows] = upper[rows, rest].mT
        upper[rows, rows] += upper[rows, rows].triu(1).mT
    return upper


LARGE = 128  # from this size on a matrix costs more than a call
PANEL = 16  # how many columns are reduced at once: more leave the cache, fewer are no matrix


def eigenvalues(matrix: Tensor) -> Tensor:
    """Eigenvalues of symmetric matrices, largest first, rounding below zero removed; zeros if not finite."""
    finite = matrix.diagonal(dim1=-2, dim2=-1).sum(-1).isfinite()
    if not (on_host(matrix) and finite.all()):
        matrix = torch.where(finite[..., None, None], matrix, 0.0)
    if on_host(matrix):
        values = torch.from_numpy(_solved(matrix.detach().numpy()))
    else:
        values = torch.linalg.eigvalsh(matrix)
    rising: Tensor = values.clamp_min(0.0)
    return rising.flip(-1)


def _solved(stack: NDArray[np.float64]) -> NDArray[np.float64]:
    """Eigenvalues, smallest first; of large matrices by the two steps that numpy wraps in copies."""
    size = stack.shape[-1]
    values: NDArray[np.float64] = np.empty(stack.shape[:-1])
    if size < LARGE:
        values[:] = np.linalg.eigvalsh(stack)
        return values
    for row, matrix in zip(values, stack, strict=True):
        _, diagonal, beside, _, _ = dsytrd(matrix.T, lower=1, lwork=PANEL * size)
        row[:], unsolved = dsterf(diagonal, beside)
        if unsolved:
            raise np.linalg.LinAlgError(f"{unsolved} of {size} eigenvalues did not converge")
    return values


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
