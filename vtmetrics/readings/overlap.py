"""Overlap: how much of the truth free texts tell, and how much of that is due to their length alone."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from vtmetrics.inputs.scene import Scene
from vtmetrics.readings.texts import Texts
from vtmetrics.statistics.scores import Scores

#: a text and its references: BLEU, ROUGE
Metric = Callable[[str, Sequence[str]], float]


def overlap(texts: Texts, metric: Metric, truth: Texts | None = None) -> Scores:
    """What texts have in common with the truth, or with what is told to be true."""
    return texts.score(lambda said, meant: metric(said, [meant]), truth)


def beyond_length(texts: Texts, whole: Texts, metric: Metric, truth: Texts | None = None) -> Scores:
    """The overlap of texts, less that of the whole run's texts cut to as many words."""
    return overlap(texts, metric, truth) - overlap(clipped(whole, texts), metric, truth)


def clipped(texts: Texts, like: Texts) -> Texts:
    """The texts, each with no more words than what the other run wrote about the scene."""
    both = texts.written.keys() & like.written.keys()
    short = {
        scene: " ".join(text.split()[: len(like.written[scene].split())])
        for scene, text in texts.written.items()
        if scene in both
    }
    return replace(texts, written=short, missing={**like.missing, **texts.missing})


def length_ratio(texts: Texts) -> Scores:
    """How many words each text has for every word of the truth."""
    words = {scene: len(text.split()) for scene, text in texts.written.items() if scene not in texts.missing}
    return Scores(
        values={scene: count / len(texts.gold[scene].split()) for scene, count in words.items()},
        groups=texts.groups,
        kind="number",
        range=(0, math.inf),
        missing=texts.missing,
    )


def donors(scenes: Sequence[Scene]) -> Texts:
    """What is true of the scenes' donors, as if it had been written about the scenes."""
    given = {scene.id: scene.donor.answer for scene in scenes if scene.donor is not None}
    return Texts(
        written=given,
        gold={scene.id: scene.answer for scene in scenes},
        groups={scene.id: scene.group for scene in scenes},
        missing={scene.id: "the scene has no donor" for scene in scenes if scene.id not in given},
    )
