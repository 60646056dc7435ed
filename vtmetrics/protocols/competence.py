"""Competence: can a model do a task at all, and does it look at the image to do it?

A task that a model never learned survives every edit, and so does one that it solves blindly. Both
questions have three answers, decided by intervals on scenes that no claim is judged on. What the image has
to add is what claims ask of it too, before they call a loss small: where a model is right in .6 of its
answers, and in .3 without the image, 128 scenes show that in three runs of five and 512 in all, while a
quarter would be shown in one run of nine and in one of three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from vtmetrics.edits import PLAIN, truncate
from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.protocols.named_scores import right_answers
from vtmetrics.readings import Reading, Score, correct
from vtmetrics.statistics import (
    Estimate,
    Finding,
    Interval,
    Scores,
    Verdict,
    afresh,
    at_least,
    estimate,
    judge,
    needed,
)
from vtmetrics.unmeasured import NotMeasured, Undecided

ABLE = at_least(0.5, "half of the answers: below it, most of what an edit could take is not there")
SEEING = at_least(0.1, "a tenth of the answers, before their loss can be called small")


@dataclass(frozen=True)
class Competence:
    """Which answers of a model are right in a task, what of that the image adds, and what was wanted.

    What the image adds is not asked of a model that can't do the task.
    """

    right: Scores
    by_image: Scores | None
    wanted: Interval = ABLE
    wanted_of_image: Interval = SEEING

    @cached_property
    def score(self) -> Estimate:
        """What share of the answers is right."""
        return estimate(self.right)

    @cached_property
    def added(self) -> Estimate | None:
        """What share of them is right with the image and not without."""
        return None if self.by_image is None else estimate(self.by_image)

    @property
    def able(self) -> Verdict:
        """Whether it can do the task."""
        return judge(self.score, self.wanted)

    @property
    def seeing(self) -> Verdict | None:
        """Whether it looks at the image to do it."""
        return None if self.added is None else judge(self.added, self.wanted_of_image)

    @property
    def finding(self) -> Finding:
        """The same as a claim's: an image that adds nothing can't be lost."""
        own = Finding(self.right)
        return own if self.by_image is None else own.sensitive_to(self.by_image, self.wanted_of_image)

    def require(self, task: str = "the task") -> None:
        """Refuse to measure what the model cannot lose, or may not have, with the reason for the report."""
        score = f"{_told(self.score)} of {self.score.groups} answers are right, wanted {self.wanted}"
        if self.added is None or self.able is Verdict.REFUTED:
            raise NotMeasured(f"not competent in {task}: {score}")
        added = f"the image adds {_told(self.added)} in {task}, wanted {self.wanted_of_image}"
        if self.seeing is Verdict.REFUTED:
            raise NotMeasured(f"nothing to lose: {added}")
        if self.able is Verdict.UNDECIDED:
            raise Undecided(f"undecided whether it is competent in {task}: {score}", self._needs())
        if self.seeing is Verdict.UNDECIDED:
            raise Undecided(f"undecided whether there is anything to lose: {added}", self._needs())

    def _needs(self) -> int | None:
        """How many groups of scenes would answer both questions; None if one lies on its border."""
        asked = ((self.right, self.wanted, self.able), (self.by_image, self.wanted_of_image, self.seeing))
        needs = [
            afresh(needed(scores, wanted))
            for scores, wanted, verdict in asked
            if scores is not None and verdict is Verdict.UNDECIDED
        ]
        return None if None in needs else max(number for number in needs if number is not None)


def competence_of(
    model: Model,
    scenes: Sequence[Scene],
    reading: Reading | Score = correct,
    able: Interval = ABLE,
    seeing: Interval = SEEING,
) -> Competence:
    """How a model does on validation scenes of a task, with the image and without one.

    A reading is of the gold answer, teacher-forced; a score of texts is of what the model writes itself, and
    so is the one that a scene names.
    """
    full = right_answers(model, scenes, PLAIN, reading)
    if full.missing and not full.values:
        lost = next(iter(full.missing.values()))
        raise NotMeasured(f"unknown whether it is competent: all {len(full.missing)} scenes failed: {lost}")
    if judge(estimate(full), able) is Verdict.REFUTED:
        return Competence(full, None, able, seeing)
    return Competence(full, full - right_answers(model, scenes, truncate(0), reading), able, seeing)


def _told(found: Estimate) -> str:
    value = "none" if found.value is None else f"{found.value:.2f}"
    return f"{value} [{found.low:.2f}, {found.high:.2f}]"
