"""The Gram matrix that all metrics of the same tokens share: centred, float64, on the smaller side.

Uncentred and row-normalised Grams and all distances follow from the centred one by O(N²) algebra, which is
the stable direction: a common offset of the tokens is gone before anything is squared.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg.blas import dsyrk
from scipy.linalg.lapack import dsterf, dsytrd
from torch import Tensor

EPS = torch.finfo(torch.float64).eps
# A squared distance below this share of the squared norms is a difference of nearly equal numbers:
# less than nine of its digits are right, so it is computed again from the tokens themselves.
CANCELLED = 1e-6
LARGE = 128  # from this size on a matrix costs more than a call
COLUMNS = 1024  # of how many features at once a processor keeps the tokens of one set in its cache


def on_host(x: Tensor) -> bool:
    """Whether numpy may do the work: it multiplies a matrix by its own transpose in half the time."""
    return x.device.type == "cpu" and not (x.requires_grad and torch.is_grad_enabled())


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
    inner = np.zeros((len(raw), len(raw)), order="F")
    along = torch.zeros(len(raw), dtype=torch.float64)
    means = []
    for some in torch.split(raw.detach(), COLUMNS, -1):
        exact = some.to(torch.float64)
        means.append(exact.sum(0) / max(len(raw), 1))
        part = exact - means[-1]
        along += part @ means[-1]
        inner = dsyrk(1.0, part.numpy().T, beta=1.0, c=inner, trans=1, lower=1, overwrite_c=1)
    for start in range(0, len(raw), LARGE):  # the upper triangle, in parts that stay in the cache
        rows, rest = slice(start, start + LARGE), slice(start + LARGE, None)
        inner[rows, rest] = inner[rest, rows].T
        inner[rows, rows] = np.tril(inner[rows, rows]) + np.tril(inner[rows, rows], -1).T
    return torch.cat(means), torch.from_numpy(inner.T), along


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
        _, diagonal, beside, _, _ = dsytrd(matrix.T, lower=1, lwork=64 * size)
        row[:], unsolved = dsterf(diagonal, beside)
        if unsolved:
            raise np.linalg.LinAlgError(f"{unsolved} of {size} eigenvalues did not converge")
    return values


@dataclass(frozen=True, eq=False)
class Gram:
    """A stack of equally many tokens, what is left of them after centring, and what follows from it."""

    raw: Tensor  # (S, n, D) of any floating-point type, as they came
    memory: dict[Hashable, Any] = field(default_factory=dict, repr=False)  # what was solved for already

    @property
    def count(self) -> int:
        """How many tokens each set of the stack has."""
        return self.raw.shape[-2]

    @property
    def wide(self) -> bool:
        """Whether the smaller side is that of the tokens."""
        return self.raw.shape[-2] <= self.raw.shape[-1]

    @cached_property
    def mean(self) -> Tensor:
        """The mean of the tokens, (S, D) float64."""
        if self._in_parts:
            return self._products[0]
        return self.raw.sum(-2, dtype=torch.float64) / max(self.count, 1)

    @cached_property
    def points(self) -> Tensor:
        """The centred tokens, (S, n, D) float64."""
        return self.raw.to(torch.float64) - self.mean[:, None]

    @cached_property
    def tokens(self) -> Tensor:
        """The inner products of the centred tokens, (S, n, n)."""
        return self._products[1] if self._in_parts else product(self.points)

    def matrix_of_tokens(self, centred: bool = True) -> Tensor:
        """The inner products of the tokens, centred or as they came, (S, n, n)."""
        if centred:
            return self.tokens
        along = self.along_mean + self._offset / 2
        matrix = self.tokens + along[..., None]
        matrix += along[..., None, :]
        return matrix

    @cached_property
    def squared_norms(self) -> Tensor:
        """The squared norms of the centred tokens, (S, n)."""
        if self.wide or "tokens" in self.__dict__:
            return self.tokens.diagonal(dim1=-2, dim2=-1).contiguous()
        return self.points.square().sum(-1)

    @cached_property
    def along_mean(self) -> Tensor:
        """The inner product of each centred token with the mean, (S, n)."""
        return self._products[2] if self._in_parts else (self.points @ self.mean[..., None])[..., 0]

    @cached_property
    def raw_norms(self) -> Tensor:
        """The norms of the tokens as they came, (S, n): a small one keeps its digits beside a large mean."""
        norms: Tensor = torch.linalg.vector_norm(self.raw, dim=-1, dtype=torch.float64)
        return norms

    @property
    def _offset(self) -> Tensor:
        return self.mean.square().sum(-1, keepdim=True)

    @cached_property
    def rounding(self) -> Tensor:
        """The squared norm below which a centred token is only rounding of the subtraction, (S, n)."""
        return (4 * EPS) ** 2 * (self._offset + self.squared_norms)

    def total(self, centred: bool = True) -> Tensor:
        """The sum of the eigenvalues, (S,)."""
        return (self.squared_norms if centred else self.raw_norms.square()).sum(-1)

    def is_degenerate(self, centred: bool = True) -> Tensor:
        """Whether nothing but rounding is left: all tokens equal, or zero if not centred; (S,)."""
        if centred:
            return (self.squared_norms <= self.rounding).all(-1)
        return (self.raw_norms == 0).all(-1)

    def matrix(self, centred: bool = True, row_normalised: bool = False) -> Tensor:
        """The Gram on the smaller side, (S, m, m): of centred tokens or not, of unit length or not."""
        if row_normalised:
            return self._row_normalised(centred)
        if self.wide:
            return self.matrix_of_tokens(centred)
        if centred:
            return self._features
        return self._features + self.count * self.mean[..., None] * self.mean[:, None]

    def purity(self, centred: bool = True, row_normalised: bool = False) -> Tensor:
        """The sum Σλ² / (Σλ)² of that Gram, (S,); no eigenvalues are needed."""
        solved = self.memory.get(("spectrum", centred, row_normalised))
        if solved is not None:
            purity: Tensor = solved.square().sum(-1) / solved.sum(-1).square()
            return purity
        matrix = self.matrix(centred, row_normalised)
        return matrix.flatten(-2).square().sum(-1) / matrix.diagonal(dim1=-2, dim2=-1).sum(-1).square()

    def spectrum(self, centred: bool = True, row_normalised: bool = False) -> Tensor:
        """The eigenvalues λ = σ² of that Gram, largest first, (S, m); solved once."""
        key = ("spectrum", centred, row_normalised)
        if key not in self.memory:
            self.memory[key] = eigenvalues(self.matrix(centred, row_normalised))
        spectrum: Tensor = self.memory[key]
        return spectrum

    @property
    def _in_parts(self) -> bool:
        large = len(self.raw) == 1 and self.wide and self.raw.shape[-1] >= COLUMNS
        return large and on_host(self.raw)

    @cached_property
    def _products(self) -> tuple[Tensor, Tensor, Tensor]:
        mean, inner, along = centred_product(self.raw[0])
        return mean[None], inner[None], along[None]

    @cached_property
    def _features(self) -> Tensor:
        return product(self.points.mT)

    def _row_normalised(self, centred: bool) -> Tensor:
        """A token of no length stays one."""
        if not centred:
            units = self.raw / torch.where(self.raw_norms > 0, self.raw_norms, torch.inf)[..., None]
            return product(units if self.wide else units.mT)
        scale = torch.where(self.squared_norms > self.rounding, self.squared_norms, torch.inf).rsqrt()
        if self.wide:
            scales = scale[..., None] * scale[..., None, :]
            return torch.mul(self.tokens, scales, out=scales if on_host(self.tokens) else None)
        return product((self.points * scale[..., None]).mT)
