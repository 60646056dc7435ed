"""Affinity: how near image tokens at the input are to words at every layer."""

import numpy as np
import pytest
import torch

from vtmetrics import FIRST, IMAGE, PLAIN, QUESTION, TEXT, Model, affinity, over_depth, truncate
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import nearest_cosine
from vtmetrics.nets.spec import Spec

WORDS = TEXT - FIRST


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def test_an_affinity_compares_the_entering_image_with_the_words_of_each_layer(
    model, scenes, net_and_processor
):
    net, processor = net_and_processor
    scores = model.observe(scenes[:3], affinity("cosine", IMAGE, WORDS))

    for scene in scenes[:3]:
        row = encode(processor, scene)
        with torch.no_grad():
            states = net(**row.inputs, output_hidden_states=True).hidden_states[:-1]  # the last is normed
        words = (row.masks["system"] | row.masks["question"]) & ~row.masks["first"]
        expected = [nearest_cosine(states[0][0, row.masks["image"]], layer[0, words]) for layer in states]
        assert scores.values[scene.id][:-1] == pytest.approx(np.array(expected), abs=1e-5)


def test_how_much_longer_words_are_is_a_difference_of_their_norms(model, scenes):
    longer = model.observe(scenes[:3], affinity("longer", IMAGE, WORDS))
    image, words = (model.observe(scenes[:3], over_depth("norm_median_log", some)) for some in (IMAGE, WORDS))

    for scene, curve in longer.values.items():
        assert curve == pytest.approx(words.values[scene] - image.values[scene][0], abs=1e-6)


def test_words_that_never_saw_the_image_are_compared_with_it(model, scenes):
    """The image enters the same; words differ from the first layer on."""
    blind, plain = model.sweep(truncate(0), PLAIN).observe(scenes[:3], affinity("cosine", IMAGE, WORDS))

    for scene in blind.values:
        assert blind.values[scene][0] == pytest.approx(plain.values[scene][0], abs=1e-6)
        assert not np.allclose(blind.values[scene][1:], plain.values[scene][1:], atol=1e-4)


def test_an_affinity_to_nothing_leaves_the_scene_out(model, scenes):
    nothing = model.observe(scenes[:2], affinity("cosine", IMAGE, QUESTION.sample(0)))
    picked = model.observe(scenes[:2], affinity("cosine", dominant(1.0), WORDS))

    assert set(nothing.excluded.values()) == {"there is no token"}
    assert set(picked.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}
    with pytest.raises(ValueError, match="an affinity is one of cosine, longer, got 'beauty'"):
        affinity("beauty", IMAGE, WORDS)
    assert str(affinity("cosine", IMAGE, WORDS)) == f"affinity('cosine', IMAGE, {WORDS}):1"


def test_the_first_token_is_one_of_the_text(model, scenes):
    everyone, others = (model.observe(scenes[:2], over_depth("norm_mean", some)) for some in (TEXT, WORDS))
    assert all(not np.allclose(everyone.values[scene], others.values[scene]) for scene in everyone.values)
