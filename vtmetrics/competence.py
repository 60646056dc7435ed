"""Competence: can a model do a task at all, and does it look at the image to do it?

A task that a model never learned survives every edit, and so does one that it solves blindly. Both
questions have three answers, decided by intervals on scenes that no claim is judged on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vtmetrics.edit import PLAIN, truncate
from vtmetrics.estimate import Estimate, estimate
from vtmetrics.interval import Interval, at_least
from vtmetrics.model import Model
from vtmetrics.reading import Reading, correct
from vtmetrics.reason import NotMeasured
from vtmetrics.scene import Scene
from vtmetrics.verdict import Verdict, judge

ABLE = at_least(0.5, "half of the answers: below it, most of what an edit could take is not there")
SEEING = at_least(0.25, "a quarter of the answers need the image")


@dataclass(frozen=True)
class Competence:
    """What a model scores on a task, what of it the image adds, and what follows."""

    score: Estimate
    added: Estimate
    able: Verdict
    seeing: Verdict

    def require(self) -> None:
        """Refuse to measure what the model cannot lose, with the reason that the report shows."""
        if self.able is not Verdict.SUPPORTED:
            raise NotMeasured(f"not competent: {_told(self.score)} of the answers are right")
        if self.seeing is not Verdict.SUPPORTED:
            raise NotMeasured(f"nothing to lose: the image adds {_told(self.added)} to the score")


def competence(
    model: Model,
    scenes: Sequence[Scene],
    reading: Reading = correct,
    able: Interval = ABLE,
    seeing: Interval = SEEING,
) -> Competence:
    """How a model does on validation scenes of a task, with the image and without one."""
    full, blind = model.sweep(PLAIN, truncate(0)).answer(scenes, reading)
    score, added = estimate(full), estimate(full - blind)
    return Competence(score, added, judge(score, able), judge(added, seeing))


def _told(found: Estimate) -> str:
    value = "none" if found.value is None else f"{found.value:.2f}"
    return f"{value} [{found.low:.2f}, {found.high:.2f}]"
