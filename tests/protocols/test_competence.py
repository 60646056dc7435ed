"""Competence is three-valued, and decided by the interval."""

import os
import re
import sys
from dataclasses import dataclass, field

import numpy as np
import pytest

from vtmetrics.edits.edit import PLAIN, truncate
from vtmetrics.protocols.competence import competence_of
from vtmetrics.statistics.interval import Verdict
from vtmetrics.statistics.scores import Scores
from vtmetrics.unmeasured import NotMeasured, Undecided

SLOW = bool(os.environ.get("VTMETRICS_SLOW"))
RUNS = 2000 if SLOW else 60
YES, NO, OPEN = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED


class Numbered(int):
    """A scene that is its number, and names no score."""

    @property
    def known(self):
        return {}


def numbered(count):
    return [Numbered(number) for number in range(count)]


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
    [(95, 20, YES, YES), (95, 95, YES, NO), (20, 20, NO, None), (55, 0, OPEN, YES), (95, 80, YES, OPEN)],
)
def test_a_model_can_and_looks_or_not_or_one_cannot_tell(seen, blind, able, seeing):
    found = competence_of(Planted(seen, blind), numbered(100))
    assert (found.able, found.seeing) == (able, seeing)


@pytest.mark.parametrize(
    ("seen", "blind", "reason"),
    [
        (20, 20, "not competent in letters: 0.20 [0.13, 0.29] of 100 answers are right, wanted ≥ 0.5"),
        (55, 0, "undecided whether it is competent in letters: 0.55"),
        (95, 95, "nothing to lose: the image adds 0.00"),
        (95, 80, "undecided whether there is anything to lose: the image adds 0.15"),
        (55, 55, "nothing to lose: the image adds 0.00"),
    ],
)
def test_what_cannot_be_lost_is_not_measured_and_what_is_undecided_is_said_to_be(seen, blind, reason):
    with pytest.raises(NotMeasured, match=re.escape(reason)):
        competence_of(Planted(seen, blind), numbered(100)).require("letters")


@pytest.mark.parametrize(("seen", "blind"), [(55, 0), (95, 80), (55, 37)])
def test_what_is_undecided_says_how_many_scenes_would_tell(seen, blind):
    """Both questions have to be answered."""
    with pytest.raises(Undecided) as found:
        competence_of(Planted(seen, blind), numbered(100)).require()
    assert 100 < found.value.needs <= 10_000
    assert competence_of(Planted(seen, blind), numbered(100)).able is not NO


def test_on_the_border_no_number_of_scenes_would_tell():
    with pytest.raises(Undecided) as found:
        competence_of(Planted(50, 0), numbered(100)).require()
    assert found.value.needs is None


class Answering:
    """Right as often as told, with the image and without it, scene by scene by itself."""

    def __init__(self, seen, blind, seed):
        self.shares, self.rng = {PLAIN: seen, truncate(0): blind}, np.random.default_rng(seed)

    def answer(self, scenes, _, edit):
        right = self.rng.random(len(scenes)) < self.shares[edit]
        ids = list(map(str, scenes))
        told = dict(zip(ids, right.astype(float), strict=True))
        return Scores(told, dict(zip(ids, ids, strict=True)), "share", (0, 1))


def judged(seen, blind, scenes):
    """How often a model is judged, asked for more scenes, and turned away."""
    found = {"judged": 0, "open": 0, "turned away": 0}
    for seed in range(RUNS):
        try:
            competence_of(Answering(seen, blind, seed), numbered(scenes)).require()
            found["judged"] += 1
        except Undecided:
            found["open"] += 1
        except NotMeasured:
            found["turned away"] += 1
    return {what: count / RUNS for what, count in found.items()}


#: right with the image and without, how often that is judged at least at 128 scenes, and at most
GATED = [
    (0.8, 0.3, 0.95, 1),
    (0.7, 0.3, 0.95, 1),
    (0.6, 0.3, 0.5, 1),  # of 64 fixed scenes, a quarter to be added, 3 % were
    (0.5, 0.2, 0, 0.025),
    (0.6, 0.5, 0, 0.025),
]


@pytest.mark.parametrize(("seen", "blind", "least", "most"), GATED)
def test_a_task_done_at_six_tenths_is_judged_and_on_a_border_hardly_ever(seen, blind, least, most, capsys):
    """What lies above both borders is not turned away; what lies on one is asked for more scenes."""
    found = judged(seen, blind, 128)
    assert least - error(least) <= found["judged"] <= most + error(most)
    assert found["turned away"] <= 0.025 + error(0.025)
    if SLOW:
        with capsys.disabled():
            for scenes, shares in ((128, found), *((n, judged(seen, blind, n)) for n in (256, 512))):
                told = ", ".join(f"{what} {share:.1%}" for what, share in shares.items())
                sys.stdout.write(f"\n{seen} with the image, {blind} without, {scenes} scenes: {told}")


def test_more_scenes_judge_it():
    assert judged(0.6, 0.3, 512)["judged"] >= 0.95 - error(0.95)


def error(share):
    """Two standard errors of a share that was simulated."""
    return 2 * (share * (1 - share) / RUNS) ** 0.5


def test_a_model_that_cannot_do_the_task_is_not_asked_about_it_again():
    competence_of(model := Planted(20, 20), numbered(100))
    assert model.asked == [PLAIN]


def test_a_competent_model_that_looks_is_measured():
    competence_of(Planted(95, 20), numbered(100)).require()


def test_a_model_whose_scenes_all_failed_says_why():
    class Broken:
        def answer(self, scenes, *_):
            ids = list(map(str, scenes))
            return Scores(
                {}, dict(zip(ids, ids, strict=True)), "share", (0, 1), dict.fromkeys(ids, "out of memory")
            )

    with pytest.raises(NotMeasured, match="all 3 scenes failed: out of memory"):
        competence_of(Broken(), numbered(3))
