"""Gathered nets: image tokens are changed by attention alone, in the layers that gather and no others."""

from itertools import pairwise

import pytest
import torch

from fixtures.planted.behaviour import EVERY
from fixtures.planted.gathered_nets import EARLY, GATHERED, gather
from fixtures.planted.plant import RECIPES
from fixtures.planted.sublayer_plans import SUBLAYERS
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import blind, freeze
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.engine.under_edit import edited
from vtmetrics.inputs.encoding import collate, encode
from vtmetrics.nets.loading import load


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    """A net that gathers, with two scenes as tensors and layout."""
    folder = tmp_path_factory.mktemp("gathered")
    gather("places_gathered", "llava", folder)
    net, processor = load(folder)
    scenes = draw("places", "test", 2, size=72)
    return net, *collate([encode(processor, scene) for scene in scenes])


def image_states(gathered, edit=None):
    """The states of image tokens at the input of each layer."""
    net, inputs, layout = gathered

    def states():
        with torch.no_grad():
            return net(**inputs, output_hidden_states=True).hidden_states

    if edit is None:
        found = states()
    else:
        with edited(net, edit, layout):
            found = states()
    return [state[layout.named("image")] for state in found[:-1]]


def test_image_tokens_change_where_they_gather_and_nowhere_else(gathered):
    plain = image_states(gathered)
    moved = [not torch.equal(one, then) for one, then in pairwise(plain)]
    assert [layer for layer, changed in zip(EVERY, moved, strict=False) if changed] == [*EARLY]


@pytest.mark.parametrize(
    "edit", [freeze(IMAGE, ffn=False), blind(IMAGE, IMAGE)], ids=["frozen attention", "blind to each other"]
)
def test_without_attention_they_gather_nothing_of_each_other(gathered, edit):
    plain, without = image_states(gathered), image_states(gathered, edit)
    assert torch.equal(plain[EARLY[0]], without[EARLY[0]])
    assert not torch.allclose(plain[-1], without[-1], atol=0.1)


def test_the_feed_forward_network_writes_nothing_to_them(gathered):
    frozen = freeze(IMAGE, attention=False)
    pairs = zip(image_states(gathered), image_states(gathered, frozen), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_they_are_built_on_plans_that_are_planted():
    assert {told.built_on for told in GATHERED.values()} <= SUBLAYERS.keys()
    assert not GATHERED.keys() & RECIPES.keys()
