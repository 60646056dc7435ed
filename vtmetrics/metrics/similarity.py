"""Similarity: how alike two vectors, two sets of tokens or two distributions of answers are."""

from math import log
from typing import Literal

import torch
from torch import Tensor

from vtmetrics.metrics.gram import EPS, Gram
from vtmetrics.metrics.linear import length, pair
from vtmetrics.metrics.sets import Sets, real
from vtmetrics.metrics.undefined import Reason, undefined, unless


def cosine_similarity(x: Tensor, y: Tensor) -> Tensor:
    """Cosine of the angle between two vectors (..., D).

    Formula: 1 − |u − v|² / 2, u = x/|x|, v = y/|y|
    Unit: none
    Range: [−1, 1]
    Unchanged by: exchange, rotation of both, positive scale of either
    Source: definition; written so that 1 − cos keeps its digits where the two are nearly equal

    >>> cosine_similarity(torch.tensor([1.0, 0.0]), torch.tensor([1.0, 1.0]))
    tensor(0.7071, dtype=torch.float64)
    """
    return 1 - cosine_distance(x, y)


def cosine_distance(x: Tensor, y: Tensor) -> Tensor:
    """One minus the cosine of two vectors (..., D), exact to the last digits where they are nearly equal.

    Formula: |u − v|² / 2, u = x/|x|, v = y/|y|
    Unit: none
    Range: [0, 2]
    Unchanged by: exchange, rotation of both, positive scale of either
    Source: definition

    >>> cosine_distance(torch.tensor([1.0, 0.0]), torch.tensor([-2.0, 0.0]))
    tensor(2., dtype=torch.float64)
    """
    x, y = pair(x, y)
    norms = length(x), length(y)
    gap = (x / norms[0] - y / norms[1]).square().sum(-1) / 2
    finite = (norms[0].isfinite() & norms[1].isfinite())[..., 0]
    zero = ((norms[0] == 0) | (norms[1] == 0))[..., 0]
    return unless(gap.clamp_max(2.0), (~finite, Reason.NOT_FINITE), (zero, Reason.ALL_ZERO))


def nearest_cosine(tokens: Tensor, others: Tensor) -> Tensor:
    """Mean over tokens (..., N, D) of the largest cosine with any of some others (..., M, D).

    Formula: Σ_i max_j cos(x_i, y_j) / N
    Unit: none
    Range: [−1, 1]
    Unchanged by: rotation of both, positive scale of any token, order of either, repetition of others
    Source: definition; mean similarity to the nearest neighbour among contextual states, as in LatentLens

    >>> nearest_cosine(torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 1.0], [3.0, 0.0]]))
    tensor(1., dtype=torch.float64)
    """
    x, y = pair(tokens, others, 2)
    if 0 in (x.shape[-2], y.shape[-2]):
        batch = (x[..., 0].sum(-1) + y[..., 0].sum(-1)).shape
        return undefined(Reason.EMPTY, batch, x.device)
    norms = length(x), length(y)
    value = ((x / norms[0]) @ (y / norms[1]).mT).amax(-1).mean(-1).clamp(-1.0, 1.0)
    finite = norms[0].isfinite().all((-2, -1)) & norms[1].isfinite().all((-2, -1))
    zero = (norms[0] == 0).any((-2, -1)) | (norms[1] == 0).any((-2, -1))
    return unless(value, (~finite, Reason.NOT_FINITE), (zero, Reason.ALL_ZERO))


def centroid_cosine(tokens: Tensor, others: Tensor) -> Tensor:
    """Cosine of the mean of some tokens (..., N, D) with the mean of some others (..., M, D).

    Formula: cos(Σ x_i / N, Σ y_j / M)
    Unit: none
    Range: [−1, 1]
    Unchanged by: exchange, rotation of both, positive scale of all of either, order, repetition of all
    Source: definition; "What Do Visual Tokens Really Encode?" 4.1, similarity across images of a cluster

    >>> centroid_cosine(torch.tensor([[2.0, 0.0], [0.0, 2.0]]), torch.tensor([[3.0, 3.0]]))
    tensor(1., dtype=torch.float64)
    """
    x, y = pair(tokens, others, 2)
    if 0 in (x.shape[-2], y.shape[-2]):
        batch = (x[..., 0].sum(-1) + y[..., 0].sum(-1)).shape
        return undefined(Reason.EMPTY, batch, x.device)
    return cosine_similarity(x.mean(-2), y.mean(-2))


def cosine_rank(tokens: Tensor, others: Tensor, chosen: Tensor) -> Tensor:
    """Mean rank of some among tokens (..., N, D) by their cosine with the nearest of others (..., M, D).

    Formula: mean over chosen i of (#{j: c_j > c_i} + #{j ≠ i: c_j = c_i} / 2) / (N − 1), c_i = max_m cos
    Unit: share of the other tokens that are nearer
    Range: [0, 1]; a half where the chosen are like all
    Unchanged by: rotation of both, positive scale of any token, order, repetition of others
    Source: definition; "What Do Visual Tokens Really Encode?" 4.3 asks whether the nearest stay among them

    >>> cosine_rank(torch.eye(3), torch.tensor([[3.0, 2.0, 1.0]]), torch.tensor([True, True, False]))
    tensor(0.2500, dtype=torch.float64)
    """
    x, y = pair(tokens, others, 2)
    batch = (x[..., 0].sum(-1) + y[..., 0].sum(-1)).shape
    if 0 in (x.shape[-2], y.shape[-2]):
        return undefined(Reason.EMPTY, batch, x.device)
    if x.shape[-2] == 1:
        return undefined(Reason.TOO_FEW, batch, x.device)
    norms = length(x), length(y)
    near = ((x / norms[0]) @ (y / norms[1]).mT).amax(-1)
    before = near[..., None, :] - near[..., None]
    ranks = ((before > 0).sum(-1).double() + ((before == 0).sum(-1).double() - 1) / 2) / (x.shape[-2] - 1)
    wanted = chosen.to(x.device).expand(ranks.shape)
    count = wanted.sum(-1)
    finite = norms[0].isfinite().all((-2, -1)) & norms[1].isfinite().all((-2, -1))
    zero = (norms[0] == 0).any((-2, -1)) | (norms[1] == 0).any((-2, -1))
    value = ranks.where(wanted, 0.0).sum(-1) / count.clamp_min(1)
    return unless(value, (~finite, Reason.NOT_FINITE), (zero, Reason.ALL_ZERO), (count == 0, Reason.EMPTY))


def cka(
    x: Tensor,
    y: Tensor,
    mask: Tensor | None = None,
    *,
    definition: Literal["debiased", "biased"] = "debiased",
) -> Tensor:
    """Linear centred kernel alignment of two descriptions (..., N, D) and (..., N, D') of the same tokens.

    Formula: HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)), K = xxᵀ, L = yyᵀ
    Unit: none
    Range: [−1, 1]; biased [0, 1]
    Unchanged by: exchange, rotation, scale and translation of either, order of the tokens
    Source: Kornblith 2019 ("biased": independent Gaussians of 64 tokens and 1024 features read 0.94);
    Song 2012 and Nguyen 2021 ("debiased": they read 0)

    >>> x = torch.arange(10.0).reshape(5, 2).cos()
    >>> cka(x, 2 * x + 1).round(decimals=9)
    tensor(1., dtype=torch.float64)
    """
    if definition not in ("debiased", "biased"):
        raise ValueError(f"definition must be debiased or biased, not {definition!r}")
    x, y = real(x, "tokens", 2), real(y, "tokens", 2)
    if x.shape[:-1] != y.shape[:-1]:
        raise ValueError(f"both must describe the same tokens, not {tuple(x.shape)} and {tuple(y.shape)}")
    least = 4 if definition == "debiased" else 2

    def alignment(a: Tensor, b: Tensor) -> Tensor:
        grams = Gram(a), Gram(b)
        kernels = [gram.tokens / gram.total()[..., None, None] for gram in grams]  # no square overflows
        left, right = (_unbiased(kernel) if definition == "debiased" else kernel for kernel in kernels)
        both = _size(left) * _size(right)
        value = ((left * right).sum((-2, -1)) / both).clamp(-1.0, 1.0)
        unreadable = grams[0].is_unreadable() | grams[1].is_unreadable()
        equal = grams[0].is_degenerate() | grams[1].is_degenerate()
        tied = both <= (64 * EPS) * _size(kernels[0]) * _size(kernels[1])
        return unless(
            value, (unreadable, Reason.NOT_FINITE), (equal, Reason.ALL_EQUAL), (tied, Reason.ALL_TIED)
        )

    return Sets.of(x.shape[:-2], x.shape[-2], mask).each(alignment, x, y, least=least)


def kl(p: Tensor, q: Tensor, *, base: float | None = None) -> Tensor:
    """Kullback–Leibler divergence KL(p ‖ q) of two distributions given as logits (..., V).

    Formula: Σ p log(p / q), p and q the softmax of the logits
    Unit: nats, or units of log `base`
    Range: [0, ∞]
    Unchanged by: a constant added to either's logits, order of the vocabulary
    Source: Kullback & Leibler 1951; ShortV's layer contribution is KL(frozen ‖ full)

    >>> kl(torch.tensor([0.0, 0.0]), torch.tensor([0.0, 0.0]))
    tensor(0., dtype=torch.float64)
    """
    p, q = pair(p, q)
    left, right = torch.log_softmax(p, -1), torch.log_softmax(q, -1)
    flawed = left.isnan().any(-1) | right.isnan().any(-1)
    value = _relative_entropy(left, right) / (1.0 if base is None else _log(base))
    return unless(value, (flawed, Reason.NOT_A_DISTRIBUTION))


def js(p: Tensor, q: Tensor, *, base: float = 2.0) -> Tensor:
    """Jensen–Shannon divergence of two distributions given as logits (..., V).

    Formula: (KL(p ‖ m) + KL(q ‖ m)) / 2, m = (p + q) / 2
    Unit: bits, or units of log `base`
    Range: [0, 1] in bits
    Unchanged by: exchange, a constant added to either's logits, order of the vocabulary
    Source: Lin 1991

    >>> js(torch.tensor([0.0, -torch.inf]), torch.tensor([-torch.inf, 0.0]))
    tensor(1., dtype=torch.float64)
    """
    p, q = pair(p, q)
    left, right = torch.log_softmax(p, -1), torch.log_softmax(q, -1)
    flawed = left.isnan().any(-1) | right.isnan().any(-1)
    middle = torch.logaddexp(left, right) - log(2)
    value = (_relative_entropy(left, middle) + _relative_entropy(right, middle)) / 2
    value = value.clamp_max(log(2)) / _log(base)
    return unless(value, (flawed, Reason.NOT_A_DISTRIBUTION))


def _log(base: float) -> float:
    if not base > 1:
        raise ValueError(f"base must be greater than 1, not {base}")
    return log(base)


def _unbiased(gram: Tensor) -> Tensor:
    """The U-centred Gram (Székely & Rizzo 2014), whose inner products estimate HSIC without bias."""
    n = gram.shape[-1]
    off = gram - torch.diag_embed(gram.diagonal(dim1=-2, dim2=-1))
    rows = off.sum(-1) / (n - 2)
    centred = (
        off - rows[..., None] - rows[..., None, :] + off.sum((-2, -1))[..., None, None] / ((n - 1) * (n - 2))
    )
    return centred - torch.diag_embed(centred.diagonal(dim1=-2, dim2=-1))


def _size(matrix: Tensor) -> Tensor:
    return matrix.square().sum((-2, -1)).sqrt()


def _relative_entropy(left: Tensor, right: Tensor) -> Tensor:
    possible = left > -torch.inf
    gap = torch.where(possible, left, 0.0) - torch.where(possible, right, 0.0)
    return (torch.where(possible, left, -torch.inf).exp() * gap).sum(-1).clamp_min(0.0)
