"""Scenes that claims are given: test scenes alone, in groups that pair, and others to practise on."""

from types import SimpleNamespace

import pytest

from fixtures.scenes.pytest_fixtures import TASKS, practice


@pytest.fixture(scope="session")
def model():
    """An embedded one, of which nobody asks anything."""
    return SimpleNamespace(spec=SimpleNamespace(embedded=True))


def splits(scenes):
    """The splits that the scenes' names tell."""
    return {scene.id.split("/")[1] for scene in scenes}


@pytest.mark.parametrize("name", TASKS)
def test_who_is_able_shows_it_on_scenes_that_no_claim_is_judged_on(name, model):
    assert splits(practice(name, model)) == {"validation"}


def test_layers_are_found_on_scenes_that_no_claim_is_judged_on(validation_captions, captions):
    assert (splits(validation_captions), splits(captions)) == ({"validation"}, {"test"})
    assert {scene.task.partition(".")[2] for scene in validation_captions} == {"caption"}


def test_fine_answers_pair_with_captions_of_shapes(fine, shapes):
    """Scene by scene and group by group, about other pictures."""
    assert [(scene.id, scene.group) for scene in fine] == [(scene.id, scene.group) for scene in shapes]
    assert all(one.digest != other.digest for one, other in zip(fine, shapes, strict=True))


def test_questions_of_how_many_pair_with_fine_ones(fine, whole):
    """About other pictures, of which all that is asked is a number of things."""
    assert [(scene.id, scene.group) for scene in whole] == [(scene.id, scene.group) for scene in fine]
    assert all(scene.prompt.startswith("how many ") for scene in whole)
    assert all(one.digest != other.digest for one, other in zip(fine, whole, strict=True))


def test_letters_cannot_be_told_without_looking(letters):
    """All their options are in the picture."""
    assert {scene.task.partition(".")[2] for scene in letters} == {"hard"}


@pytest.mark.parametrize("task", ["places", "boxes"])
def test_what_tells_a_place_pairs_with_what_tells_none(task, what, request):
    """Scene by scene and group by group, about other pictures."""
    placed = request.getfixturevalue(task)
    assert [(scene.id, scene.group) for scene in placed] == [(scene.id, scene.group) for scene in what]
    assert all(one.digest != other.digest for one, other in zip(placed, what, strict=True))


def test_what_there_is_tells_no_place(what, places):
    assert {scene.known["content"] for scene in places} == {"position", "relation"}
    assert not {"position", "relation", "box"} & {scene.known["content"] for scene in what}
