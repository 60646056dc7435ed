"""GRIDE: the intrinsic dimension at the scale of farther neighbours, where noise no longer counts as one."""

import torch
from scipy.special import digamma
from torch import Tensor

from vtmetrics.metrics.cloud import Cloud
from vtmetrics.metrics.dimension_estimate import Dimension, check_choice, lognormal, reasoned
from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.neighbours import Neighbours, nearest
from vtmetrics.metrics.undefined import Reason, undefined

NEWTON_STEPS = 8  # of Newton's: the first guess is good to a digit or two, and each step doubles them


def gride(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    n1: int = 8,
    n2: int | None = None,
    within: float = 0.0,
    level: float = 0.95,
) -> Dimension:
    """Intrinsic dimension from how much farther the n₂-th neighbour is than the n₁-th.

    Formula: the d at which Σ log [d (μᵈ − 1)^(n₂ − n₁ − 1) / μ^((n₂ − 1) d + 1)] is largest, μ = r_n₂ / r_n₁
    Unit: dimensions
    Range: (0, ∞)
    Unchanged by: rotation, translation, scale, order, repetition of tokens
    Source: Denti 2022, with DADApy's conventions: (N − 1) log d, and μ < q₅₀ + 20 (q₉₅ − q₅₀) only

    n₂ is 2 n₁ unless it is given; with 1 and 2 this is TwoNN by maximum likelihood.
    The interval: the observed information, a distance that two tokens share counted once.

    >>> line = torch.tensor([[0.0], [1.0], [3.0], [7.0]])
    >>> gride(line, n1=1).value.isfinite()
    tensor(True)
    """
    n2 = 2 * n1 if n2 is None else n2
    if not 1 <= n1 < n2:
        raise ValueError(f"n1 and n2 must be 1 <= n1 < n2, not {n1} and {n2}")
    check_choice(level, within)

    def estimate(gram: Gram) -> Tensor:
        if gram.count <= n2:
            return undefined(Reason.TOO_FEW, (len(gram.raw), 4), gram.raw.device)
        near = nearest(gram, n2, within)
        ratios, used = _ratios(near, n1)
        value, variance = _likeliest(ratios, used, n1, n2)
        low, high = lognormal(variance * (1 + near.mutual()), level)
        return reasoned(value, low, high, near, gram, near.count <= n2)

    return Dimension(*Cloud.of(tokens, mask).each(estimate, (4,)).unbind(-1))


def _ratios(near: Neighbours, n1: int) -> tuple[Tensor, Tensor]:
    """The log ratios log μ, and which are used: neither those of ties nor those far beyond the others."""
    ratios = (near.squared[..., -1] / near.squared[..., n1 - 1]).log() / 2
    used = near.kept & (ratios > 0)
    rising = torch.where(used, ratios, torch.inf).sort(-1).values.exp()
    middle, high = (_quantile(rising, used.sum(-1, keepdim=True), share) for share in (0.5, 0.95))
    return ratios, used & (ratios.exp() < middle + 20 * (high - middle))


def _quantile(rising: Tensor, count: Tensor, share: float) -> Tensor:
    place = share * (count - 1).clamp_min(0)
    below = place.floor().long()
    above = (below + 1).minimum((count - 1).clamp_min(0))
    start = rising.gather(-1, below)
    return torch.where(above > below, start + (place - below) * (rising.gather(-1, above) - start), start)


def _likeliest(ratios: Tensor, used: Tensor, n1: int, n2: int) -> tuple[Tensor, Tensor]:
    """The root d of the score, and the relative variance of d, by the observed information."""
    x = torch.where(used, ratios, 1.0)
    count, total = used.sum(-1), torch.where(used, ratios, 0.0).sum(-1)
    between = n2 - n1 - 1
    # max(x, 1/d) <= x / (1 - exp(-d x)) <= x + 1/d; from `least` on the score falls and is convex
    least = torch.maximum((count * (between + 1) - 1) / (n2 - 1), (count - 1) / n1) / total
    most = (count * (between + 1) - 1) / n1 / total
    d = (float(digamma(n2) - digamma(n1)) * count / total).clamp(least, most)
    for _ in range(NEWTON_STEPS):
        score, slope = _score(d, x, used, count, between)
        d = (d - (score - (n2 - 1) * total) / slope).clamp(least, most)
    information = count / d.square() - (_score(d, x, used, count, between)[1] + (count - 1) / d.square())
    return d, 1 / (information * d.square())


def _score(d: Tensor, x: Tensor, used: Tensor, count: Tensor, between: int) -> tuple[Tensor, Tensor]:
    """What of the score depends on d, and its derivative."""
    left = torch.expm1(-d[..., None] * x)
    share = torch.where(used, x / -left, 0.0)
    first = (count - 1) / d + between * share.sum(-1)
    return first, -(count - 1) / d.square() - between * (share.square() * (1 + left)).sum(-1)
