"""Competence: can a model do a task at all, and does it look at the image to do it?

A task that a model never learned survives every edit, and so does one that it solves blindly. Both
questions have three answers, decided by intervals on scenes that no claim is judged on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vtmetrics.edits import PLAIN, Edit, truncate
from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.readings import Reading, Score, correct
from vtmetrics.statistics import Estimate, Interval, Scores, Verdict, at_least, estimate, judge
from vtmetrics.unmeasured import NotMeasured

ABLE = at_least(0.5, "half of the answers: below it, most of what an edit could take is not there")
SEEING = at_least(0.25, "a quarter of the answers need the image")


@dataclass(frozen=True)
class Competence:
    """What a model scores on a task, what of it the image adds, and what was wanted of either.

    What the image adds is not asked of a model that can't do the task.
    """

    score: Estimate
    added: Estimate | None
    wanted: Interval = ABLE
    wanted_of_image: Interval = SEEING

    @property
    def able(self) -> Verdict:
        """Whether it can do the task."""
        return judge(self.score, self.wanted)

    @property
    def seeing(self) -> Verdict | None:
        """Whether it looks at the image to do it."""
        return None if self.added is None else judge(self.added, self.wanted_of_image)

    def require(self, task: str = "the task") -> None:
        """Refuse to measure what the model cannot lose, or may not have, with the reason for the report."""
        score = f"{_told(self.score)} of {self.score.groups} answers are right, wanted {self.wanted}"
        if self.added is None or self.able is Verdict.REFUTED:
            raise NotMeasured(f"not competent in {task}: {score}")
        if self.able is Verdict.UNDECIDED:
            raise NotMeasured(f"undecided whether it is competent in {task}: {score}")
        added = f"the image adds {_told(self.added)} in {task}, wanted {self.wanted_of_image}"
        if self.seeing is Verdict.REFUTED:
            raise NotMeasured(f"nothing to lose: {added}")
        if self.seeing is Verdict.UNDECIDED:
            raise NotMeasured(f"undecided whether there is anything to lose: {added}")


def competence_of(
    model: Model,
    scenes: Sequence[Scene],
    reading: Reading | Score = correct,
    able: Interval = ABLE,
    seeing: Interval = SEEING,
) -> Competence:
    """How a model does on validation scenes of a task, with the image and without one.

    A reading is of the gold answer, teacher-forced; a score of texts is of what the model writes itself.
    """
    full = _scored(model, scenes, reading, PLAIN)
    if full.missing and not full.values:
        lost = next(iter(full.missing.values()))
        raise NotMeasured(f"unknown whether it is competent: all {len(full.missing)} scenes failed: {lost}")
    score = estimate(full)
    if judge(score, able) is Verdict.REFUTED:
        return Competence(score, None, able, seeing)
    blind = _scored(model, scenes, reading, truncate(0))
    return Competence(score, estimate(full - blind), able, seeing)


def _scored(model: Model, scenes: Sequence[Scene], reading: Reading | Score, edit: Edit) -> Scores:
    if isinstance(reading, Reading):
        return model.answer(scenes, reading, edit)
    return model.say(scenes, edit).score(reading, kind="share")


def _told(found: Estimate) -> str:
    value = "none" if found.value is None else f"{found.value:.2f}"
    return f"{value} [{found.low:.2f}, {found.high:.2f}]"
