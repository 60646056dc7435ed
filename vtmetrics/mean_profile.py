"""Mean profiles: a statistic of the curve of all scenes together, with what it becomes without each group."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vtmetrics.fitted import Fitted
from vtmetrics.interval import Range
from vtmetrics.scores import Scores

Statistic = Callable[[NDArray[np.float64]], float]


def mean_profile(scores: Scores, statistic: Statistic, ends: Range) -> Fitted:
    """The statistic of the mean over groups of their mean curves, where a scene's own noise averages out."""
    curves: dict[str, list[NDArray[np.float64]]] = {}
    for scene, value in scores.values.items():
        curves.setdefault(scores.groups[scene], []).append(np.atleast_1d(value))
    means = {group: np.mean(found, axis=0) for group, found in sorted(curves.items())}
    total = np.sum(list(means.values()), axis=0)
    without = {group: statistic((total - mean) / (len(means) - 1)) for group, mean in means.items()}
    whole = statistic(total / len(means))
    return Fitted(whole, without, ends, scores.missing, scores.excluded, len(scores.values))
