"""Joint directions: which of two sets of tokens makes the directions that both of them share.

All is read off the inner products of the tokens, as they came; singular vectors have no sign, and neither has
what is said of them.
"""

from functools import cached_property

import torch
from torch import Tensor

from vtmetrics.metrics.gram import EPS
from vtmetrics.metrics.linear import SMALLEST, divisor, pair
from vtmetrics.metrics.undefined import Reason, undefined, unless


def rotation(tokens: Tensor, others: Tensor) -> Tensor:
    """How far the first direction of some tokens (..., N, D) is that of them and others (..., M, D) together.

    Formula: |⟨v, w⟩|, v and w the first right singular vectors of X and of [X; Y]
    Unit: none
    Range: [0, 1]
    Unchanged by: rotation and scale of both, order of either
    Source: "Seeing Beyond Redundancy" A.2, feature subspace alignment; without the sign, which is arbitrary

    >>> rotation(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 3.0]]))
    tensor(0., dtype=torch.float64)
    """
    both = _Joined(tokens, others)
    if both.empty:
        return undefined(Reason.EMPTY, both.batch, both.inner.device)
    (own, mine), (shared, joint) = _solved(both.of_tokens), _solved(both.inner)
    across = (mine[..., -1:].mT @ both.inner[..., : both.count, :] @ joint[..., -1:])[..., 0, 0]
    value = (across / divisor(own[..., -1] * shared[..., -1]).sqrt()).abs().clamp_max(1.0)
    tied = _tied(own) | _tied(shared)
    return unless(value, *both.flaws, (own[..., -1] <= 0, Reason.ALL_ZERO), (tied, Reason.ALL_TIED))


def balance(tokens: Tensor, others: Tensor) -> Tensor:
    """Share of some tokens (..., N, D) in the first direction of them and others (..., M, D), token by token.

    Formula: e_X / (e_X + e_Y), e_X = Σ_{i ∈ X} u_i² / N, u the first left singular vector of [X; Y]
    Unit: share
    Range: [0, 1]; a half where a token of either kind has as much of it
    Unchanged by: rotation and scale of both, order of either
    Source: "Seeing Beyond Redundancy" A.2, a_m, whose m_pt is read as e_m

    >>> balance(torch.tensor([[2.0, 0.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    tensor(0.8000, dtype=torch.float64)
    """
    both = _Joined(tokens, others)
    if both.empty:
        return undefined(Reason.EMPTY, both.batch, both.inner.device)
    shared, joint = _solved(both.inner)
    energy = joint[..., -1].square()
    own, other = energy[..., : both.count].mean(-1), energy[..., both.count :].mean(-1)
    return unless(own / (own + other), *both.flaws, (_tied(shared), Reason.ALL_TIED))


def explained_variance(tokens: Tensor, others: Tensor, *, k: int = 5) -> Tensor:
    """What the first k directions of some tokens (..., N, D) explain of them and others (..., M, D) together.

    Formula: 1 − |Q − Q V Vᵀ|² / |Q − mean|², V the first k right singular vectors of X, Q = [X; Y]
    Unit: share of the variance
    Range: (−∞, 1]; below 0 where V misses the mean
    Unchanged by: rotation and scale of both, order of either
    Source: "Seeing Beyond Redundancy" A.2, R², whose V_k V_Kᵀ and placing of the square are misprints

    >>> explained_variance(torch.eye(2), torch.tensor([[1.0, 1.0]]), k=2)
    tensor(1., dtype=torch.float64)
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    both = _Joined(tokens, others)
    if both.empty:
        return undefined(Reason.EMPTY, both.batch, both.inner.device)
    if both.count < k:
        return undefined(Reason.TOO_FEW, both.batch, both.inner.device)
    own, mine = _solved(both.of_tokens)
    along = (both.inner[..., : both.count] @ mine[..., -k:]).square().sum(-2) / divisor(own[..., -k:])
    value = 1 - (both.total - along.sum(-1)) / divisor(both.variance)
    few = own[..., -k] <= both.count * EPS * own[..., -1]
    equal = both.variance <= (4 * EPS) ** 2 * both.total
    return unless(value.clamp_max(1.0), *both.flaws, (few, Reason.TOO_FEW), (equal, Reason.ALL_EQUAL))


def consistency(tokens: Tensor, others: Tensor) -> Tensor:
    """How alike some tokens (..., N, D) share in their own first direction and in that of them and others.

    Formula: |⟨u_X / |u_X|, v⟩|, v the first left singular vector of X, u_X the part of that of [X; Y] in X
    Unit: none
    Range: [0, 1]
    Unchanged by: rotation and scale of both, order of either
    Source: "Seeing Beyond Redundancy" A.2, token projection consistency; without the sign

    >>> consistency(torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([[0.0, 2.0]]))
    tensor(0., dtype=torch.float64)
    """
    both = _Joined(tokens, others)
    if both.empty:
        return undefined(Reason.EMPTY, both.batch, both.inner.device)
    (own, mine), (shared, joint) = _solved(both.of_tokens), _solved(both.inner)
    part = joint[..., : both.count, -1]
    size = part.norm(dim=-1)
    value = ((part * mine[..., -1]).sum(-1) / divisor(size)).abs().clamp_max(1.0)
    nothing = (own[..., -1] <= 0) | (size <= both.count * EPS)
    tied = _tied(own) | _tied(shared)
    return unless(value, *both.flaws, (nothing, Reason.ALL_ZERO), (tied, Reason.ALL_TIED))


def first_gap(tokens: Tensor, others: Tensor) -> Tensor:
    """How far the first singular value is above the second: of tokens (..., N, D), or of them and others.

    Formula: min over X and [X; Y] of (σ₁ − σ₂) / σ₁
    Unit: share of the first
    Range: [0, 1]; near 0 no direction is the first, and what is said of it hangs on a choice
    Unchanged by: rotation and scale of both, order of either
    Source: Wedin 1972, by which a disturbance turns a direction the further the smaller its gap is

    >>> first_gap(torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    tensor(0.5000, dtype=torch.float64)
    """
    both = _Joined(tokens, others)
    if both.empty:
        return undefined(Reason.EMPTY, both.batch, both.inner.device)
    own, shared = (_gap(_solved(inner)[0]) for inner in (both.of_tokens, both.inner))
    nothing = both.of_tokens.diagonal(dim1=-2, dim2=-1).sum(-1) <= 0
    return unless(torch.minimum(own, shared), *both.flaws, (nothing, Reason.ALL_ZERO))


class _Joined:
    """Two sets in one space: the products of all with all, and how many the first has."""

    def __init__(self, tokens: Tensor, others: Tensor) -> None:
        first, second = pair(tokens, others, 2)
        self.batch = (first[..., 0].sum(-1) + second[..., 0].sum(-1)).shape
        self.count = first.shape[-2]
        self.empty = 0 in (first.shape[-2], second.shape[-2])
        parts = [part.expand(*self.batch, *part.shape[-2:]) for part in (first, second)]
        self.both = torch.cat(parts, -2)
        self.inner = self.both @ self.both.mT

    @property
    def of_tokens(self) -> Tensor:
        """The products of the first set's tokens."""
        return self.inner[..., : self.count, : self.count]

    @cached_property
    def total(self) -> Tensor:
        """The energy of both sets."""
        return self.both.square().sum((-2, -1))

    @cached_property
    def variance(self) -> Tensor:
        """The energy of both sets around their mean."""
        return (self.both - self.both.mean(-2, keepdim=True)).square().sum((-2, -1))

    @property
    def flaws(self) -> tuple[tuple[Tensor, Reason], ...]:
        """Where nothing can be said of both sets, and why."""
        lost = ~self.total.isfinite() | ((self.total < SMALLEST) & (self.both != 0).any((-2, -1)))
        return (lost, Reason.NOT_FINITE), (self.total == 0, Reason.ALL_ZERO)


def _solved(inner: Tensor) -> tuple[Tensor, Tensor]:
    """Squared singular values, smallest first, and the vectors; of what is not finite, those of nothing."""
    finite = inner.isfinite().all(-1).all(-1)
    values, vectors = torch.linalg.eigh(torch.where(finite[..., None, None], inner, 0.0))
    return values.clamp_min(0.0), vectors


def _gap(values: Tensor) -> Tensor:
    """How far the largest of these squares is above the next, as a share of its root."""
    if values.shape[-1] < 2:
        return torch.ones_like(values[..., -1])
    return 1 - (values[..., -2] / divisor(values[..., -1])).sqrt()


def _tied(values: Tensor) -> Tensor:
    """Whether two directions are the first, so that none of them is."""
    if values.shape[-1] < 2:
        return torch.zeros(values.shape[:-1], dtype=torch.bool, device=values.device)
    return values[..., -1] - values[..., -2] <= values.shape[-1] * EPS * values[..., -1]
