"""Images of unequal sides: they are unequally many tokens, and are batched with their like alone."""

from dataclasses import replace

import pytest
import torch

from fixtures.scenes.draw import draw
from tests.inputs.tiled_model import SIDE, net_and_processor
from vtmetrics import DONOR, IMAGE, Model, cosine, pooled, substitute, truncate
from vtmetrics.edits.edit import PLAIN
from vtmetrics.inputs.encoding import encode
from vtmetrics.lab.measure import pool

FIT = pooled("matrix_entropy", IMAGE)
SIDES = ((SIDE, SIDE), (2 * SIDE, SIDE), (SIDE, 2 * SIDE), (3 * SIDE, SIDE))


@pytest.fixture(scope="module")
def tiled():
    return Model.of(*net_and_processor(), name="tiled")


@pytest.fixture(scope="module")
def uneven():
    """Scenes by turns in four sizes, each with a donor of its own size."""

    def shown(scene, sides):
        return replace(scene, images=tuple(image.resize(sides) for image in scene.images))

    return [
        replace(shown(scene, sides), donor=shown(scene.donor, sides))
        for scene, sides in zip(draw("words", "test", 8), SIDES * 2, strict=True)
    ]


def tokens(processor, scene):
    return int(encode(processor, scene).masks["image"].sum())


def test_the_sizes_are_unequally_many_tokens(uneven):
    _, processor = net_and_processor()
    assert len({tokens(processor, scene) for scene in uneven}) == len(SIDES)


def test_pooled_tokens_of_unequal_images_are_those_of_each_alone(tiled, uneven):
    together = {scene.id: states for scene, states in pool(tiled.spec, uneven, PLAIN, IMAGE, 32)}
    assert set(together) == {scene.id for scene in uneven}
    for scene in uneven:
        ((_, alone),) = pool(tiled.spec, [scene], PLAIN, IMAGE, 1)
        assert torch.allclose(together[scene.id], alone, atol=1e-5)


def test_a_fit_and_answers_of_unequal_images_miss_none(tiled, uneven):
    found = tiled.fit(uneven, FIT)
    assert (found.scenes, found.missing, found.excluded) == (len(uneven), {}, {})
    cut, other = tiled.sweep(truncate(0.5), substitute(IMAGE, by=DONOR, at=0.5)).answer(uneven, cosine)
    assert set(cut.values) == set(other.values) == {scene.id for scene in uneven}


def test_a_donor_with_other_tokens_costs_its_scene_alone(tiled, uneven):
    odd = replace(uneven[0], id="odd", donor=uneven[1])
    scores = tiled.answer([odd, *uneven[1:]], cosine, substitute(IMAGE, by=DONOR, at=0.5))
    assert list(scores.missing) == ["odd"]
    assert scores.missing["odd"].startswith("its donor has ")
