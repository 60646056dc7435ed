"""Combined scores: the mean, the larger share and the curve of several, scene by scene."""

import numpy as np

from vtmetrics.statistics.scores import Scores


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
