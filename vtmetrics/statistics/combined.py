"""Mean profiles: a statistic of the curve of all scenes together, with what it becomes without each group."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtmetrics.metrics.undefined import why
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Range
from vtmetrics.statistics.scores import Scores
from vtmetrics.unmeasured import NotMeasured

Statistic = Callable[[Tensor], Tensor]


def mean_profile(scores: Scores, statistic: Statistic, ends: Range) -> Fitted:
    """The statistic of the mean over groups of their mean curves, where a scene's own noise averages out."""
    curves: dict[str, list[NDArray[np.float64]]] = {}
    for scene, value in scores.values.items():
        curves.setdefault(scores.groups[scene], []).append(np.atleast_1d(value))
    if len(curves) < 2:
        lost = next(iter(scores.missing.values()), "")
        kind = "too few scenes" if lost else "nothing to lose"
        told = f"{kind}: {len(curves)} groups have a profile, 2 are needed for a mean of some"
        raise NotMeasured(f"{told}; {lost}" if lost else told)
    groups = sorted(curves)
    means = torch.tensor(np.stack([np.mean(curves[group], axis=0) for group in groups]))
    total = means.sum(0)
    whole = statistic(total / len(groups))
    without = statistic((total - means) / (len(groups) - 1))
    for value in (whole, *without):
        if (reason := why(value)) is not None:
            raise NotMeasured(f"the mean profile has no such number: {reason}")
    replicates = dict(zip(groups, without.tolist(), strict=True))
    return Fitted(float(whole), replicates, ends, scores.missing, scores.excluded, len(scores.values))
