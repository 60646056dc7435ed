"""Curves from separate scores: one value of each, in the order given."""

import numpy as np

from vtmetrics.statistics.scores import Scores


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
