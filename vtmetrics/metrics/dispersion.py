"""Dispersion: how unequally an amount, such as the norm of a token, is spread over the tokens.

Amounts are (..., N) with an optional mask over N; `norms` makes them from tokens.
"""

from collections.abc import Callable
from math import log

import torch
from torch import Tensor

from vtmetrics.metrics.linear import divisor
from vtmetrics.metrics.sets import Sets, real
from vtmetrics.metrics.undefined import Reason, unless


def norms(tokens: Tensor) -> Tensor:
    """Euclidean norm of every token: (..., N, D) becomes (..., N).

    Formula: √Σ x²
    Unit: that of the tokens
    Range: [0, ∞)
    Unchanged by: rotation
    Source: definition

    >>> norms(torch.tensor([[3.0, 4.0]]))
    tensor([5.], dtype=torch.float64)
    """
    exact = real(tokens, "tokens", 2).to(torch.float64)
    largest = exact.detach().abs().amax(-1)
    scale = torch.where(largest > 0, largest, 1.0)  # so that no square overflows or vanishes
    value = _root((exact / scale[..., None]).square().sum(-1)) * scale
    return unless(value, (~value.isfinite(), Reason.NOT_FINITE))


def mean_norm(amounts: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mean amount of a token.

    Formula: Σ n / k
    Unit: that of the amounts
    Range: [0, ∞)
    Unchanged by: order, repetition of all tokens
    Source: definition

    >>> mean_norm(torch.tensor([1.0, 3.0]))
    tensor(2., dtype=torch.float64)
    """
    return _each(lambda n: unless(n.mean(-1), *_flaws(n)), amounts, mask)


def median_log(amounts: Tensor, mask: Tensor | None = None) -> Tensor:
    """Median of the logarithms of the amounts: a difference of two is the logarithm of a ratio of medians.

    Formula: median of log n
    Unit: nats
    Range: (−∞, ∞)
    Unchanged by: order, repetition of all tokens
    Source: definition; few very large tokens do not move it

    >>> median_log(torch.tensor([0.5, 1.0, 1000.0]))
    tensor(0., dtype=torch.float64)
    """

    def median(n: Tensor) -> Tensor:
        k = n.shape[-1]
        logs = torch.where(n > 0, divisor(n).log(), -torch.inf).sort(-1).values
        value = (logs[..., (k - 1) // 2] + logs[..., k // 2]) / 2
        return unless(value, *_flaws(n), (value == -torch.inf, Reason.ALL_ZERO))

    return _each(median, amounts, mask)


def gini(amounts: Tensor, mask: Tensor | None = None) -> Tensor:
    """Gini coefficient of the amounts: 0 if all are equal, (k − 1)/k if one token has everything.

    Formula: Σ_i (2i − k − 1) n_(i) / (k Σ n), n_(1) ≤ … ≤ n_(k)
    Unit: none
    Range: [0, (k − 1) / k]
    Unchanged by: positive scale, order, repetition of all tokens
    Source: Gini 1912; "Seeing Beyond Redundancy" 3.1, which gives the range as [0, 1]

    >>> gini(torch.tensor([0.0, 0.0, 0.0, 1.0]))
    tensor(0.7500, dtype=torch.float64)
    """

    def coefficient(n: Tensor) -> Tensor:
        k = n.shape[-1]
        weights = torch.arange(1 - k, k, 2, dtype=torch.float64, device=n.device)
        rising = n.sort(-1).values
        rising = rising - rising[..., :1]  # the weights add up to 0: of equal amounts nothing is left
        value = (weights * rising).sum(-1) / (k * divisor(n.sum(-1)))
        return unless(value.clamp_min(0.0), *_flaws(n), (n.sum(-1) == 0, Reason.ALL_ZERO))

    return _each(coefficient, amounts, mask)


def normalised_entropy(amounts: Tensor, mask: Tensor | None = None) -> Tensor:
    """Entropy of the amounts as a share of its limit: 1 if all are equal, 0 if one token has everything.

    Formula: −Σ p log p / log k, p = n / Σn
    Unit: share of log k
    Range: [0, 1]
    Unchanged by: positive scale, order
    Source: "Seeing Beyond Redundancy" 3.1

    >>> normalised_entropy(torch.tensor([1.0, 1.0, 0.0, 0.0]))
    tensor(0.5000, dtype=torch.float64)
    """

    def entropy(n: Tensor) -> Tensor:
        p = n / divisor(n.sum(-1, keepdim=True))
        positive = torch.where(p > 0, p, 1.0)
        limit = torch.full_like(n[..., 0], log(n.shape[-1]))
        value = (-(positive * positive.log()).sum(-1) / divisor(limit)).clamp(0.0, 1.0)
        return unless(value, *_flaws(n), (n.sum(-1) == 0, Reason.ALL_ZERO), (limit == 0, Reason.NO_SCALE))

    return _each(entropy, amounts, mask)


def variation_coefficient(amounts: Tensor, mask: Tensor | None = None) -> Tensor:
    """Standard deviation of the amounts as a share of their mean.

    Formula: σ / μ, σ² = Σ (n − μ)² / k
    Unit: none
    Range: [0, √(k − 1)]
    Unchanged by: positive scale, order, repetition of all tokens
    Source: "Seeing Beyond Redundancy" 3.1, where k or k − 1 is unstated; with k, 1 + CV² = k Σ p²

    >>> variation_coefficient(torch.tensor([1.0, 3.0]))
    tensor(0.5000, dtype=torch.float64)
    """

    def ratio(n: Tensor) -> Tensor:
        mean = n.mean(-1, keepdim=True)
        value = _root(((n - mean) / divisor(mean)).square().mean(-1))
        return unless(value, *_flaws(n), (n.sum(-1) == 0, Reason.ALL_ZERO))

    return _each(ratio, amounts, mask)


def _root(squared: Tensor) -> Tensor:
    """The square root, whose gradient at 0 is 0."""
    return torch.where(squared == 0, 0.0, divisor(squared).sqrt())


def _flaws(n: Tensor) -> tuple[tuple[Tensor, Reason], ...]:
    return (~n.sum(-1).isfinite(), Reason.NOT_FINITE), ((n < 0).any(-1), Reason.NEGATIVE)


def _each(kernel: Callable[[Tensor], Tensor], amounts: Tensor, mask: Tensor | None) -> Tensor:
    amounts = real(amounts, "amounts", 1).to(torch.float64)
    return Sets.of(amounts.shape[:-1], amounts.shape[-1], mask).each(kernel, amounts)
