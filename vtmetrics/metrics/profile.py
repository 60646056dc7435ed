"""Profiles over depth: where a curve (..., L) changes, where it stops, and by how much it rises.

A profile runs from depth 0 to depth 1 in equal steps.
"""

from math import ceil
from typing import Literal

import torch
from torch import Tensor

from vtmetrics.metrics.sets import real
from vtmetrics.metrics.undefined import Reason, unless


def remaining_change(
    profile: Tensor, after: float = 1 / 3, *, definition: Literal["range", "variation"] = "range"
) -> Tensor:
    """The share of a profile's change that is still to come after a depth.

    Formula: max_{l ≥ after} |c_l − c_L| / (max c − min c); variation: Σ_{l > after} |Δc| / Σ |Δc|
    Unit: share
    Range: [0, 1]
    Unchanged by: translation, scale other than 0, reflection
    Source: what "stabilises early" means in claims of this project

    Noise adds to "variation" at every step, not to "range".

    >>> remaining_change(torch.tensor([0.0, 3.0, 4.0, 4.0]), after=1 / 3)
    tensor(0.2500, dtype=torch.float64)
    """
    if definition not in ("range", "variation"):
        raise ValueError(f"definition must be range or variation, not {definition!r}")
    profile, start = _from(profile, after)
    rest = profile[..., start:]
    if definition == "range":
        left, whole = (rest - profile[..., -1:]).abs().amax(-1), profile.amax(-1) - profile.amin(-1)
    else:
        left, whole = rest.diff().abs().sum(-1), profile.diff().abs().sum(-1)
    return unless(left / whole, *_flaws(profile), (_is_flat(profile), Reason.NO_CHANGE))


def plateau(profile: Tensor, share: float = 0.15) -> Tensor:
    """The depth from which a profile stays within a share of its range of where it ends.

    Formula: min {l/L : |c_m − c_L| ≤ share · (max c − min c) for all m ≥ l}
    Unit: share of the depth
    Range: [0, 1]
    Unchanged by: translation, scale other than 0, reflection
    Source: the inverse of `remaining_change`

    >>> plateau(torch.tensor([0.0, 3.0, 4.0, 4.0, 4.0]))
    tensor(0.5000, dtype=torch.float64)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1, not {share}")
    profile, _ = _from(profile, 0.0)
    whole = profile.amax(-1) - profile.amin(-1)
    away = (profile - profile[..., -1:]).abs() / whole[..., None] > share
    length = profile.shape[-1]
    steps = torch.arange(1, length + 1, device=profile.device, dtype=torch.float64)
    first = torch.where(away, steps, 0).amax(-1)  # one after the last point that is away
    return unless(first / (length - 1), *_flaws(profile), (_is_flat(profile), Reason.NO_CHANGE))


def total_variation(profile: Tensor, after: float = 0.0) -> Tensor:
    """How far a profile moves up and down after a depth.

    Formula: Σ_{l > after} |c_l − c_{l−1}|
    Unit: that of the profile
    Range: [0, ∞)
    Unchanged by: translation, reflection
    Source: Jordan 1881

    >>> total_variation(torch.tensor([0.0, 2.0, 1.0]))
    tensor(3., dtype=torch.float64)
    """
    profile, start = _from(profile, after)
    way = profile[..., start:].diff().abs().sum(-1)
    return unless(way, *_flaws(profile), (~way.isfinite(), Reason.PROFILE_NOT_FINITE))


def trend(
    profile: Tensor,
    depths: Tensor | None = None,
    *,
    definition: Literal["least-squares", "theil-sen"] = "least-squares",
) -> Tensor:
    """How much a profile rises from its first to its last depth, along the line that fits it best.

    Formula: slope of the line × (last depth − first depth)
    Unit: that of the profile
    Range: (−∞, ∞)
    Unchanged by: translation, scale of the depths
    Source: least squares; Sen 1968 ("theil-sen", the median slope of all pairs)

    This is an effect; a rank correlation would call a fall of 0.0001 perfect.

    >>> trend(torch.tensor([1.0, 2.0, 3.0]))
    tensor(2., dtype=torch.float64)
    """
    if definition not in ("least-squares", "theil-sen"):
        raise ValueError(f"definition must be least-squares or theil-sen, not {definition!r}")
    profile, _ = _from(profile, 0.0)
    length = profile.shape[-1]
    depths = (
        torch.linspace(0, 1, length, dtype=torch.float64) if depths is None else real(depths, "depths", 1)
    )
    depths = depths.to(profile)
    if depths.shape != (length,) or not bool((depths.diff() > 0).all()):
        raise ValueError(f"depths must be {length} increasing numbers, not {depths.tolist()}")
    slope = _least_squares(profile, depths) if definition == "least-squares" else _theil_sen(profile, depths)
    return unless(slope * (depths[-1] - depths[0]), *_flaws(profile))


def _from(profile: Tensor, after: float) -> tuple[Tensor, int]:
    """The profile, and the first of its points at this depth or deeper."""
    profile = real(profile, "a profile", 1).to(torch.float64)
    if not 0 <= after <= 1:
        raise ValueError(f"a depth must lie between 0 and 1, not {after}")
    if profile.shape[-1] < 2:
        raise ValueError(f"a profile must have at least 2 points, not {profile.shape[-1]}")
    return profile, ceil(after * (profile.shape[-1] - 1) - 1e-9)  # 1/3 of 3 steps is one step


def _flaws(profile: Tensor) -> tuple[tuple[Tensor, Reason], ...]:
    return ((~profile.isfinite().all(-1), Reason.PROFILE_NOT_FINITE),)


def _is_flat(profile: Tensor) -> Tensor:
    """Whether it changes by no more than the rounding of equal numbers that were computed differently."""
    eps = torch.finfo(torch.float64).eps
    return profile.amax(-1) - profile.amin(-1) <= 4 * eps * profile.abs().amax(-1)


def _least_squares(profile: Tensor, depths: Tensor) -> Tensor:
    x = depths - depths.mean()
    return (profile * x).sum(-1) / x.square().sum()


def _theil_sen(profile: Tensor, depths: Tensor) -> Tensor:
    i, j = torch.triu_indices(len(depths), len(depths), 1, device=profile.device)
    slopes = (profile[..., j] - profile[..., i]) / (depths[j] - depths[i])
    return slopes.quantile(0.5, dim=-1)
