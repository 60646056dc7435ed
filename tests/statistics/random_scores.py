"""Scores and intervals as Hypothesis draws them, and scores of plain lists."""

import math

from hypothesis import settings
from hypothesis import strategies as st

from vtmetrics.statistics.interval import Interval
from vtmetrics.statistics.scores import Scores

ANY = (-math.inf, math.inf)
lawful = settings(derandomize=True, deadline=None, max_examples=60)

finite = st.floats(-1e6, 1e6, allow_subnormal=False)
spans = st.tuples(finite, finite).map(sorted)
reasons = st.sampled_from(["out of memory", "no answer", "not image-dependent"])


def one_each(values, kind="share", ends=(0, 1)):
    """Scores with one scene in every group."""
    scenes = {f"scene {i}": value for i, value in enumerate(values)}
    return Scores(scenes, {scene: f"image of {scene}" for scene in scenes}, kind, ends)


@st.composite
def intervals(draw):
    """Closed, or open to one side."""
    low, high = draw(spans)
    low, high = draw(st.sampled_from([(low, high), (-math.inf, high), (low, math.inf)]))
    return Interval(low, high, "drawn")


@st.composite
def scores(draw, ids=tuple("abcdefgh"), kind="share", ends=(0, 1), whole=False):
    """Scores about the same scenes in the same groups, each with its own holes."""
    values, missing, excluded = {}, {}, {}
    for scene in ids:
        fate = "valued" if whole else draw(st.sampled_from(["valued", "valued", "missing", "excluded"]))
        if fate == "valued":
            values[scene] = draw(st.sampled_from([*ends, 0.25]) | st.floats(*ends))
        else:
            (missing if fate == "missing" else excluded)[scene] = draw(reasons)
    groups = {scene: str(i // 2) for i, scene in enumerate(ids)}
    return Scores(values, groups, kind, ends, missing, excluded)
