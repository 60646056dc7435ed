"""Pixel patches are parts of the picture in reading order, and their numbers are the metrics' own."""

import numpy as np
import pytest
from PIL import Image

from fixtures.scenes.draw import draw
from vtmetrics.metrics import effective_rank
from vtmetrics.protocols import of_pixels
from vtmetrics.protocols.pixel_patches import patches


def test_a_patch_is_eight_by_eight_pixels_at_its_place():
    picture = draw("counted", "test", 1)[0].images[0]
    pixels = np.asarray(picture) / 255
    told = patches(picture)
    assert told.shape == (81, 192)
    for place in (0, 8, 40, 77):
        row, column = 8 * (place // 9), 8 * (place % 9)
        assert told[place].numpy() == pytest.approx(pixels[row : row + 8, column : column + 8].reshape(-1))


def test_numbers_are_those_of_the_metrics_and_go_by_scene_and_group():
    scenes = draw("counted", "test", 6)
    ranks, ginis = of_pixels(scenes, "effective_rank"), of_pixels(scenes, "norm_gini")
    for scene in scenes:
        assert ranks.values[scene.id] == pytest.approx(float(effective_rank(patches(scene.images[0]))))
        assert ginis.values[scene.id] == pytest.approx(_gini(patches(scene.images[0])))
    assert ranks.groups == {scene.id: scene.group for scene in scenes}


def _gini(tokens):
    """The mean difference of two lengths, through twice their mean."""
    lengths = tokens.norm(dim=-1)
    return float((lengths[:, None] - lengths).abs().mean() / (2 * lengths.mean()))


def test_a_black_picture_has_no_rank_and_is_left_out():
    (scene,) = draw("counted", "test", 1)
    object.__setattr__(scene, "images", (Image.new("RGB", (72, 72)),))
    assert set(of_pixels([scene], "effective_rank").excluded) == {scene.id}
