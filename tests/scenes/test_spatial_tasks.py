"""Spatial tasks: what is asked is true of the picture, in words that embedded models know."""

import re

import pytest

from fixtures.scenes.box_units import PLACE_TOKENS, SHARES
from fixtures.scenes.content import RELATIONS, phrase
from fixtures.scenes.language import unknown_words
from fixtures.scenes.picture import CANVAS
from fixtures.scenes.spatial_fixtures import CAPTIONS, LESSONS, TAUGHT, taught
from fixtures.scenes.spatial_tasks import OPPOSITE, SPATIAL_TASKS, box_written, draw_spatial
from vtmetrics.metrics.box_text import box_in

tasks = pytest.mark.parametrize("task", SPATIAL_TASKS)


@tasks
def test_the_same_scenes_come_again_in_known_words(task):
    scenes = draw_spatial(task, "test", 24)
    again = draw_spatial(task, "test", 12)
    assert [scene.digest for scene in scenes[:12]] == [scene.digest for scene in again]
    assert len({scene.digest for scene in scenes}) == 24
    assert [word for scene in scenes for word in unknown_words(f"{scene.prompt} {scene.answer}")] == []
    assert SPATIAL_TASKS[task].about.endswith(".")


@tasks
def test_splits_share_no_picture(task):
    pixels = [
        {scene.images[0].tobytes() for scene in draw_spatial(task, split, 24)} for split in ("train", "test")
    ]
    assert not pixels[0] & pixels[1]


def places(scene):
    """Of each colour and shape its row and column, where one thing alone has it."""
    found = {}
    for box in scene.boxes:
        for word in box.label.split():
            found.setdefault(word, []).append(((box.left + box.right) / 2, (box.top + box.bottom) / 2))
    return {word: where[0] for word, where in found.items() if len(where) == 1}


def holds(scene, one, side, other):
    """Whether one is on this side of the other, by the thirds of the picture."""
    third = scene.images[0].width / 3
    (x, y), (x0, y0) = ([int(at // third) for at in places(scene)[word]] for word in (one, other))
    return {"left of": x < x0, "right of": x > x0, "above": y < y0, "below": y > y0}[side]


def test_a_sentence_says_whether_it_is_so_and_how_it_is():
    scenes = draw_spatial("sided", "test", 48)
    for scene in scenes:
        one, other, side = scene.known["key"]
        told = re.fullmatch(r"(yes|no) , the (.+) is (.+) the (.+) \.", scene.answer)
        assert told is not None
        assert (told[2], told[4]) == (phrase(one), phrase(other))
        assert holds(scene, one, told[3], other)
        assert (told[1] == "yes") == (told[3] == side)
    assert 8 < sum(scene.answer.startswith("yes") for scene in scenes) < 40


def test_a_box_is_that_of_the_thing_and_its_side_is_true():
    for scene in draw_spatial("referred", "test", 24):
        one, other, side = scene.known["key"]
        assert holds(scene, one, side, other)
        box = next(box for box in scene.boxes if one in box.label.split())
        sides = (box.left, box.top, box.right, box.bottom)
        assert box_in(scene.answer) == tuple(round(each / 4) for each in sides)


def test_bars_are_told_apart_by_their_colours():
    for scene in draw_spatial("sided_bars", "test", 24):
        one, other, side = scene.known["key"]
        centres = {box.label.split()[0]: box.left for box in scene.boxes}
        left = centres[one] < centres[other]
        assert scene.answer == ("yes" if left == (side == "left of") else "no")


def test_checkpoints_are_asked_in_plain_english_and_their_units():
    scene = draw_spatial("referred", "test", 1, size=448)[0]
    shares = box_written(scene, SHARES)
    assert shares.prompt == f"{scene.prompt} {SHARES.asked}"
    assert scene.prompt.endswith("?")
    assert box_in(shares.answer) == pytest.approx(scene.known["sides"], abs=0.005)
    tokens = box_written(scene, PLACE_TOKENS)
    assert tokens.prompt.startswith("detect ")
    assert not tokens.prompt.endswith("?")
    sentence = draw_spatial("sided", "test", 1, size=448)[0]
    assert box_written(sentence, SHARES) is sentence
    assert " ?" not in sentence.prompt


@pytest.mark.parametrize("lesson", TAUGHT)
def test_shuffled_lessons_have_each_others_answers(lesson):
    right, shuffled = (taught(lesson, None, shuffled=shuffled) for shuffled in (False, True))
    assert len(right) == len(shuffled) == LESSONS + CAPTIONS
    for part in (slice(LESSONS), slice(LESSONS, None)):
        assert [one.prompt for one in right[part]] == [one.prompt for one in shuffled[part]]
        answers = [[scene.answer for scene in scenes[part]] for scenes in (right, shuffled)]
        assert sorted(answers[0]) == sorted(answers[1])
        assert sum(one == other for one, other in zip(*answers, strict=True)) < len(answers[0]) / 4
    assert {scene.images[0].width for scene in right} == {CANVAS}


def test_every_side_has_an_opposite():
    assert OPPOSITE.keys() == RELATIONS.keys()
    assert all(OPPOSITE[other] == side for side, other in OPPOSITE.items())
