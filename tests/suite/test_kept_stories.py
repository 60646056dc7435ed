"""What is kept of a cell for its page: answers before and after each edit, and courses with their bands."""

from statistics import fmean

import numpy as np
import pytest

from vtmetrics import IMAGE, Lab, Model, agree, cosine, over_depth, truncate
from vtmetrics.evidence.kept_picture import read_picture
from vtmetrics.nets.spec import Spec
from vtmetrics.suite.kept_stories import MOST_COURSES, _courses, _scenes, _unnoted
from vtmetrics.suite.transcripts import SCENES_SHOWN

HALF = truncate(0.5)
SOME = IMAGE.sample(4)


@pytest.fixture
def model(directory):
    model = Model(Spec(directory.name, "any", str(directory), embedded=True), Lab())
    model.lab.journal = []
    return model


def test_the_farthest_scenes_are_kept_with_answers_and_pictures(model, scenes, tmp_path):
    found = model.answer(scenes, cosine, HALF)
    with _unnoted(model) as notes:
        told = list(_scenes(model, notes, found, tmp_path))
    assert len(model.lab.journal) == 1
    middle = fmean(found.values.values())
    away = [abs(one.score - middle) for one in told]
    assert away == sorted(away, reverse=True)
    assert away[0] == max(abs(value - middle) for value in found.values.values())
    assert [[edit for edit, _ in one.answers] for one in told] == [
        ["PLAIN", "truncate(6, IMAGE)"]
    ] * SCENES_SHOWN
    assert all(read_picture(one.picture, tmp_path) for one in told)


def test_nothing_is_measured_again_but_plain_runs_of_the_scenes_shown(model, scenes, tmp_path, monkeypatch):
    found = model.answer(scenes, agree, HALF)
    asked = []
    ask = Lab.ask
    monkeypatch.setattr(Lab, "ask", lambda lab, *told: asked.append(len(told[2])) or ask(lab, *told))
    with _unnoted(model) as notes:
        list(_scenes(model, notes, found, tmp_path))
    assert asked == [SCENES_SHOWN]


def test_a_course_is_the_mean_of_groups_with_a_band_round_it(model, scenes):
    found = model.observe(scenes, over_depth("norm_mean", SOME))
    with _unnoted(model) as notes:
        (course,) = _courses(model, notes, found)
    values = np.array([found.values[scene.id] for scene in scenes])
    assert course.values == pytest.approx(values.mean(0))
    error = values.std(0, ddof=1) / np.sqrt(len(scenes))
    assert course.high == pytest.approx(values.mean(0) + 1.96 * error)
    assert course.edit == "PLAIN"


def test_scenes_that_the_claim_is_not_judged_by_have_no_course(model, scenes):
    model.observe(scenes[:4], over_depth("norm_mean", SOME))
    found = model.observe(scenes[4:], over_depth("norm_mean", SOME))
    with _unnoted(model) as notes:
        (course,) = _courses(model, notes, found)
    assert course.values == pytest.approx(np.mean([found.values[scene.id] for scene in scenes[4:]], 0))
    assert MOST_COURSES > 1
