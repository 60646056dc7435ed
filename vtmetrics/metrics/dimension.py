"""Intrinsic dimension: in how many directions a token can move without leaving the others.

All estimators are too low, by an amount that grows with the dimension and falls with the number of tokens
(20 Gaussian dimensions read 14 from 64 tokens, 16 from 576): compare equal numbers of tokens (`null`).
Tokens equal to an earlier one are removed before the estimate and counted; so are, with `within`, those that
are no farther from it than that share of the median distance to the nearest.
An interval says how far the estimate may be off for want of tokens; not that bias.
"""

from functools import lru_cache
from math import inf, log
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from vtmetrics.metrics.cloud import Cloud
from vtmetrics.metrics.dimension_estimate import Dimension, check_choice, chi2, lognormal, reasoned
from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.neighbours import Neighbours, nearest
from vtmetrics.metrics.undefined import Reason, undefined

#: among how many neighbours the two nearest are looked for of which none is in a fold
NEAR = 16
DISCARD, LEVEL = 0.1, 0.95


def two_nn(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    definition: Literal["linear", "mle"] = "linear",
    discard: float = DISCARD,
    within: float = 0.0,
    level: float = LEVEL,
) -> Dimension:
    """Intrinsic dimension from how much farther the second neighbour is than the first.

    Formula: slope through 0 of −log(1 − i/N) on log μ_(i), μ = r₂/r₁; "mle" (k − 1) / Σ min(log μ, log μ_(k))
    Unit: dimensions
    Range: (0, ∞)
    Unchanged by: rotation, translation, scale, order, repetition of tokens
    Source: Facco 2017, as DADApy has it for arXiv 2604.09425 ("linear"); Denti 2022 ("mle")

    The largest tenth of μ is discarded; "mle" takes it as censored and is unbiased.
    The interval: log μ is exponential, so that the estimate has a known law (χ² for "mle", the delta method
    for "linear"); a distance that two tokens share counts once.

    >>> line = torch.tensor([[0.0], [1.0], [3.0], [7.0], [7.0]])
    >>> two_nn(line).removed
    tensor(1., dtype=torch.float64)
    """
    if definition not in ("linear", "mle"):
        raise ValueError(f"definition must be linear or mle, not {definition!r}")
    if not (0 < discard < 1 or (discard == 0 and definition == "mle")):
        raise ValueError(f"discard must lie between 0 and 1, not {discard}")
    check_choice(level, within)

    def estimate(gram: Gram) -> Tensor:
        if gram.count < 3:
            return undefined(Reason.TOO_FEW, (len(gram.raw), 4), gram.raw.device)
        near = nearest(gram, 2, within)
        kept = (near.count * (1 - discard)).floor()
        numbers = (
            _linear(near, kept, discard, level) if definition == "linear" else _censored(near, kept, level)
        )
        return reasoned(*numbers, near, gram, kept < 2)

    return Dimension(*Cloud.of(tokens, mask).each(estimate, (4,)).unbind(-1))


def two_nn_without(tokens: Tensor, folds: Tensor) -> Tensor:
    """The dimension by "linear" of tokens (..., N, D) without those of each fold (N,) in turn, (F, ...).

    Each token's neighbours are looked for once, and those of a fold passed over.
    """
    sets = tokens.reshape(-1, *tokens.shape[-2:])
    found = torch.stack([_without_each(each, folds) for each in sets], -1)
    return found.reshape(-1, *tokens.shape[:-2])


def _without_each(tokens: Tensor, folds: Tensor) -> Tensor:
    """Of one set. Equal tokens are one, which is there until the last of them is gone."""
    different, which = torch.unique(tokens + 0.0, dim=0, return_inverse=True)
    gram = Gram(different[None])
    near = nearest(gram, min(NEAR, gram.count - 1)) if gram.count > 2 else None
    found = []
    for fold in range(int(folds.max()) + 1):
        there = torch.zeros(gram.count, dtype=torch.bool).index_fill(0, which[folds != fold], value=True)
        pair = None if near is None else _two_of(near, there)
        if pair is None:
            found.append(two_nn(tokens[folds != fold]).value)
        else:
            kept = (pair.count * (1 - DISCARD)).floor()
            found.append(_linear(pair, kept, DISCARD, LEVEL)[0][0])
    return torch.stack(found)


def _two_of(near: Neighbours, there: Tensor) -> Neighbours | None:
    """The two nearest that are there, of those that are; None if more would have to be known."""
    seen = there[near.index] & near.squared.isfinite()
    if int(there.sum()) < 4 or bool((seen.sum(-1) < 2)[:, there].any()):
        return None
    first = seen.to(torch.uint8).sort(dim=-1, descending=True, stable=True).indices[..., :2]
    return Neighbours(near.squared.gather(-1, first), near.index.gather(-1, first), there[None])


def levina_bickel(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    k: int = 20,
    definition: Literal["mackay", "mean", "median"] = "mackay",
    within: float = 0.0,
    level: float = 0.95,
) -> Dimension:
    """Intrinsic dimension from how the distances to the k nearest neighbours grow: maximum likelihood.

    Formula: m_i = (k − 1) / Σ_{j<k} log(T_k / T_j) at each token; the harmonic mean, mean or median of m_i
    Unit: dimensions
    Range: (0, ∞)
    Unchanged by: rotation, translation, scale, order, repetition of tokens
    Source: Levina & Bickel 2004 ("mean"); MacKay & Ghahramani 2005 ("mackay", scikit-dimension's default)

    The interval is the χ² law of "mackay", a distance that two tokens share counted once.

    >>> line = torch.tensor([[0.0], [1.0], [3.0], [7.0]])
    >>> levina_bickel(line, k=2).value.isfinite()
    tensor(True)
    """
    combine = {"mackay": _harmonic, "mean": _mean, "median": _median}
    if definition not in combine:
        raise ValueError(f"definition must be one of {', '.join(combine)}, not {definition!r}")
    if k < 2:
        raise ValueError(f"k must be at least 2, not {k}")
    check_choice(level, within)

    def estimate(gram: Gram) -> Tensor:
        if gram.count <= k:
            return undefined(Reason.TOO_FEW, (len(gram.raw), 4), gram.raw.device)
        near = nearest(gram, k, within)
        growth = (near.squared[..., -1:] / near.squared[..., :-1]).log().mean(-1) / 2  # 1 / m_i
        value = combine[definition](growth, near.kept)
        low, high = chi2(near.count * (k - 1) / (1 + near.mutual()), level)
        return reasoned(value, low, high, near, gram, near.count <= k)

    return Dimension(*Cloud.of(tokens, mask).each(estimate, (4,)).unbind(-1))


def _linear(near: Neighbours, kept: Tensor, discard: float, level: float) -> tuple[Tensor, Tensor, Tensor]:
    """The slope of the line through the origin that best fits −log(1 − F) of the smallest ratios."""
    ratios, rank = _ratios(near)
    used = rank <= kept[..., None]
    x = torch.where(used, ratios, 0.0)
    y = torch.where(used, -torch.log1p(-rank / near.count[..., None]), 0.0)
    reach = lognormal(_slope_variance(discard) * _shared(near) / near.count, level)
    return (x * y).sum(-1) / x.square().sum(-1), *reach


def _censored(near: Neighbours, kept: Tensor, level: float) -> tuple[Tensor, Tensor, Tensor]:
    """The unbiased rate of exponential ratios, of which only the smallest were seen."""
    ratios, rank = _ratios(near)
    x = torch.where(rank <= kept[..., None], ratios, 0.0)
    value = (kept - 1) / (x.sum(-1) + (near.count - kept) * x.amax(-1))
    return value, *chi2(kept / _shared(near), level)


def _ratios(near: Neighbours) -> tuple[Tensor, Tensor]:
    """The log ratios log μ, smallest first, infinite for tokens left out; and their ranks from 1."""
    ratios = (near.squared[..., 1] / near.squared[..., 0]).log() / 2
    ratios = torch.where(near.kept, ratios, inf).sort(-1).values
    return ratios, torch.arange(1, ratios.shape[-1] + 1, dtype=torch.float64, device=ratios.device)


def _shared(near: Neighbours) -> Tensor:
    """How often each distance to a nearest neighbour is counted."""
    return 1 + Neighbours(near.squared[..., :1], near.index[..., :1], near.kept).mutual()


def _harmonic(growth: Tensor, kept: Tensor) -> Tensor:
    return kept.sum(-1) / torch.where(kept, growth, 0.0).sum(-1)


def _mean(growth: Tensor, kept: Tensor) -> Tensor:
    return torch.where(kept, growth.reciprocal(), 0.0).sum(-1) / kept.sum(-1)


def _median(growth: Tensor, kept: Tensor) -> Tensor:
    pointwise = torch.where(kept, growth.reciprocal(), inf).sort(-1).values
    count = kept.sum(-1, keepdim=True)
    middle = torch.cat([(count - 1).div(2, rounding_mode="floor"), count.div(2, rounding_mode="floor")], -1)
    return pointwise.gather(-1, middle.clamp(0, pointwise.shape[-1] - 1)).mean(-1)


@lru_cache
def _slope_variance(discard: float) -> float:
    """N times the variance of the log slope of exponential ratios: its influence function squared."""
    end = -log(discard)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    t, w = (nodes + 1) * end / 2, weights * end / 2
    inner = t**2 / 2 - 1 + np.exp(-t) * (1 + t)
    return float(2 * (w * t * np.exp(-t) * inner).sum() / (w * t**2 * np.exp(-t)).sum() ** 2)
