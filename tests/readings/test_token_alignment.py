"""Alignment: against states that plain hooks keep, in the layers where both are."""

import dataclasses

import numpy as np
import pytest
import torch

from vtmetrics import DONOR, FIRST, IMAGE, NOISE, PLAIN, QUESTION, TEXT, Model, alignment, truncate
from vtmetrics.edits.edit import freeze, window
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.edits.tokens_near_first import near_first
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import centroid_cosine, cosine_rank, nearest_cosine
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.token_alignment import ALIGNMENTS

WORDS = TEXT - FIRST
FEW = IMAGE.sample(0.3, seed=1)


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def kept(net_and_processor, scene):
    """The states before each layer and between its halves, in order, and which tokens are which."""
    net, processor = net_and_processor
    row = encode(processor, scene)
    decoder = net.get_decoder()
    seen = []
    places = [part for layer in decoder.layers for part in (layer, layer.post_attention_layernorm)]

    def take(_, args, given):
        seen.append((args[0] if args else given["hidden_states"])[0])

    hooks = [part.register_forward_pre_hook(take, with_kwargs=True) for part in (*places, decoder.norm)]
    with torch.no_grad():
        net(**row.inputs)
    for hook in hooks:
        hook.remove()
    return seen, row.masks


@pytest.mark.parametrize("metric", ALIGNMENTS)
def test_both_are_looked_at_in_the_same_layer(model, scenes, net_and_processor, metric):
    found = model.observe(scenes[:3], alignment(metric, WORDS, IMAGE))
    between = model.observe(scenes[:3], alignment(metric, WORDS, IMAGE, steps="sublayers"))

    for scene in scenes[:3]:
        states, masks = kept(net_and_processor, scene)
        words = (masks["system"] | masks["question"]) & ~masks["first"]
        expected = [ALIGNMENTS[metric](layer[words], layer[masks["image"]]) for layer in states]
        assert len(states) == 2 * model.layers + 1
        assert between.values[scene.id] == pytest.approx(np.array(expected), abs=1e-4)
        assert found.values[scene.id] == pytest.approx(np.array(expected[::2]), abs=1e-4)


def test_a_rank_is_one_among_the_image(model, scenes, net_and_processor):
    """By definition the nearest come first in the layer in which they are that."""
    found = model.observe(scenes[:3], alignment("rank", near_first(3, at=2), FIRST))
    for scene in scenes[:3]:
        states, masks = kept(net_and_processor, scene)
        image, first = masks["image"], masks["first"]
        near = torch.tensor([nearest_cosine(x[None], states[4][first]) for x in states[4][image]])
        chosen = torch.zeros(len(near), dtype=torch.bool).index_fill(0, near.topk(3).indices, value=True)
        expected = [cosine_rank(layer[image], layer[first], chosen) for layer in states[::2]]
        assert found.values[scene.id] == pytest.approx(np.array(expected), abs=1e-6)
        assert found.values[scene.id][2] == pytest.approx(1 / (len(near) - 1))


def test_others_may_be_those_of_the_donor(model, scenes, net_and_processor):
    for steps, step in (("layers", 2), ("sublayers", 1)):
        found = model.observe(scenes[:3], alignment("centroid", IMAGE, WORDS, whose=DONOR, steps=steps))
        for scene in scenes[:3]:
            (own, masks), (theirs, others) = (kept(net_and_processor, one) for one in (scene, scene.donor))
            words = (others["system"] | others["question"]) & ~others["first"]
            expected = [
                centroid_cosine(mine[masks["image"]], other[words])
                for mine, other in zip(own[::step], theirs[::step], strict=True)
            ]
            assert found.values[scene.id] == pytest.approx(np.array(expected), abs=1e-5)


def test_the_first_token_is_the_same_in_every_picture(model, scenes):
    """What precedes an image knows nothing of it."""
    own, other = (
        model.observe(scenes[:2], alignment("cosine", IMAGE, FIRST, whose=whose)) for whose in (None, DONOR)
    )
    for scene in own.values:
        assert own.values[scene] == pytest.approx(other.values[scene], abs=1e-5)
    changed = model.observe(scenes[:2], alignment("cosine", FIRST, QUESTION, whose=DONOR))
    same = model.observe(scenes[:2], alignment("cosine", FIRST, QUESTION))
    assert all(changed.values[scene][-1] != same.values[scene][-1] for scene in same.values)


def test_a_gate_acts_between_the_halves(model, scenes):
    """Where the second feed-forward network leaves tokens alone, they come out of it as they went in."""
    reading = alignment("cosine", FEW, IMAGE - FEW, steps="sublayers")
    edits = PLAIN, freeze(IMAGE, attention=False, first=1, last=2)
    plain, frozen = model.sweep(*edits).observe(scenes[:2], reading)
    for scene, curve in frozen.values.items():
        assert curve[:4] == pytest.approx(plain.values[scene][:4], abs=1e-6)
        assert curve[4] == pytest.approx(curve[3], abs=1e-6)
        assert plain.values[scene][4] != pytest.approx(plain.values[scene][3], abs=1e-6)


def test_tokens_that_left_are_as_they_left_and_nowhere_inside_of_layers(model, scenes):
    gone = model.observe(scenes[:2], alignment("cosine", IMAGE, FIRST), truncate(2))
    assert len(gone.values) == 2
    inside = model.observe(scenes[:2], alignment("cosine", IMAGE, FIRST, steps="sublayers"), window(2, 4))
    told = f"undefined at 2 of {2 * model.layers + 1} layers: there is no token"
    assert set(inside.excluded.values()) == {told}


def test_an_alignment_to_nothing_leaves_the_scene_out(model, scenes):
    none = QUESTION.sample(0)
    alone = dataclasses.replace(scenes[0], id="alone", donor=None)
    nothing = model.observe(scenes[:2], alignment("balance", IMAGE, none))
    picked = model.observe(scenes[:2], alignment("cosine", dominant(1.0), FIRST))
    theirs = model.observe([alone, *scenes[1:2]], alignment("centroid", IMAGE, dominant(1.0), whose=DONOR))

    told = f"undefined at {model.layers + 1} of {model.layers + 1} layers: there is no token"
    assert set(nothing.excluded.values()) == {told}
    dead = "no cluster of image tokens is dominant: none is dead"
    assert set(picked.excluded.values()) == {dead}
    assert theirs.excluded == {"alone": "the scene has no donor", scenes[1].id: dead}


def test_what_is_no_alignment_is_refused(model, scenes):
    with pytest.raises(ValueError, match=r"one of cosine, .*explained or rank, got 'beauty'"):
        alignment("beauty", IMAGE, FIRST)
    with pytest.raises(ValueError, match="the scene's own or its DONOR's, not those of NOISE"):
        alignment("cosine", IMAGE, FIRST, whose=NOISE)
    with pytest.raises(ValueError, match="steps are layers or sublayers, not 'halves'"):
        alignment("cosine", IMAGE, FIRST, steps="halves")
    with pytest.raises(ValueError, match="another picture's tokens are seen in a plain run"):
        model.observe(scenes[:1], alignment("cosine", IMAGE, FIRST, whose=DONOR), truncate(2))
    told = "alignment('rank', IMAGE, FIRST, whose=DONOR, steps='sublayers'):1"
    assert str(alignment("rank", IMAGE, FIRST, whose=DONOR, steps="sublayers")) == told
