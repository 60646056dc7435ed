"""Attention: what words give to the image, against maps of eager attention."""

import numpy as np
import pytest
import torch

from vtmetrics import (
    ALL,
    IMAGE,
    PLAIN,
    QUESTION,
    READOUT,
    SYSTEM,
    Model,
    attended,
    attention,
    blind,
    truncate,
)
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.loading import load
from vtmetrics.nets.spec import Spec

HALF = IMAGE.sample(0.5, seed=1)


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@pytest.fixture(scope="module")
def eager(directory):
    return load(str(directory), dtype="float32", device="cpu", attention="eager")


def maps(eager, scene):
    """Every layer's map (heads, S, S), and which tokens are which, of one scene alone."""
    net, processor = eager
    row = encode(processor, scene)
    with torch.no_grad():
        given = net(**row.inputs, output_attentions=True).attentions
    return [layer[0].double() for layer in given], row.masks


@pytest.mark.parametrize("by", ["question", "readout"])
def test_shares_are_those_of_eager_maps(model, eager, scenes, by):
    """Of the image, how much goes to half of it; of everything, how much goes to the image."""
    asked = {"question": QUESTION, "readout": READOUT}[by]
    of_all = model.observe(scenes[:3], attention(IMAGE, of=ALL, by=asked))
    of_image = model.observe(scenes[:3], attention(attended(3, at=2), by=asked))

    for scene in scenes[:3]:
        layers, masks = maps(eager, scene)
        image = masks["image"]
        seen = layers[1][:, masks["readout"]][:, :1].mean((0, 1)).where(image, -1.0)
        few = torch.zeros_like(image).index_fill(0, seen.topk(3).indices, value=True)
        given = [layer[:, masks[by]].sum((0, 1)) for layer in layers]
        assert of_all.values[scene.id] == pytest.approx(
            [float(each[image].sum() / each.sum()) for each in given], abs=1e-6
        )
        if by == "question":
            assert of_image.values[scene.id] == pytest.approx(
                [float(each[few].sum() / each[image].sum()) for each in given], abs=1e-6
            )


def test_shares_of_parts_add_up(model, scenes):
    parts = [model.observe(scenes, attention(some)) for some in (HALF, IMAGE - HALF, IMAGE)]
    for scene in scenes:
        half, rest, whole = (part.values[scene.id] for part in parts)
        assert half + rest == pytest.approx(whole)
        assert whole == pytest.approx(np.ones(len(whole)))
    assert (parts[0].kind, parts[0].range) == ("share", (0.0, 1.0))


def test_what_is_not_read_has_no_share(model, scenes):
    """Of an image that is gone, or that words are blind to, nothing can be shared out."""
    gone = model.observe(scenes[:2], attention(HALF), truncate(2))
    hidden = model.observe(scenes[:2], attention(HALF), blind(QUESTION | READOUT, IMAGE, first=2))
    left = model.layers - 2
    for found in (gone, hidden):
        assert set(found.excluded.values()) == {
            f"undefined at {left} of {model.layers} layers: no attention is given to these tokens"
        }
    words = model.observe(scenes[:2], attention(IMAGE, of=ALL), blind(QUESTION | READOUT, IMAGE, first=2))
    assert all(curve[2:] == pytest.approx(0) for curve in words.values.values())
    assert all(curve[:2].min() > 0 for curve in words.values.values())


def test_an_empty_set_has_no_share_and_excludes_nobody(model, scenes):
    none = model.observe(scenes[:2], attention(dominant(1.0)))
    assert all(not curve.any() for curve in none.values.values())
    assert len(none.values) == 2
    of_none = model.observe(scenes[:2], attention(SYSTEM, of=dominant(1.0)))
    assert set(of_none.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}


def test_a_reading_has_a_text():
    assert str(attention(HALF)) == f"attention({HALF}, of=IMAGE, by=QUESTION):1"
    assert PLAIN.named
    assert attention(IMAGE).bundle.names == (str(attention(IMAGE)),)
