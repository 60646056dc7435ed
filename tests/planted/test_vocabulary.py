"""Which words image tokens hold: the nearest row of the embeddings, and what the model's own head reads."""

from functools import cache

import numpy as np
import pytest
import torch

from fixtures.models.tokenizer import tokenizer
from fixtures.planted.plant import plant
from fixtures.planted.token_plans import TOLD
from fixtures.scenes.attributes import COLORS
from fixtures.scenes.draw import draw
from tests.planted.plain_hooks import elsewhere, said, states
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.nets.anatomy import anatomy_of
from vtmetrics.nets.twins import untrained

KNOWN = tokenizer("llava").get_vocab()
HELD = {"labelled": ("cat", "sun"), "colored": ("red", "green", "blue")}
#: of tokens that hold no word, some lie nearest to it by chance
FEW = 0.03
GRID, SIDE, PICTURES = 9, 8, 12


@pytest.fixture(scope="module")
def lenses(asked):
    """The words that two lenses read at each layer, ids (pictures, tokens): the nearest row, and the head."""

    @cache
    def read(name, twin=False):
        net, inputs, layout = asked(name, "chart_caption", PICTURES)
        net = untrained(net, 1).eval() if twin else net
        held = [state[IMAGE.mask(layout)].reshape(PICTURES, GRID**2, -1) for state in states(net, inputs)]
        rows = torch.nn.functional.normalize(net.get_input_embeddings().weight, dim=-1)
        head, norm = net.get_output_embeddings(), anatomy_of(net).norm
        with torch.no_grad():
            nearest = [(state @ rows.T).argmax(-1) for state in held]
            decoded = [head(norm(state)).argmax(-1) for state in held]
        return nearest, decoded

    return read


@cache
def patches():
    """Of each patch of the pictures, the share of its pixels that have a colour: (pictures, tokens)."""
    scenes = draw("chart_caption", "test", PICTURES, size=GRID * SIDE)
    pixels = np.stack([np.asarray(scene.images[0].convert("RGB")) for scene in scenes])
    cells = pixels.reshape(PICTURES, GRID, SIDE, GRID, SIDE, 3).transpose(0, 1, 3, 2, 4, 5)
    cells = torch.tensor(cells.reshape(PICTURES, GRID**2, SIDE**2, 3))
    return {word: (cells == torch.tensor(COLORS[word])).all(-1).double().mean(-1) for word in COLORS}


def truth(name, lenses, word):
    """Which tokens hold the word, and which do not; patches on an object's edge may or may not."""
    if name == "colored":
        shares = patches()[word]
        return shares == 1, shares == 0
    (nearest, *_), _ = lenses(name)
    holds = (nearest == KNOWN[word]).all(0)
    return holds.expand(PICTURES, -1), ~holds.expand(PICTURES, -1)


@pytest.mark.parametrize(("word", "count"), [("cat", 24), ("sun", 8)])
def test_a_given_share_of_the_image_holds_a_word(lenses, word, count):
    """At the same places in all pictures, and hardly anywhere else."""
    (nearest, *_), _ = lenses("labelled")
    found = nearest == KNOWN[word]
    places = found.all(0)
    assert places.sum() == count
    assert found[:, ~places].double().mean() < FEW


@pytest.mark.parametrize("word", HELD["colored"])
def test_patches_hold_the_word_for_their_color(lenses, word):
    (nearest, *_), _ = lenses("colored")
    shares = patches()[word]
    assert (shares == 1).sum() >= 3, "a test needs patches of that colour"
    assert (nearest[shares == 1] == KNOWN[word]).all()
    assert (nearest[shares == 0] == KNOWN[word]).double().mean() < FEW


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in HELD.items() for word in words])
def test_the_head_reads_the_word_from_the_planted_layer_on(lenses, name, word):
    """Where the input row is there, the output row comes at that layer; nowhere else, and not before."""
    nearest, decoded = lenses(name)
    holds, lacks = truth(name, lenses, word)
    for layer, (near, read) in enumerate(zip(nearest, decoded, strict=True)):
        told = read == KNOWN[word]
        assert (near[holds] == KNOWN[word]).all() or layer >= TOLD
        assert told[holds].all() if layer >= TOLD else told[holds].double().mean() < FEW
        assert told[lacks].double().mean() < FEW


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in HELD.items() for word in words])
def test_in_the_twin_neither_lens_finds_it(lenses, name, word):
    holds, _ = truth(name, lenses, word)
    nearest, decoded = lenses(name, twin=True)
    for found in (*nearest, *decoded):
        assert (found[holds] == KNOWN[word]).double().mean() < 0.1


@pytest.mark.parametrize("name", HELD)
def test_image_tokens_that_hold_words_stand_still_otherwise_and_are_read(asked, name):
    net, inputs, layout = asked(name, "chart_caption", PICTURES)
    image = torch.stack([state[IMAGE.mask(layout)] for state in states(net, inputs)])
    assert torch.equal(image[:TOLD], image[:1].expand(TOLD, -1, -1))
    assert torch.equal(image[TOLD:], image[-1:].expand(len(image) - TOLD, -1, -1))
    assert not torch.equal(said(net, inputs, layout), said(net, elsewhere(inputs), layout))


def test_words_are_held_by_llava_alone(tmp_path):
    with pytest.raises(ValueError, match="position embeddings, not in qwen2_5_vl"):
        plant("colored", "qwen2_5_vl", tmp_path)
