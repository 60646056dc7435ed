"""The Gram matrix that all metrics of the same tokens share: centred, float64, on the smaller side.

Uncentred and row-normalised Grams and all distances follow from the centred one by O(N²) algebra, which is
the stable direction: a common offset of the tokens is gone before anything is squared.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from vtmetrics.metrics.linear import (
    FEATURES,
    SMALLEST,
    centred_product,
    divisor,
    eigenvalues,
    on_host,
    product,
)

EPS = torch.finfo(torch.float64).eps
# A squared distance below this share of the squared norms is a difference of nearly equal numbers:
# less than nine of its digits are right, so it is computed again from the tokens themselves.
CANCELLED = 1e-6


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

    def is_unreadable(self, centred: bool = True) -> Tensor:
        """Whether squares overflow or have lost their digits, though not all tokens are the same; (S,)."""
        total = self.total(centred)
        small = total < SMALLEST
        if on_host(self.raw) and not bool(small.any()):  # an accelerator need not wait to know
            return ~total.isfinite()
        same = self.raw[:, :1] if centred else torch.zeros_like(self.raw[:, :1])
        return ~total.isfinite() | (small & (self.raw != same).any(-1).any(-1))

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
            purity: Tensor = (solved / divisor(solved.sum(-1, keepdim=True))).square().sum(-1)
            return purity
        matrix = self.matrix(centred, row_normalised)
        trace = matrix.diagonal(dim1=-2, dim2=-1).sum(-1, keepdim=True)
        return (matrix.flatten(-2) / divisor(trace)).square().sum(-1)

    def spectrum(self, centred: bool = True, row_normalised: bool = False) -> Tensor:
        """The eigenvalues λ = σ² of that Gram, largest first, (S, m); solved once."""
        key = ("spectrum", centred, row_normalised)
        if key not in self.memory:
            self.memory[key] = eigenvalues(self.matrix(centred, row_normalised))
        spectrum: Tensor = self.memory[key]
        return spectrum

    @property
    def _in_parts(self) -> bool:
        large = len(self.raw) == 1 and self.wide and self.raw.shape[-1] >= FEATURES
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
