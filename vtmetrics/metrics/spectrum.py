"""Spectra: over how many directions the tokens are spread.

λ are the eigenvalues of the Gram, σ = √λ the singular values, p = λ/Σλ and q = σ/Σσ. Of the same tokens,
1 ≤ stable rank ≤ participation ratio (σ²) ≤ exp(entropy) ≤ participation ratio (σ) ≤ effective rank ≤ rank.
Singular values below 1e-8 of the largest are rounding, because the Gram squares them.
"""

from math import inf, log
from typing import Literal

import torch
from torch import Tensor

from vtmetrics.metrics.cloud import Cloud
from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.linear import divisor, eigenvalues
from vtmetrics.metrics.undefined import Reason, unless

Power = Literal["sigma^2", "sigma"]
POWERS = ("sigma^2", "sigma")
UNITS = ("nats", "log N", "log D", "log min")
ENTROPIES = ("eigenvalues", "skean", "repitl")


def matrix_entropy(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    alpha: float = 1.0,
    centred: bool = True,
    row_normalised: bool = True,
    unit: Literal["nats", "log N", "log D", "log min"] = "nats",
    definition: Literal["eigenvalues", "skean", "repitl"] = "eigenvalues",
) -> Tensor:
    """Von Neumann entropy (α = 1) or Rényi entropy of the spectrum of the tokens.

    Formula: S_α = log(Σ pᵅ) / (1 − α), S_1 = −Σ p log p, S_∞ = −log max p
    Unit: nats, or the share of log N, log D, log min(N, D)
    Range: [0, log min(N, D)]; centred [0, log min(N − 1, D)]
    Unchanged by: rotation, scale, order, repetition of all tokens; if centred also by translation
    Source: Giraldo 2015; Skean 2025 (arXiv 2502.02013), from which arXiv 2604.09425 takes it

    Definitions: "eigenvalues" is the formula. "skean" is the published code, which sets negative *entries* of
    the Gram to zero, so that it is no Gram any more and the entropy is too high: rank one reads 0.1 of the
    limit, not 0. "repitl" is that library's shortcut for α = 2, Σ K² / m² with m the smaller side, which is
    right for unit rows with N ≤ D only. Diff-eRank has the unit "log D", Skean's "maxEntropy" is "log min".

    >>> matrix_entropy(torch.eye(4), centred=False).exp()
    tensor(4., dtype=torch.float64)
    """
    _one_of(definition, ENTROPIES, "definition")
    _one_of(unit, UNITS, "unit")
    if not alpha > 0:
        raise ValueError(f"alpha must be positive, not {alpha}")
    if definition == "repitl" and alpha != 2:
        raise ValueError(f"repitl's shortcut exists for alpha = 2, not {alpha}")

    def entropy(gram: Gram) -> Tensor:
        if definition == "eigenvalues":
            values = _entropy(gram, alpha, centred, row_normalised)
        else:
            matrix = gram.matrix(centred, row_normalised)
            values = _clamped(matrix, alpha) if definition == "skean" else _frobenius_by_count(matrix)
        limit = torch.full_like(values, _limit(gram, unit))
        return unless(_defined(values / divisor(limit), gram, centred), (limit == 0, Reason.NO_SCALE))

    return Cloud.of(tokens, mask).each(entropy)


def stable_rank(tokens: Tensor | Cloud, mask: Tensor | None = None, *, centred: bool = False) -> Tensor:
    """How many directions as strong as the strongest the tokens would fill.

    Formula: Σλ / max λ = exp(S_∞)
    Unit: directions
    Range: [1, min(N, D)]
    Unchanged by: rotation, scale, order, repetition of all tokens; if centred also by translation
    Source: Rudelson & Vershynin 2007; "Seeing Beyond Redundancy" A.1, not centred

    >>> stable_rank(torch.eye(4))
    tensor(4., dtype=torch.float64)
    """

    def ratio(gram: Gram) -> Tensor:
        spectrum = gram.spectrum(centred)
        return _defined(spectrum.sum(-1) / divisor(spectrum[..., 0]), gram, centred)

    return Cloud.of(tokens, mask).each(ratio)


def participation_ratio(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    centred: bool = False,
    definition: Power = "sigma^2",
) -> Tensor:
    """How many directions take part, by the second moment of the spectrum.

    Formula: (Σλ)² / Σλ² = exp(S_2); of σ: (Σσ)² / Σσ² = exp(S_½)
    Unit: directions
    Range: [1, min(N, D)]
    Unchanged by: rotation, scale, order, repetition of all tokens; if centred also by translation
    Source: Gao 2017 ("sigma^2"); "Seeing Beyond Redundancy" A.1 prints it with "sigma", not centred

    >>> participation_ratio(torch.diag(torch.tensor([2.0, 1.0])), definition="sigma")
    tensor(1.8000, dtype=torch.float64)
    """
    _one_of(definition, POWERS, "definition")

    def ratio(gram: Gram) -> Tensor:
        if definition == "sigma^2":
            values = divisor(gram.purity(centred)).reciprocal()
        else:
            sigma = _root(gram.spectrum(centred))
            values = sigma.sum(-1).square() / divisor(sigma.square().sum(-1))
        return _defined(values, gram, centred)

    return Cloud.of(tokens, mask).each(ratio)


def effective_rank(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    centred: bool = False,
    definition: Power = "sigma",
) -> Tensor:
    """How many directions take part, by the entropy of the spectrum.

    Formula: exp(−Σ q log q), q = σ/Σσ; of σ²: exp(−Σ p log p)
    Unit: directions
    Range: [1, min(N, D)]
    Unchanged by: rotation, scale, order, repetition of all tokens; if centred also by translation
    Source: Roy & Vetterli 2007 ("sigma"), the "exponential entropy" of "Seeing Beyond Redundancy" A.1;
    peers often mean "sigma^2"

    >>> effective_rank(torch.eye(4))
    tensor(4., dtype=torch.float64)
    """
    _one_of(definition, POWERS, "definition")

    def rank(gram: Gram) -> Tensor:
        spectrum = gram.spectrum(centred)
        weights = _root(spectrum) if definition == "sigma" else spectrum
        return _defined(_shannon(weights).exp(), gram, centred)

    return Cloud.of(tokens, mask).each(rank)


def concentration(
    tokens: Tensor | Cloud, mask: Tensor | None = None, *, k: int = 1, centred: bool = False
) -> Tensor:
    """The share of the energy in the k strongest directions.

    Formula: Σ_{i≤k} λ_i / Σλ
    Unit: share
    Range: [k / min(N, D), 1]
    Unchanged by: rotation, scale, order, repetition of all tokens; if centred also by translation
    Source: "Seeing Beyond Redundancy" A.2, whose printed formula has σ_i² / σ_i² (a misprint)

    >>> concentration(torch.eye(4), k=2)
    tensor(0.5000, dtype=torch.float64)
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")

    def share(gram: Gram) -> Tensor:
        spectrum = gram.spectrum(centred)
        shares = spectrum[..., :k].sum(-1) / divisor(spectrum.sum(-1))
        return _defined(shares.clamp_max(1.0), gram, centred)

    return Cloud.of(tokens, mask).each(share)


def _one_of(value: str, allowed: tuple[str, ...], name: str) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")


def _defined(values: Tensor, gram: Gram, centred: bool) -> Tensor:
    flaws = gram.memory.get(("flaws", centred))
    if flaws is None:
        reason = Reason.ALL_EQUAL if centred else Reason.ALL_ZERO
        flaws = gram.memory["flaws", centred] = (
            (gram.is_unreadable(centred), Reason.NOT_FINITE),
            (gram.is_degenerate(centred), reason),
        )
    return unless(values, *flaws)


def _entropy(gram: Gram, alpha: float, centred: bool, row_normalised: bool) -> Tensor:
    if alpha == 2:
        return _entropy_of(gram.purity(centred, row_normalised))  # no eigenvalues needed
    return _renyi(gram.spectrum(centred, row_normalised), alpha)


def _renyi(weights: Tensor, alpha: float) -> Tensor:
    if alpha == 1:
        return _shannon(weights)
    p = weights / divisor(weights.sum(-1, keepdim=True))
    if alpha == inf:
        return _entropy_of(p.amax(-1))
    return _entropy_of(torch.where(p > 0, p, 1.0).pow(alpha).mul(p > 0).sum(-1), alpha)


def _entropy_of(power: Tensor, alpha: float = 2) -> Tensor:
    """The logarithm of Σ pᵅ as an entropy; −0 and what rounding leaves below it are 0."""
    return (divisor(power).log() / (1 - alpha)).clamp_min(0.0) + 0.0


def _shannon(weights: Tensor) -> Tensor:
    p = weights / divisor(weights.sum(-1, keepdim=True))
    positive = torch.where(p > 0, p, 1.0)  # 0 log 0 = 0, and its gradient too
    return 0.0 - (positive * positive.log()).sum(-1)  # not −0


def _root(spectrum: Tensor) -> Tensor:
    positive = torch.where(spectrum > 0, spectrum, 1.0)
    return positive.sqrt() * (spectrum > 0)  # √0 = 0, and its gradient too


def _clamped(matrix: Tensor, alpha: float) -> Tensor:
    return _renyi(eigenvalues(matrix.clamp_min(0.0)), alpha)


def _frobenius_by_count(matrix: Tensor) -> Tensor:
    return -divisor(matrix.flatten(-2).square().sum(-1) / matrix.shape[-1] ** 2).log()


def _limit(gram: Gram, unit: str) -> float:
    sides = {"log N": gram.count, "log D": gram.raw.shape[-1], "log min": min(gram.raw.shape[-2:])}
    return log(sides[unit]) if unit in sides else 1.0
