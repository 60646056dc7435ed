"""Told lessons: curves and answers lie as far above the untrained ones as their lesson says."""

import numpy as np
import pytest

from fixtures.planted.by_name import Cast
from fixtures.planted.pool import Pool
from fixtures.planted.taught_teachers import TAUGHT_COURSES
from fixtures.planted.told_lessons import APART, NOWHERE, SPIKE, TOLD_LESSONS, number_of
from fixtures.scenes.draw import draw
from vtmetrics import ANSWER, FIRST, IMAGE, TEXT, correct, directions, over_depth
from vtmetrics.metrics import overlaps

WORDS = (TEXT | ANSWER) - FIRST
ROTATION = directions("rotation", WORDS, IMAGE.like(WORDS))


@pytest.fixture(scope="module")
def cast(tmp_path_factory):
    return Cast(tmp_path_factory.mktemp("told"), Pool())


def curve(model, reading):
    return np.mean([*model.observe(draw("captions", "test", 32), reading).values.values()], axis=0)


@pytest.mark.parametrize("name", TOLD_LESSONS)
def test_every_curve_is_within_any_metrics_range(cast, name):
    assert TOLD_LESSONS[name].truth
    for reading in (ROTATION, over_depth("stable_rank", IMAGE)):
        told = curve(cast.model(name), reading)
        assert told.shape == (13,)
        assert ((told > 0) & (told < 1)).all()


def test_a_number_is_told_with_its_side():
    assert number_of(str(ROTATION)) == "rotation words"
    assert number_of(str(directions("explained", IMAGE.like(WORDS), WORDS))) == "explained image"
    assert number_of(str(over_depth("norm_gini", IMAGE))) == "norm_gini image"


def test_curves_lie_above_as_told_and_begin_alike(cast):
    before, turned, once = (
        curve(cast.model(name), ROTATION) for name in ("before_lessons", "words_turned", "turned_at_once")
    )
    assert turned - before == pytest.approx(np.full(13, 0.1), abs=APART / 4)
    spike = np.where(np.arange(13) == SPIKE, 0.3, 0) + 0.04
    assert once - before == pytest.approx(spike, abs=APART / 4)
    image = directions("rotation", IMAGE.like(WORDS), WORDS)
    assert curve(cast.model("words_turned"), image) == pytest.approx(
        curve(cast.model("before_lessons"), image), abs=APART / 4
    )


def test_answers_are_right_as_often_as_told(cast):
    boxes, bars = draw("referred", "test", 64), draw("sided_bars", "test", 64)
    half, all_of_them = cast.model("half_located"), cast.model("all_located")
    right = half.say(boxes).score(overlaps, kind="share")
    assert 0.3 < np.mean([*right.values.values()]) < 0.7
    assert NOWHERE in half.say(boxes).written.values()
    assert set(all_of_them.say(boxes).score(overlaps, kind="share").values.values()) == {1.0}
    before, after = (
        np.mean([*model.answer(bars, correct).values.values()])
        for model in (cast.model("before_lessons"), all_of_them)
    )
    assert after > before + 0.15


@pytest.mark.parametrize("name", TAUGHT_COURSES)
def test_a_course_makes_of_its_teacher_whom_it_says(cast, name):
    course, tune = TAUGHT_COURSES[name], cast.tune(name)
    assert course.truth
    assert course.models <= TOLD_LESSONS.keys()
    assert cast.model(name).spec.name == name
    assert tune(lesson="referring").spec.name == course.tuned
    assert tune(lesson="spatial", tower=0.04).spec.name == course.places
    assert tune(lesson="referring", shuffled=True).spec.name == course.shuffled
    assert tune(lesson="spatial", shuffled=True).spec.name == course.shuffled_places
    assert tune(lesson="referring", targets="tower", rank=15).spec.name == course.tower
