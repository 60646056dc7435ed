"""Boxed tokens, as a model is asked about them: those that show the scene's objects, and the others."""

from dataclasses import replace

import pytest
import torch

from fixtures.models.family_layout import ANATOMIES
from vtmetrics import (
    BACKGROUND,
    DEAD,
    DONOR,
    IMAGE,
    INSIDE,
    Box,
    Model,
    agree,
    over_depth,
    prune,
    substitute,
    truncate,
)
from vtmetrics.edits.boxed_tokens import needs_boxes
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block


@pytest.fixture(scope="module")
def runs(net_and_processor, scenes):
    return Block(*net_and_processor, [encode(net_and_processor[1], scene) for scene in scenes[:4]])


def by_hand(scene, layout):
    """Which cells of a square grid over the picture have their middle in a box."""
    side = layout.side
    middles = (torch.arange(side) + 0.5) * 72 / side
    x, y = middles.repeat(side), middles.repeat_interleave(side)
    found = torch.zeros(side**2, dtype=torch.bool)
    for box in scene.boxes:
        found |= (x >= box.left) & (x < box.right) & (y >= box.top) & (y < box.bottom)
    return found


def test_tokens_in_boxes_are_those_of_the_grid(runs, scenes):
    layout = ANATOMIES[runs.net.config.model_type]
    inside, outside, image = (runs.where(tokens) for tokens in (INSIDE, BACKGROUND, IMAGE))
    for row, scene in enumerate(scenes[:4]):
        expected = by_hand(scene, layout)
        assert 0 < expected.sum() < len(expected)
        assert inside[row, image[row]].equal(expected)
        assert outside[row, image[row]].equal(~expected)
    assert not ((inside | outside) & ~image).any()


def test_everything_that_is_asked_knows_them(directory, scenes):
    model = Model(Spec(directory.name, "any", str(directory), embedded=True))
    edits = prune(INSIDE.upto(BACKGROUND)), substitute(INSIDE, by=DONOR, at=0), truncate(0.5, BACKGROUND)
    for scores in model.sweep(*edits).answer(scenes, agree):
        assert scores.values.keys() | scores.excluded.keys() == {scene.id for scene in scenes}
        assert not scores.missing
    assert len(model.observe(scenes, over_depth("norm_mean", INSIDE)).values) == len(scenes)


def test_a_scene_without_boxes_is_left_out(directory, scenes):
    model = Model(Spec(directory.name, "any", str(directory), embedded=True))
    bare = replace(scenes[0], id="bare", boxes=())
    tiny = replace(scenes[1], id="tiny", boxes=(Box("dot", 1, 1, 2, 2),))
    of_objects, around = (
        model.observe([bare, tiny], over_depth("norm_mean", tokens)) for tokens in (INSIDE, BACKGROUND)
    )
    why = "no image token is known to be {} a box of the scene"
    assert of_objects.excluded == dict.fromkeys(("bare", "tiny"), why.format("in"))
    assert around.excluded == {"bare": why.format("outside of")}


def test_boxed_tokens_are_values_that_compose():
    assert [str(tokens) for tokens in (INSIDE, BACKGROUND, INSIDE - DEAD)] == [
        "INSIDE",
        "BACKGROUND",
        "INSIDE & ~DEAD",
    ]
    assert needs_boxes(IMAGE.like(INSIDE))
    assert needs_boxes(~BACKGROUND & DEAD)
    assert not needs_boxes(IMAGE - DEAD)
