"""A dimension's estimate, with its interval or the reason why there is none."""

from typing import NamedTuple

import numpy as np
import torch
from scipy.special import chdtri, ndtri
from torch import Tensor

from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.neighbours import Neighbours
from vtmetrics.metrics.undefined import Reason, unless

# Distances are known to about nine digits: a larger dimension cannot be told from an infinite one.
LARGEST = 1e8


class Dimension(NamedTuple):
    """An estimate with its interval, and how many tokens were left out as equal to an earlier one."""

    value: Tensor
    low: Tensor
    high: Tensor
    removed: Tensor


def check_choice(level: float, within: float) -> None:
    """Refuse a share or a level that is none."""
    if not 0 <= within < 1:
        raise ValueError(f"within must be at least 0 and less than 1, not {within}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")


def chi2(seen: Tensor, level: float) -> tuple[Tensor, Tensor]:
    """By which factors a rate estimated from `seen` independent exponentials may be off."""
    degrees = 2 * seen.detach().cpu().numpy()
    low = torch.from_numpy(np.asarray(chdtri(degrees, (1 + level) / 2) / degrees))
    high = torch.from_numpy(np.asarray(chdtri(degrees, (1 - level) / 2) / degrees))
    return low.to(seen.device, non_blocking=True), high.to(seen.device, non_blocking=True)


def lognormal(variance: Tensor, level: float) -> tuple[Tensor, Tensor]:
    """By which factors an estimate may be off whose logarithm has this variance."""
    reach = float(ndtri((1 + level) / 2)) * variance.sqrt()
    return torch.exp(-reach), torch.exp(reach)


def reasoned(value: Tensor, low: Tensor, high: Tensor, near: Neighbours, gram: Gram, few: Tensor) -> Tensor:
    """Value, interval and number of tokens removed, (S, 4), or NaN with its reason."""
    flaws = (
        (gram.is_unreadable(), Reason.NOT_FINITE),
        (few, Reason.TOO_FEW),
        (~(value <= LARGEST), Reason.ALL_TIED),
    )
    numbers = unless(torch.stack([value, value * low, value * high]), *flaws)
    removed = unless(gram.count - near.count, flaws[0])
    return torch.cat([numbers, removed[None]]).movedim(0, -1)
