"""Named scores: which answers are right by the score that a scene names, or word by word where it names none.

Word by word is asked of the gold answer, teacher-forced. A named score is of what the model writes, against
all answers that are right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from vtmetrics.edits import PLAIN, Edit
from vtmetrics.inputs import Scene
from vtmetrics.metrics import (
    anls,
    cider_d,
    exact_match,
    iou,
    overlaps,
    polar_accuracy,
    relaxed_accuracy,
    rouge_l,
    vqa_accuracy,
)
from vtmetrics.model import Model
from vtmetrics.readings import Reading, Score, Texts, correct
from vtmetrics.statistics import Kind, Scores

#: what a scene knows its score by
SCORE = "score"
#: what CIDEr-D gives the best caption
BEST_CONSENSUS = 10.0
Judged = Callable[[Sequence[str], Sequence[Sequence[str]]], Sequence[float]]


@dataclass(frozen=True)
class NamedScore:
    """A score of all texts of a corpus at once, from 0 to 1, each against its references."""

    judge: Judged
    kind: Kind = "share"


def _each(metric: Callable[[str, Sequence[str]], float]) -> Judged:
    """Every text by itself, against all its references."""
    return lambda said, meant: [metric(one, others) for one, others in zip(said, meant, strict=True)]


def _best(metric: Callable[[str, str], float]) -> Judged:
    """Every text against the reference to which it is nearest."""
    return _each(lambda said, meant: max(metric(said, one) for one in meant))


def _consensus(said: Sequence[str], meant: Sequence[Sequence[str]]) -> list[float]:
    return [min(score / BEST_CONSENSUS, 1.0) for score in cider_d(said, meant)]


#: by the names that a record may tell
NAMED_SCORES: Mapping[str, NamedScore] = {
    "exact": NamedScore(_each(exact_match)),
    "squad": NamedScore(_each(partial(exact_match, definition="squad"))),
    "relaxed": NamedScore(_best(relaxed_accuracy)),
    "chartqa": NamedScore(_best(partial(relaxed_accuracy, definition="chartqa"))),
    "vqa": NamedScore(_each(vqa_accuracy)),
    "vqa-lmms": NamedScore(_each(partial(vqa_accuracy, definition="lmms"))),
    "anls": NamedScore(_each(anls), "number"),
    "anls-harness": NamedScore(_each(partial(anls, definition="harness")), "number"),
    "pope": NamedScore(_best(polar_accuracy)),
    "pope-lmms": NamedScore(_best(partial(polar_accuracy, definition="lmms"))),
    "pope-vlmevalkit": NamedScore(_best(partial(polar_accuracy, definition="vlmevalkit"))),
    "pope-strict": NamedScore(_best(partial(polar_accuracy, definition="strict"))),
    "rouge": NamedScore(_each(rouge_l), "number"),
    "cider": NamedScore(_consensus, "number"),
    "box": NamedScore(_best(overlaps)),
    "iou": NamedScore(_best(iou), "number"),
}


def right_answers(
    model: Model, scenes: Sequence[Scene], edit: Edit = PLAIN, reading: Reading | Score = correct
) -> Scores:
    """Which answers are right under an edit: of scenes that name a score by that, of others by the reading.

    A reading is of the gold answer, teacher-forced; a score of texts is of what the model writes itself.
    """
    named = [scene for scene in scenes if SCORE in scene.known]
    others = [scene for scene in scenes if SCORE not in scene.known]
    parts = [by_named_score(model.say(named, edit), named)] if named else []
    if others or not named:
        parts.append(_unnamed(model, others, edit, reading))
    return parts[0] if len(parts) == 1 else _joined(parts)


def _unnamed(model: Model, scenes: Sequence[Scene], edit: Edit, reading: Reading | Score) -> Scores:
    if isinstance(reading, Reading):
        return model.answer(scenes, reading, edit)
    return model.say(scenes, edit).score(reading, kind="share")


def by_named_score(texts: Texts, scenes: Sequence[Scene]) -> Scores:
    """What was written about scenes, each by the score that it names, against all its right answers."""
    names = dict.fromkeys(str(scene.known[SCORE]) for scene in scenes)
    written = [scene for scene in scenes if scene.id not in texts.lacking]
    values: dict[str, float] = {}
    for name in names:
        asked = [scene for scene in written if scene.known[SCORE] == name]
        said = [texts.written[scene.id] for scene in asked]
        found = NAMED_SCORES[name].judge(said, [(one.answer, *one.also) for one in asked]) if asked else []
        values |= {scene.id: score for scene, score in zip(asked, found, strict=True)}
    kinds = {NAMED_SCORES[name].kind for name in names}
    return Scores(
        values=values,
        groups=texts.groups,
        kind="share" if kinds == {"share"} else "number",
        range=(0, 1),
        missing=texts.missing,
        excluded=texts.excluded,
    )


def _joined(parts: Sequence[Scores]) -> Scores:
    """Scores of different scenes as one; numbers where any are."""
    return Scores(
        values={scene: value for part in parts for scene, value in part.values.items()},
        groups={scene: group for part in parts for scene, group in part.groups.items()},
        kind="share" if all(part.kind == "share" for part in parts) else "number",
        range=(min(part.range[0] for part in parts), max(part.range[1] for part in parts)),
        missing={scene: why for part in parts for scene, why in part.missing.items()},
        excluded={scene: why for part in parts for scene, why in part.excluded.items()},
    )
