"""Curves: made of separate scores, and told in one number for every scene."""

from dataclasses import replace

import numpy as np
import torch

from vtmetrics.interval import Range
from vtmetrics.mean_profile import Statistic
from vtmetrics.scores import Scores


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


def of_each(scores: Scores, statistic: Statistic, ends: Range) -> Scores:
    """The statistic of every scene's own curve."""
    scenes = list(scores.values)
    curves = np.array([np.atleast_1d(scores.values[scene]) for scene in scenes])
    found = statistic(torch.tensor(curves)) if scenes else torch.empty(0)
    return replace(scores, values=dict(zip(scenes, found.tolist(), strict=True)), range=ends)
