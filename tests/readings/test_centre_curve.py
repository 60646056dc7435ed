"""Centres over depth: the mean cosine with a mean, token by token, in states that were kept."""

import pytest
import torch

from vtmetrics import FIRST, IMAGE, TEXT, VOCABULARY, Model, clustered, towards
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.spec import Spec

WORDS = TEXT - FIRST


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@pytest.fixture(scope="module")
def kept(net_and_processor, scenes):
    """The states of all layers' inputs in a plain run of each scene alone, with its layout."""
    net, processor = net_and_processor
    found = {}
    for scene in scenes[:3]:
        row = encode(processor, scene)
        with torch.no_grad():
            states = net(**row.inputs, output_hidden_states=True).hidden_states[:-1]
        found[scene.id] = torch.stack(states)[:, 0].double(), row.masks
    return found


def plainly(tokens, middle):
    """One token after the other."""
    cosines = [torch.dot(token, middle) / token.norm() / middle.norm() for token in tokens]
    return float(sum(cosines) / len(cosines))


def test_tokens_are_compared_with_the_mean_of_others_layer_by_layer(model, scenes, kept):
    own, words = (model.observe(scenes[:3], towards(IMAGE, centre)) for centre in (IMAGE, WORDS))
    assert (own.kind, own.range) == ("number", (-1.0, 1.0))
    for scene, (states, masks) in kept.items():
        image = masks["image"]
        text = (masks["system"] | masks["question"]) & ~masks["first"]
        for found, which in ((own, image), (words, text)):
            wanted = [plainly(layer[image], layer[which].mean(0)) for layer in states]
            assert found.values[scene][: len(wanted)] == pytest.approx(wanted, abs=1e-5)
            assert len(found.values[scene]) == model.layers + 1


def test_the_vocabulary_has_the_mean_of_rows_that_differ(model, scenes, kept, net_and_processor):
    """Rows that repeat another one count once."""
    found = model.observe(scenes[:3], towards(IMAGE, VOCABULARY))
    rows = net_and_processor[0].get_input_embeddings().weight.double().unique(dim=0)
    middle = rows[(rows != 0).any(1)].mean(0).detach()
    for scene, (states, masks) in kept.items():
        assert found.values[scene][0] == pytest.approx(plainly(states[0][masks["image"]], middle), abs=1e-5)


def test_a_cluster_is_alike_and_one_token_is_its_own_mean(model, scenes):
    alike = model.observe(scenes, towards(clustered(0.9, 0), clustered(0.9, 0)))
    assert all(curve[0] > 0.9 for curve in alike.values.values())
    alone = model.observe(scenes[:2], towards(IMAGE.sample(1), IMAGE.sample(1)))
    assert all(curve == pytest.approx(1) for curve in alone.values.values())


def test_scenes_without_such_tokens_are_left_out(model, scenes):
    none = dominant(1.0)
    for reading in (towards(none, none), towards(IMAGE, none), towards(none, VOCABULARY)):
        why = set(model.observe(scenes[:2], reading).excluded.values())
        assert why == {"no cluster of image tokens is dominant: none is dead"}
    nothing = model.observe(scenes[:2], towards(IMAGE.sample(0), VOCABULARY))
    assert all("0" in why or "no " in why for why in nothing.excluded.values())


def test_readings_have_one_text_each():
    assert str(towards(IMAGE, VOCABULARY)) == "towards(IMAGE, VOCABULARY):1"
    assert str(towards(IMAGE, WORDS)) == f"towards(IMAGE, {WORDS}):1"
