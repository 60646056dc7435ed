"""Pixel probes: a patch tells its own place's ink, and of the number of things next to nothing."""

from dataclasses import replace

import pytest
from PIL import Image

from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, probed
from vtmetrics.protocols import told_by_pixels
from vtmetrics.protocols.pixel_patches import patches
from vtmetrics.readings import spaced


@pytest.fixture(scope="module")
def lesson():
    return draw("counted", "validation", 90)


def test_what_is_told_is_the_mean_over_patches_of_what_such_probes_say(lesson):
    scenes, reading = draw("counted", "test", 6), probed("count", IMAGE, lesson)

    def seen(scene):
        return patches(scene.images[0]).float()[spaced(81, 5)][None]

    probes = reading.lesson.learn({scene.digest: seen(scene) for scene in lesson})
    told = told_by_pixels(scenes, reading)
    assert told.groups == {scene.id: scene.group for scene in scenes}
    for scene in scenes:
        assert told.values[scene.id] == pytest.approx(float(probes.beyond(scene, seen(scene)).mean()))


def test_patches_that_hold_the_label_tell_it(lesson):
    """The ground of a picture says how many things there were to be."""

    def painted(scene):
        shade = 40 * scene.known["count"]
        return replace(scene, images=(Image.new("RGB", (72, 72), (shade, 0, 0)),))

    reading = probed("count", IMAGE, [painted(scene) for scene in lesson])
    told = told_by_pixels([painted(scene) for scene in draw("counted", "test", 30)], reading)
    assert sum(told.values.values()) / 30 > 0.5


def test_what_has_no_label_is_left_out(lesson):
    (scene,) = draw("counted", "test", 1)
    nameless = replace(scene, known={})
    assert told_by_pixels([nameless], probed("count", IMAGE, lesson)).excluded == {
        scene.id: "the picture's count is not known"
    }
    same = [replace(one, known={**one.known, "count": 3}) for one in lesson[:9]]
    assert told_by_pixels([scene], probed("count", IMAGE, same)).excluded == {
        scene.id: "the scenes to learn from don't differ in count"
    }
