"""Read bundles: one of every kind, and how often the host waits for it in each layer and for each scene more.

Where it waits at all, a reason stands beside the number. Numbers are those of the two scenes and three layers
that tests/readings/test_waiting.py begins with.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import NamedTuple

from fixtures.scenes.draw import draw
from vtmetrics import (
    ALL,
    DEAD,
    DONOR,
    HEAD,
    IMAGE,
    INSIDE,
    PAIRED,
    QUESTION,
    SINK_LLM,
    SINK_VIT,
    VOCABULARY,
    Scene,
    across_images,
    alignment,
    attended,
    attention,
    chosen,
    clustered,
    directions,
    grounding,
    in_common,
    length_in_tower,
    lens,
    near_row,
    probed,
    share,
    towards,
    word_across,
)
from vtmetrics.edits import near_first
from vtmetrics.metrics import ProbeNet
from vtmetrics.readings.bundle import AnswerBundle, Bundle, TextBundle
from vtmetrics.readings.cost import FORMULA, CostBundle
from vtmetrics.readings.depth_curves import DepthBundle
from vtmetrics.readings.token_affinity import AffinityBundle
from vtmetrics.readings.writing import greedy


@cache
def words() -> Sequence[Scene]:
    """Scenes whose answers have one word and two."""
    return draw("words", "test", 4)


@cache
def counted() -> Sequence[Scene]:
    """Scenes of which the number of things is known."""
    return draw("counted", "test", 4)


class Read(NamedTuple):
    """How a bundle is made, and how often it waits; of which scenes it is read."""

    bundle: Callable[[], Bundle]
    a_layer: int = 0
    a_row: int = 0
    why: str = ""
    scenes: Callable[[], Sequence[Scene]] = words


LARGEST = clustered(0.9, 0)
EIGEN = "torch's solver asks the device whether it found the eigenvalues"
GEOMETRY = f"{EIGEN}, twice; whether tokens are equal; two intervals by χ²"
TOWER = "each scene passes the vision tower by itself: three inputs, one check of them, and what it came to"
CLUSTERS = "clusters are formed on the host, from who points the same way"
ENTERING = "the states that enter are picked by a mask, in either picture"


def probes() -> Bundle:
    """Small probes, taught on a few scenes beside the read ones."""
    return probed("count", IMAGE, draw("counted", "validation", 8), ProbeNet((4,), steps=3)).bundle


READ = {
    "answers": Read(AnswerBundle),
    "texts": Read(partial(TextBundle, greedy(3))),
    "cost": Read(CostBundle),
    "cost by formula": Read(partial(CostBundle.of, FORMULA)),
    "geometry": Read(partial(DepthBundle, QUESTION), 8, 0, f"{GEOMETRY}; for either number of words"),
    "geometry between halves": Read(
        partial(DepthBundle, QUESTION, "middle"), 8, 0, f"{GEOMETRY}; for either number of words"
    ),
    "geometry in the tower": Read(
        partial(DepthBundle, IMAGE, "encoder"), 0, 5 + 5 * 5, f"{TOWER}; in each of five blocks, {GEOMETRY}"
    ),
    "directions": Read(
        partial(directions, "rotation", IMAGE, QUESTION), 2 * 2, 2 * 4, f"{EIGEN}, twice a scene and layer"
    ),
    "grounding": Read(lambda: grounding().bundle),
    "nearest rows": Read(lambda: lens("named", IMAGE).bundle),
    "likely rows": Read(lambda: lens("named", IMAGE, HEAD).bundle),
    "entropy": Read(lambda: lens("entropy", IMAGE, HEAD).bundle),
    "probes": Read(
        probes, 18, 11, "places are sent in each layer for each scene, and curves come one by one", counted
    ),
    "affinity": Read(partial(AffinityBundle, IMAGE, QUESTION)),
    "words of two images": Read(
        lambda: word_across("finds", LARGEST).bundle, 0, 6, f"{CLUSTERS}, in either picture; {ENTERING}"
    ),
    "attention": Read(partial(attention, IMAGE, of=ALL), 2, 0, "who is given it is sent in each layer"),
    "towards others": Read(partial(towards, IMAGE, QUESTION)),
    "towards the vocabulary": Read(partial(towards, IMAGE, VOCABULARY)),
    "two images": Read(partial(across_images, IMAGE), 0, 2, ENTERING),
    "alignment": Read(partial(alignment, "centroid", IMAGE, QUESTION)),
    "alignment by rank": Read(partial(alignment, "rank", IMAGE.sample(4), QUESTION)),
    "alignment with the donor": Read(
        partial(alignment, "cosine", IMAGE, QUESTION, whose=DONOR, steps="sublayers")
    ),
    "alignment of directions": Read(
        partial(alignment, "rotation", IMAGE, QUESTION), 2 * 2, 2 * 4, f"{EIGEN}, twice a scene and layer"
    ),
    "length in the tower": Read(partial(length_in_tower, IMAGE), 0, 5, TOWER),
    "share in boxes": Read(partial(share, INSIDE)),
    "share in common": Read(partial(in_common, IMAGE.sample(4), QUESTION)),
    "share of a cluster": Read(partial(share, LARGEST), 0, 2, CLUSTERS),
    "share of the dead": Read(
        partial(share, DEAD), 0, 4, f"{CLUSTERS}; the largest is counted, and the others"
    ),
    "share of pairs": Read(partial(share, PAIRED), 0, 4 + 4, f"{CLUSTERS}; pairs are made on the host"),
    "share of sinks in the tower": Read(partial(share, SINK_VIT), 0, 5, TOWER),
    "share of sinks": Read(partial(share, SINK_LLM)),
    "share of the attended": Read(partial(share, attended(3, at=2))),
    "share near a row": Read(partial(share, near_row(4))),
    "share near the first": Read(partial(share, near_first(3, at=1))),
    "share of what a function chooses": Read(
        lambda: share(chosen(lambda states: (states > 0).any(-1))), 0, 1, "what a function said is checked"
    ),
    "share of what a function of attention chooses": Read(
        lambda: share(chosen(lambda given: given.mean(0) > 0, 2, given="attention")),
        0,
        1,
        "what a function said is checked",
    ),
}
