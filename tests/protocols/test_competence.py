"""Competence is three-valued, and decided by the interval."""

import re
from dataclasses import dataclass, field

import pytest

from vtmetrics.edits.edit import PLAIN
from vtmetrics.protocols.competence import competence_of
from vtmetrics.statistics.interval import Verdict
from vtmetrics.statistics.scores import Scores
from vtmetrics.unmeasured import NotMeasured

YES, NO, OPEN = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED


@dataclass
class Planted:
    """Answers so many of a hundred questions with the image, and so many without one."""

    seen: int
    blind: int
    asked: list = field(default_factory=list)

    def answer(self, scenes, _, edit):
        self.asked.append(edit)
        ids, right = [str(number) for number in scenes], self.seen if edit == PLAIN else self.blind
        return Scores(
            {name: float(number < right) for number, name in enumerate(ids)},
            dict(zip(ids, ids, strict=True)),
            "share",
            (0, 1),
        )


@pytest.mark.parametrize(
    ("seen", "blind", "able", "seeing"),
    [(95, 20, YES, YES), (95, 95, YES, NO), (20, 20, NO, None), (55, 0, OPEN, YES), (95, 70, YES, OPEN)],
)
def test_a_model_can_and_looks_or_not_or_one_cannot_tell(seen, blind, able, seeing):
    found = competence_of(Planted(seen, blind), range(100))
    assert (found.able, found.seeing) == (able, seeing)


@pytest.mark.parametrize(
    ("seen", "blind", "reason"),
    [
        (20, 20, "not competent in letters: 0.20 [0.13, 0.29] of 100 answers are right, wanted ≥ 0.5"),
        (55, 0, "undecided whether it is competent in letters: 0.55"),
        (95, 95, "nothing to lose: the image adds 0.00"),
        (95, 70, "undecided whether there is anything to lose: the image adds 0.25"),
    ],
)
def test_what_cannot_be_lost_is_not_measured_and_what_is_undecided_is_said_to_be(seen, blind, reason):
    with pytest.raises(NotMeasured, match=re.escape(reason)):
        competence_of(Planted(seen, blind), range(100)).require("letters")


def test_a_model_that_cannot_do_the_task_is_not_asked_about_it_again():
    competence_of(model := Planted(20, 20), range(100))
    assert model.asked == [PLAIN]


def test_a_competent_model_that_looks_is_measured():
    competence_of(Planted(95, 20), range(100)).require()


def test_a_model_whose_scenes_all_failed_says_why():
    class Broken:
        def answer(self, scenes, *_):
            ids = list(map(str, scenes))
            return Scores(
                {}, dict(zip(ids, ids, strict=True)), "share", (0, 1), dict.fromkeys(ids, "out of memory")
            )

    with pytest.raises(NotMeasured, match="all 3 scenes failed: out of memory"):
        competence_of(Broken(), range(3))
