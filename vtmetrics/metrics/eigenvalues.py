"""Eigenvalues of symmetric matrices without their vectors: of a tridiagonal matrix that has the same ones."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg.lapack import dsterf, dsytrd
from torch import Tensor

from vtmetrics.metrics.linear import on_host

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
