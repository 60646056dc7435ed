"""Combined scores: the mean, the larger share and the curve of several, scene by scene."""

import numpy as np

from vtmetrics.statistics.scores import Scores
from vtmetrics.unmeasured import NotMeasured


def mean_of(*scores: Scores) -> Scores:
    """The mean of several scores, scene by scene; a scene that one of them lacks has none."""
    first, *others = scores
    return sum(others, start=first) * (1 / len(scores))


def rescaled(scores: Scores, wrong: Scores) -> Scores:
    """Scores on a scale where 0 is the mean of wrong ones, such as those of another scene's text, and 1 is 1.

    Their mean is (s - w) / (1 - w) of the two means. That w is measured too is in the scenes' own values, by
    the ratio's first-order terms, and so in the interval.
    """
    pairs = scores - wrong
    low, mean = _group_mean(pairs, wrong), _group_mean(pairs, scores)
    if low >= 1:
        raise NotMeasured("nothing to rescale: wrong scenes score 1 as well")
    ratio = (mean - low) / (1 - low)
    return (scores - (1 - ratio) * wrong - ratio * low) * (1 / (1 - low))


def _group_mean(pairs: Scores, scores: Scores) -> float:
    """The mean over groups of the scenes that are in the pairs."""
    found: dict[str, list[float]] = {}
    for scene in pairs.values:
        found.setdefault(scores.groups[scene], []).append(float(scores.values[scene]))
    if not found:
        raise NotMeasured("nothing to rescale: no scene has both scores")
    return float(np.mean([np.mean(values) for values in found.values()]))


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
