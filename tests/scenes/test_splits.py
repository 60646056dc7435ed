"""Training, validation and test share no scene, and training misses combinations that the others have."""

from itertools import combinations

import pytest

from fixtures.scenes.attributes import is_held_out
from fixtures.scenes.draw import draw
from fixtures.scenes.picture import SPLITS

CAPTIONS = ("caption", "chart_caption", "text_caption", "word_caption")


def pairs(split, task):
    scenes = draw(task, split, 150)
    both = [*scenes, *(scene.donor for scene in scenes)]
    return {(name, color) for scene in both for color, name, *_ in scene.known["objects"]}


def test_splits_divide_the_pictures():
    buckets = [set(buckets) for buckets in SPLITS.values()]
    assert set.union(*buckets) == set(range(10))
    assert not any(one & other for one, other in combinations(buckets, 2))


@pytest.mark.parametrize("task", [*CAPTIONS, "thing_caption"])
def test_splits_share_no_image(task):
    """Even pictures of one object, of which there are few, are in one split alone."""
    images = []
    for split in SPLITS:
        scenes = draw(task, split, 150, most=1)
        images.append({image.tobytes() for s in scenes for image in (*s.images, *s.donor.images)})
    assert not any(one & other for one, other in combinations(images, 2))


@pytest.mark.parametrize("task", CAPTIONS)
def test_held_out_pairs_are_never_trained_and_always_tested(task):
    assert not any(is_held_out(*pair) for pair in pairs("train", task))
    tested = pairs("test", task)
    assert 0.02 < sum(is_held_out(*pair) for pair in tested) / len(tested) < 0.2


def test_each_shape_and_each_color_are_trained():
    """What is held out is the pair: each part is known from other pairs."""
    trained = pairs("train", "caption")
    assert {name for name, _ in trained} == {name for name, _ in pairs("test", "caption")}
    assert len({color for _, color in trained}) == 10


def test_a_scene_knows_that_it_shows_a_held_out_pair():
    scenes = draw("caption", "test", 60)
    for scene in scenes:
        shows = any(is_held_out(name, color) for color, name, *_ in scene.known["objects"])
        assert scene.known["held_out"] == shows
    assert {scene.known["held_out"] for scene in scenes} == {True, False}
