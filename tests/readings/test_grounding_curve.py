"""Grounding over depth: what a plain walk over tokens, boxes and words says, and whose labels are asked."""

from dataclasses import replace

import pytest
import torch

from vtmetrics import (
    DONOR,
    EMBEDS,
    HEAD,
    IMAGE,
    INSIDE,
    NOISE,
    PLAIN,
    Box,
    Model,
    grounding,
    lens,
    share,
    truncate,
)
from vtmetrics.engine.token_places import centres
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block
from vtmetrics.readings.lens_curve import rows_found


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@pytest.fixture(scope="module")
def found(net_and_processor, scenes):
    """Of each scene the middle of its image tokens, and the words that they find at each layer, as texts."""
    net, processor = net_and_processor
    texts = [processor.tokenizer.decode([token]).strip() for token in range(net.lm_head.out_features)]
    told = {}
    for scene in scenes:
        runs = Block(net, processor, [encode(processor, scene)])
        (rows,) = rows_found(runs, PLAIN, IMAGE, HEAD, 40)
        spoken = [[{texts[row] for row in layer} for layer in token] for token in rows.tolist()]
        told[scene.id] = centres(net, processor, scene).tolist(), spoken
    return told


def lies_in(place, box):
    return box.left <= place[0] < box.right and box.top <= place[1] < box.bottom


def plainly(scene, places, spoken, needed, whose):
    """Layer by layer, one token and box after the other; labels of another picture each by itself."""
    least = 1 if needed == "any" else 2
    test = any if needed == "any" else all
    curve = []
    for layer in range(len(spoken[0])):
        shares = []
        for box in scene.donor.boxes if whose else [None]:
            told = []
            for place, words in zip(places, spoken, strict=True):
                mine = [one for one in scene.boxes if lies_in(place, one)]
                asked = [one for one in mine if len(one.label.split()) >= least]
                if whose:
                    asked = [box] if mine and box.label not in {one.label for one in mine} else []
                if asked:
                    hits = [test(word in words[layer] for word in one.label.split()) for one in asked]
                    told.append(any(hits))
            shares += [sum(told) / len(told)] if told else []
        curve.append(sum(shares) / len(shares))
    return curve


@pytest.mark.parametrize("whose", [None, DONOR])
@pytest.mark.parametrize("needed", ["any", "both"])
def test_what_is_grounded_is_what_a_plain_walk_finds(model, scenes, found, needed, whose):
    told = model.observe(scenes, grounding(needed, HEAD, k=40, whose=whose))
    assert (told.kind, told.range) == ("number", (0.0, 1.0))
    assert told.values
    for scene in scenes:
        if scene.id in told.values:
            wanted = plainly(scene, *found[scene.id], needed, whose)
            assert told.values[scene.id] == pytest.approx(wanted)
    assert {scene.id for scene in scenes} == told.values.keys() | told.excluded.keys()


def test_who_finds_every_row_finds_every_label(model, scenes):
    for needed in ("any", "both"):
        everything = model.observe(scenes[:3], grounding(needed, HEAD, k=10_000))
        assert all((curve == 1).all() for curve in everything.values.values())


def test_one_box_around_everything_asks_all_tokens(model, scenes):
    """Then the tokens in boxes that find the label are those of the image that name it."""
    wide = replace(scenes[0], id="wide", boxes=(Box("red circle", 0, 0, 500, 500),))
    assert model.observe([wide], share(INSIDE)).values == {"wide": 1.0}
    grounded = model.observe([wide], grounding("any", HEAD, k=30))
    named = model.observe([wide], lens("named", IMAGE, HEAD, k=30))
    assert grounded.values["wide"] == pytest.approx(named.values["wide"])


def test_labels_that_are_the_scenes_own_are_no_other_ones(model, scenes):
    """Of a donor with the same labels nothing can be asked."""
    same = replace(scenes[0], id="same", donor=replace(scenes[0], id="other", donor=None))
    told = model.observe([same], grounding("any", EMBEDS, whose=DONOR))
    if len({box.label for box in same.boxes}) == 1:
        assert "same" in told.excluded
    one = replace(same, boxes=same.boxes[:1], donor=replace(same.donor, boxes=same.boxes[:1]))
    told = model.observe([one], grounding("any", EMBEDS, whose=DONOR))
    assert "there is no token" in told.excluded["same"]


def test_scenes_without_boxes_words_or_donors_are_left_out(model, scenes):
    bare = replace(scenes[0], id="bare", boxes=())
    assert set(model.observe([bare], grounding()).excluded.values()) == {
        "no image token is known to be in a box of the scene"
    }
    odd = replace(scenes[0], id="odd", boxes=(Box("zyzzyva", 0, 0, 500, 500),))
    assert model.observe([odd], grounding()).excluded["odd"] == (
        "no label of the scene has 1 of its words in the vocabulary"
    )
    short = replace(scenes[0], id="short", boxes=(Box("circle", 0, 0, 500, 500),))
    assert model.observe([short], grounding("both")).excluded["short"] == (
        "no label of the scene has 2 of its words in the vocabulary"
    )
    alone = replace(scenes[0], id="alone", donor=None)
    assert model.observe([alone], grounding(whose=DONOR)).missing["alone"] == "the scene has no donor"


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ValueError, match="a token finds any or both of a label, not 'all'"):
        grounding("all")
    with pytest.raises(ValueError, match="its DONOR's, not those of NOISE"):
        grounding(whose=NOISE)
    with pytest.raises(ValueError, match="at least one nearest row, not 0"):
        grounding(k=0)
    assert str(grounding("both", HEAD, 3, DONOR)) == "grounding('both', HEAD, k=3, whose=DONOR):1"
    assert str(grounding()) == "grounding('any', EMBEDS, k=5):1"


def test_an_edit_is_one_run_of_its_own(model, scenes):
    """Tokens are looked at as the edited run has them."""
    whole, cut = model.sweep(PLAIN, truncate(2)).observe(scenes[:2], grounding("any", HEAD, k=20))
    for scene, curve in cut.values.items():
        assert torch.equal(torch.tensor(curve[:3]), torch.tensor(whole.values[scene][:3]))
        assert len(set(curve[2:])) == 1
