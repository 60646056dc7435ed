"""Still read: at which depth do answers need this image most, of those at which they read it at all?

Decided on validation scenes, so that a claim that there is such a depth is judged at one depth, on other
scenes, and nothing has to be corrected for having looked.
"""

from collections.abc import Sequence
from typing import NamedTuple

from vtmetrics.edits import DONOR, IMAGE, Depth, substitute, truncate
from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.readings import agree
from vtmetrics.statistics import Fitted, Sample, Scores
from vtmetrics.unmeasured import NotMeasured

#: how many answers another image's states have to change where an image is still read
READ = 0.1


class ReadDepth(NamedTuple):
    """A depth at which the image is still read, and the same as a number to show beside what is found."""

    at: Depth
    shown: Fitted


def needed_most(model: Model, scenes: Sequence[Scene], depths: Sequence[Depth]) -> ReadDepth:
    """The depth from which on no image costs most answers, of those at which another's states change some."""
    others = [substitute(IMAGE, by=DONOR, at=depth) for depth in depths]
    cuts = [truncate(depth) for depth in depths]
    kept = [_share(scores) for scores in model.sweep(*others, *cuts).answer(scenes, agree)]
    unseen = dict(zip(depths, kept, strict=False))
    left = dict(zip(depths, kept[len(depths) :], strict=True))
    read = [depth for depth in depths if unseen[depth] <= 1 - READ]
    if not read:
        where = " or ".join(f"{depth:g}" for depth in depths)
        most = f"another image's states change {1 - min(unseen.values()):.2f} of the answers at most"
        raise NotMeasured(f"the image is no longer read here: at {where}, {most}, wanted ≥ {READ:g}")
    found = min(read, key=lambda depth: left[depth])
    return ReadDepth(found, Fitted(float(found), {}, (0, float("inf"))))


def _share(scores: Scores) -> float:
    """The share of answers that stay; there may be none that depend on the image."""
    value = Sample.of(scores).value
    if value is None:
        why = next(iter((scores.missing or scores.excluded).values()), "there are no scenes")
        raise NotMeasured(f"nothing to lose: {why}")
    return value
