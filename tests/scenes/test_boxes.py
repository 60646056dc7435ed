"""Boxes say which patches show an object, on any grid."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from fixtures.scenes.draw import draw

CAPTIONS = ("caption", "chart_caption", "text_caption", "word_caption", "thing_caption")


def painted(scene):
    """Which pixels are not the ground's colour."""
    image = np.asarray(scene.images[0]).astype(int)
    colors, counts = np.unique(image.reshape(-1, 3), axis=0, return_counts=True)
    return (image != colors[counts.argmax()]).any(-1)


def boxed(scene):
    """Which pixels lie in a box."""
    inside = np.zeros(scene.images[0].size[::-1], dtype=bool)
    for box in scene.boxes:
        inside[round(box.top) : round(box.bottom), round(box.left) : round(box.right)] = True
    return inside


@pytest.mark.parametrize("size", [72, 96, 150])
@pytest.mark.parametrize("task", CAPTIONS)
def test_all_that_is_painted_lies_in_boxes(task, size):
    for scene in draw(task, "test", 15, size=size):
        shown, inside = painted(scene), boxed(scene)
        # an edge may round to the next pixel
        grown = binary_dilation(inside, np.ones((3, 3)))
        assert not (shown & ~grown).any()


@pytest.mark.parametrize("side", [6, 8, 9, 12])
@pytest.mark.parametrize("task", CAPTIONS)
def test_boxes_label_the_patches_of_any_grid(task, side):
    """A patch that a box covers by a third shows something; a patch that no box touches shows nothing."""
    for scene in draw(task, "test", 20):
        shown, inside = painted(scene), boxed(scene)
        cell = 72 // side
        for y in range(0, 72, cell):
            for x in range(0, 72, cell):
                here = slice(y, y + cell), slice(x, x + cell)
                if not inside[here].any():
                    assert shown[here].sum() <= 2 * cell
        for box in scene.boxes:
            assert shown[round(box.top) : round(box.bottom), round(box.left) : round(box.right)].mean() > 0.2


@pytest.mark.parametrize("task", ["caption", "text_caption", "word_caption", "thing_caption"])
def test_objects_do_not_cover_each_other(task):
    for scene in draw(task, "test", 40):
        area = sum((box.right - box.left) * (box.bottom - box.top) for box in scene.boxes)
        assert boxed(scene).sum() == pytest.approx(area, rel=0.02)


def test_a_box_is_labelled_with_color_and_name():
    for scene in draw("caption", "test", 10):
        assert [box.label for box in scene.boxes] == [f"{c} {n}" for c, n, *_ in scene.known["objects"]]
