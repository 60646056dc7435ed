"""Texts: what a model wrote about each scene, scored against the truth or another run, length apart."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vtmetrics.inputs import Scene
from vtmetrics.statistics import Kind, Range, Scores
from vtmetrics.unmeasured import Excluded

Score = Callable[[str, str], float | Excluded]


@dataclass(frozen=True, eq=False)
class Texts:
    """One text for each scene id, the gold answers, the groups, and why a scene has no text.

    What failed is missing; what is not asked about, such as dead tokens where none is, is excluded.
    """

    written: Mapping[str, str]
    gold: Mapping[str, str]
    groups: Mapping[str, str]
    missing: Mapping[str, str]
    excluded: Mapping[str, str] = field(default_factory=dict)

    @property
    def lacking(self) -> dict[str, str]:
        """The scenes of which nothing can be said, and why."""
        return {**self.missing, **self.excluded}

    def score(
        self, metric: Score, against: "Texts | None" = None, kind: Kind = "number", ends: Range = (0, 1)
    ) -> Scores:
        """The metric of each text against the gold answer, or against what another run wrote.

        `metric(text, reference)` lies between 0 and 1, or the ends that are told, as -1 and 1 of a sentence
        encoder's similarity; one that is 0 or 1 alone is of kind "share".
        Scenes for which it says `Excluded`, or that a run excludes, are left out with that reason.
        """
        beside = replace(self, written=self.gold, missing={}, excluded={}) if against is None else against
        both = _without(self, beside)
        taken = {
            scene: metric(text, beside.written[scene])
            for scene, text in self.written.items()
            if scene not in both.lacking
        }
        left_out = {scene: one.reason for scene, one in taken.items() if isinstance(one, Excluded)}
        return Scores(
            values={scene: float(one) for scene, one in taken.items() if not isinstance(one, Excluded)},
            groups=self.groups,
            kind=kind,
            range=ends,
            missing=both.missing,
            excluded={**both.excluded, **left_out},
        )


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
    return replace(_without(texts, like), written=short)


def _without(texts: Texts, other: Texts) -> Texts:
    """The texts, without what the other run lacks; what either excludes stays so where the other failed."""
    excluded = {**other.excluded, **texts.excluded}
    missing = {**other.missing, **texts.missing}
    return replace(
        texts,
        missing={scene: why for scene, why in missing.items() if scene not in excluded},
        excluded=excluded,
    )


def length_ratio(texts: Texts) -> Scores:
    """How many words each text has for every word of the truth."""
    words = {scene: len(text.split()) for scene, text in texts.written.items() if scene not in texts.lacking}
    return Scores(
        values={scene: count / len(texts.gold[scene].split()) for scene, count in words.items()},
        groups=texts.groups,
        kind="number",
        range=(0, math.inf),
        missing=texts.missing,
        excluded=texts.excluded,
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
