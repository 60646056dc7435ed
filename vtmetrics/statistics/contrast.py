"""Contrasts: what several scores of the same scenes say together, as one score for each scene.

Means of ratios divide by what may be nothing. A contrast multiplies instead: it is positive where the
ratio would be on the right side, and a scene in which nothing could change says nothing.
"""

from vtmetrics.statistics.scores import Scores


def mean_of(*scores: Scores) -> Scores:
    """The mean of several scores, scene by scene; a scene that one of them lacks has none."""
    first, *others = scores
    return sum(others, start=first) * (1 / len(scores))


def larger_share(one: Scores, of_one: Scores, other: Scores, of_other: Scores, by: float = 0.0) -> Scores:
    """Positive where one/of_one is larger than other/of_other by more than `by`: their cross products."""
    return one * of_other - other * of_one - by * (of_one * of_other)
