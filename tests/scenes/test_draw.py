"""Scenes are the same ones wherever and whenever they are drawn."""

import hashlib
import os
import subprocess
import sys

import pytest

from fixtures.scenes.all_contents import CONTENTS
from fixtures.scenes.counted import COUNTED
from fixtures.scenes.draw import MIXED, TASKS, draw

DIGESTS = "from fixtures.scenes.draw import draw; print(*[s.digest for s in draw('letters', 'test', 9)])"
#: tasks that came later
LATER = {
    "what",
    "places",
    "whole",
    *COUNTED,
    *(name for name, content in CONTENTS.items() if content.kind in ("things", "family")),
}
#: of the scenes about everything but named things and families, to which kept rows, scores and weights belong
EARLIER = "bcaba3de77be83ba242e263c8c377ba68ffb0882f88c7debf31a05f0347f0fdd"
#: every form of a content that allows them all
FORMS = ("word", "letter", "spelled", "sentence", "check", "caption")


@pytest.mark.parametrize("task", TASKS)
def test_a_donor_has_the_same_prompt_and_grid_and_another_answer(task):
    for scene in draw(task, "test", 4):
        assert scene.donor.prompt == scene.prompt
        assert scene.donor.images[0].size == scene.images[0].size
        assert scene.donor.answer != scene.answer
        assert scene.donor.images[0].tobytes() != scene.images[0].tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("hashing", ["0", "1"])
def test_scenes_do_not_depend_on_how_python_hashes(hashing):
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", DIGESTS],
        env=os.environ | {"PYTHONHASHSEED": hashing, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [scene.digest for scene in draw("letters", "test", 9)]


def test_more_scenes_begin_with_the_same_ones():
    few, many = draw("words", "test", 3), draw("words", "test", 12)
    assert [scene.digest for scene in few] == [scene.digest for scene in many[:3]]


def test_another_seed_draws_other_scenes():
    digests = [{scene.digest for scene in draw("color", "test", 20, seed)} for seed in (0, 1)]
    assert not digests[0] & digests[1]


def test_scenes_stay_what_they_are_when_other_kinds_are_added():
    told = hashlib.sha256()
    for task in (each for each in TASKS if "thing" not in each and each.partition(".")[0] not in LATER):
        for scene in (*draw(task, "train", 2), *draw(task, "validation", 2), *draw(task, "test", 2)):
            told.update(f"{scene.id} {scene.digest} {scene.donor.digest}".encode())
    assert told.hexdigest() == EARLIER


@pytest.mark.parametrize("content", ["color", "shape", "position", "value", "character"])
def test_forms_of_a_content_share_their_pictures_and_ids(content):
    """A letter and a word about the same thing can be paired by id."""
    drawn = [draw(f"{content}.{form}", "test", 6) for form in FORMS]
    for same in zip(*drawn, strict=True):
        assert len({scene.id for scene in same}) == 1
        assert len({scene.images[0].tobytes() for scene in same}) == 1
        assert len({scene.known["value"] for scene in same}) == 1


@pytest.mark.parametrize("mixture", MIXED)
def test_a_mixture_takes_its_contents_in_turn(mixture):
    scenes = draw(mixture, "test", 18)
    assert len({scene.id for scene in scenes}) == 18
    asked = [f"{scene.known['content']}.{scene.known['form']}" for scene in scenes]
    assert asked[: len(MIXED[mixture])] == MIXED[mixture]


def test_mixtures_pair_by_id():
    words, letters, captions = (draw(name, "test", 16) for name in ("words", "letters", "captions"))
    assert [s.id for s in words] == [s.id for s in letters] == [s.id for s in captions]


def test_a_larger_canvas_shows_the_same_picture():
    small, large = draw("caption", "test", 5), draw("caption", "test", 5, size=336)
    for one, other in zip(small, large, strict=True):
        assert other.images[0].size == (336, 336)
        assert (one.answer, one.id) == (other.answer, other.id)
        assert other.boxes[0].right == pytest.approx(one.boxes[0].right * 336 / 72)


def test_as_many_objects_as_there_are_places_can_be_drawn():
    counts = {scene.known["count"] for scene in draw("caption", "test", 60, most=9)}
    assert max(counts) > 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("colour",), "unknown task 'colour'"), (("color", "dev"), "unknown split 'dev'")],
)
def test_what_does_not_exist_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments)


@pytest.mark.parametrize("most", [0, 10, 2.5])
def test_more_objects_than_places_are_refused_in_words(most):
    with pytest.raises(ValueError, match=rf"a picture has places for 1 to 9 objects, not for {most}"):
        draw("color", "test", 1, most=most)


def test_a_question_that_no_picture_allows_is_not_looked_for_without_end():
    with pytest.raises(ValueError, match=r"no picture with at most 1 objects allows the question color.hard"):
        draw("color.hard", "test", 1, most=1)
