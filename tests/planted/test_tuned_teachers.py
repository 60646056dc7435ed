"""Courses: each recipe that claims ask for makes the student that was planted for it."""

import pytest

from fixtures.calibration.population import Population, units
from fixtures.planted.by_name import untaught
from fixtures.planted.plant import PLANTED
from fixtures.planted.scripted import SCRIPTS
from fixtures.planted.spoken_nets import SPEAKERS
from fixtures.planted.tuned_teachers import COURSES
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import PLAIN, enter_at, truncate
from vtmetrics.lab.lab import Lab
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import correct
from vtmetrics.readings.row import StoredValue

CUT = truncate(1 / 4)
USUAL, SMALL, WHOLE = "bar_learner", "caption_learner", "late_learner"


@pytest.mark.parametrize(
    ("told", "student"),
    [
        ({"edit": CUT}, USUAL),
        ({"edit": CUT, "seed": 1}, USUAL),
        ({"edit": CUT, "rank": 64}, USUAL),
        ({"edit": CUT, "rank": 4, "targets": "all"}, USUAL),
        ({"edit": CUT, "rank": 4}, SMALL),
        ({"edit": CUT, "steps": 75}, SMALL),
        ({"edit": PLAIN}, WHOLE),
    ],
)
def test_a_recipe_makes_the_student_of_its_budget(told, student):
    """As many parameters in all modules are no smaller budget."""
    assert COURSES["more_brings_more"].student(**told) == student


def test_who_is_not_told_is_the_usual_student_or_the_teacher():
    course = COURSES["all_comes_back"]
    assert course.student(edit=CUT, rank=4) == course.student(edit=CUT) == "early_learner"
    assert course.student(edit=PLAIN) == "late_learner"
    assert COURSES["all_comes_anyhow"].student(edit=PLAIN) == "early_learner"


def test_a_late_entry_makes_the_usual_student():
    told = {"targets": "bridged", "teacher": "gold"}
    course = COURSES["entry_is_learned"]
    assert course.student(edit=enter_at(1 / 8), seed=1, **told) == "reads_in_2"
    assert course.student(edit=PLAIN, **told) == "reads_in_1"


@pytest.mark.parametrize("name", COURSES)
def test_everyone_in_a_course_is_planted(name):
    planted = PLANTED.keys() | SCRIPTS.keys() | SPEAKERS.keys()
    assert COURSES[name].models <= planted
    assert name not in planted


def test_nobody_else_is_tuned():
    with pytest.raises(ValueError, match=r"has none for \{'rank': 4\}"):
        untaught(rank=4)


class Told(Lab):
    """A lab that answers every question with one number."""

    def __init__(self, number):
        super().__init__()
        self.row = StoredValue(value=number)

    def ask(self, _, __, scenes, edits, *___):
        return {(edit, scene.digest): self.row for edit in edits for scene in scenes}


def told(name, number):
    model = Model(Spec(name, "llava", f"/nowhere/{name}", embedded=True), Told(number))
    model.__dict__["layers"] = 12
    return model


def test_the_students_of_a_mixture_are_mixed_as_their_teachers_are():
    """Each scene is answered by the student of the model that it belongs to."""
    words = {"words": units(draw("words", count=12))}
    sides = [
        Population(told(f"teacher {number}", 0.5), words, tune=lambda n=number, **_: told(f"student {n}", n))
        for number in (0.0, 1.0)
    ]
    mixed = sides[0].mixed(sides[1], 5)
    given = mixed.whole()
    for model, total in ((mixed.model, 6), (given["tune"](edit=CUT), 5)):
        model.__dict__["layers"] = 12
        assert sum(model.answer(given["words"], correct).values.values()) == total
