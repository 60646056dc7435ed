"""Combined scores: means and curves of several, and a statistic of their mean profile with its jackknife."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtmetrics.metrics import why
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Range
from vtmetrics.statistics.scores import Scores
from vtmetrics.stopwatch import timed
from vtmetrics.unmeasured import NotMeasured

Statistic = Callable[[Tensor], Tensor]


@timed("statistics")
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


def mean_of(*scores: Scores) -> Scores:
    """The mean of several scores, scene by scene; a scene that one of them lacks has none."""
    first, *others = scores
    return sum(others, start=first) * (1 / len(scores))


def larger_share(one: Scores, of_one: Scores, other: Scores, of_other: Scores, by: float = 0.0) -> Scores:
    """Positive where one/of_one is larger than other/of_other by more than `by`: their cross products."""
    return one * of_other - other * of_one - by * (of_one * of_other)


def curve(*scores: Scores) -> Scores:
    """The scores of every scene side by side; a scene that one of them lacks is in none."""
    first = scores[0]
    total = sum(scores[1:], start=first)
    if any(each.range != first.range for each in scores):
        raise ValueError(f"a curve has one range, these have {sorted({each.range for each in scores})}")
    return Scores(
        values={scene: np.array([each.values[scene] for each in scores]) for scene in total.values},
        groups=first.groups,
        kind=total.kind,
        range=first.range,
        missing=total.missing,
        excluded=total.excluded,
    )
