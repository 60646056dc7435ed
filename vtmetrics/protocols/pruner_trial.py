"""A pruner against the arms that published ones lose to: random tokens, a smaller image, new positions.

Four independent studies found that methods which rank image tokens do no better than drawing them, that a
smaller picture of the same budget does better than many, that tasks are not hurt alike, and that renumbering
the positions of what stays is what costs places most. So a pruner is shown beside these arms, task by task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vtmetrics.edits import IMAGE, PLAIN, Depth, Edit, Tokens, smaller_image, truncate
from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.protocols.named_scores import right_answers
from vtmetrics.protocols.timing import seconds
from vtmetrics.readings import COUNTED, Reading, agree, apart
from vtmetrics.statistics import Estimate, Scores, estimate, mean_of

#: how often tokens are drawn for the random arm, and how many scenes are enough to time a prefill
DRAWS, TIMED = 5, 2
WHOLE_IMAGE, NO_IMAGE = "whole", "no image"
ITSELF, RANDOM, RENUMBERED, SMALLER = "itself", "random", "renumbered", "smaller image"


@dataclass(frozen=True)
class Pruner:
    """An edit that leaves tokens out, and by name the arms beside it; one of several edits is their mean."""

    name: str
    edit: Edit
    arms: Mapping[str, tuple[Edit, ...]]


def pruner(name: str, kept: Tokens, at: Depth, side: int | None = None, draws: int = DRAWS) -> Pruner:
    """A selector's pruning at a depth, with its arms; `side` × `side` tokens are a smaller image's budget."""
    drawn = tuple(truncate(at, IMAGE - IMAGE.like(kept, seed)) for seed in range(draws))
    arms = {RANDOM: drawn, RENUMBERED: (truncate(at, IMAGE - kept, positions="renumbered"),)}
    if side is not None:
        arms[SMALLER] = (smaller_image(side, at),)
    return Pruner(name, truncate(at, IMAGE - kept), arms)


@dataclass(frozen=True)
class PrunerOutcome:
    """What an arm of a pruner does to one task: right answers, and answers' words that stay.

    `ahead` is by how much the pruner itself has more right answers, scene by scene.
    """

    pruner: str
    arm: str
    task: str
    right: Estimate
    kept: Estimate
    ahead: Estimate | None


@dataclass(frozen=True)
class Spared:
    """The shares of FLOPs, of the cache and of a prefill's time that an arm spares, in the mean."""

    flops: float
    kv_bytes: float
    time: float


def tried(model: Model, pruner: Pruner, tasks: Mapping[str, Sequence[Scene]]) -> list[PrunerOutcome]:
    """The pruner and each arm, on every task; of the whole model and without an image first."""
    arms = {WHOLE_IMAGE: (PLAIN,), NO_IMAGE: (truncate(0),), ITSELF: (pruner.edit,), **pruner.arms}
    found = []
    for task, scenes in tasks.items():
        right = {arm: _right(model, scenes, edits) for arm, edits in arms.items()}
        kept = {arm: _mean(model, scenes, edits, agree) for arm, edits in arms.items()}
        for arm in arms:
            ahead = estimate(right[ITSELF] - right[arm]) if arm in pruner.arms else None
            found.append(
                PrunerOutcome(pruner.name, arm, task, estimate(right[arm]), estimate(kept[arm]), ahead)
            )
    return found


def spared(model: Model, pruner: Pruner, scenes: Sequence[Scene], batch: int = 1) -> dict[str, Spared]:
    """What the pruner and its arms spare of the language model's prefill, `batch` prompts at a time."""
    arms = {ITSELF: pruner.edit, **{arm: edits[0] for arm, edits in pruner.arms.items()}}
    plain, *costs = model.sweep(PLAIN, *arms.values()).cost(scenes)
    passes = [(edit, COUNTED) for edit in (PLAIN, *arms.values())]
    whole, *times = seconds(model, scenes[:TIMED], *passes, batch=batch)
    return {
        arm: Spared(
            _share(apart(plain.flops, cost.flops)),
            _share(apart(plain.kv_bytes, cost.kv_bytes)),
            _share(apart(whole, time)),
        )
        for arm, cost, time in zip(arms, costs, times, strict=True)
    }


def _right(model: Model, scenes: Sequence[Scene], edits: Sequence[Edit]) -> Scores:
    """By the score that a scene names, or word by word."""
    return mean_of(*(right_answers(model, scenes, edit) for edit in edits))


def _mean(model: Model, scenes: Sequence[Scene], edits: Sequence[Edit], reading: Reading) -> Scores:
    return mean_of(*model.sweep(*edits).answer(scenes, reading))


def _share(scores: Scores) -> float:
    return sum(float(value) for value in scores.values.values()) / len(scores.values)
