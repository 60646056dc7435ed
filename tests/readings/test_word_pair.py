"""Words of two images: the row nearest to a kind of tokens, and which tokens it finds."""

from dataclasses import replace

import pytest
import torch

from vtmetrics import DEAD, IMAGE, Model, clustered, prune, word_across
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import anchor_clusters
from vtmetrics.nets.anatomy import anatomy_of
from vtmetrics.nets.loading import load
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block

LARGEST = clustered(0.9, 0)


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def nearest(net, states, k):
    """The rows of the input embeddings of largest cosine, among those that differ from zero."""
    table = net.get_input_embeddings().weight
    cosines = torch.nn.functional.cosine_similarity(states[:, None], table[None], dim=-1)
    return cosines.topk(k).indices


@torch.no_grad()
def test_words_are_those_that_a_plain_product_finds(model, scenes, net_and_processor):
    """Which tokens are of the kind is seen in each image by itself."""
    net, processor = net_and_processor
    same = model.observe(scenes, word_across("same", LARGEST))
    finds = model.observe(scenes, word_across("finds", LARGEST, k=3))
    assert (same.kind, finds.kind) == ("share", "number")
    for scene in scenes:
        rows = [encode(processor, one) for one in (scene, scene.donor)]
        both = [Block(net, processor, [row]).entering(IMAGE)[0] for row in rows]
        kinds = [anchor_clusters(held, tau=0.9) == 0 for held in both]
        means = [held[kind].mean(0) for held, kind in zip(both, kinds, strict=True)]
        own, word = (int(nearest(net, mean[None], 1)) for mean in means)
        assert same.values[scene.id] == float(own == word)
        found = (nearest(net, both[0], 3) == word).any(1)
        dice = 2 * (found & kinds[0]).sum() / (found.sum() + kinds[0].sum())
        assert finds.values[scene.id] == pytest.approx(float(dice))


@torch.no_grad()
def test_where_all_tokens_hold_one_row_it_finds_all_of_them(directory, scenes):
    net, processor = load(str(directory), dtype="float32", device="cpu", attention="sdpa")
    bridge = anatomy_of(net).bridges[0]
    bridge.weight.zero_()
    bridge.bias.copy_(net.get_input_embeddings().weight[40])
    held = Model.of(net, processor)
    assert set(held.observe(scenes, word_across("same", DEAD)).values.values()) == {1.0}
    assert set(held.observe(scenes, word_across("finds", DEAD, k=1)).values.values()) == {1.0}
    bridge.bias.zero_()
    nowhere = Model.of(net, processor, "zero").observe(scenes[:2], word_across("same", IMAGE))
    assert set(nowhere.excluded.values()) == {
        "the mean of such tokens has no direction, and so no nearest word"
    }


def test_an_image_without_a_kind_or_a_donor_is_left_out(model, scenes):
    alone = replace(scenes[0], id="alone", donor=None)
    found = model.observe([alone, *scenes[1:3]], word_across("same", IMAGE))
    assert found.excluded == {"alone": "the scene has no donor"}
    assert len(found.values) == 2
    none = model.observe(scenes[:2], word_across("finds", dominant(1.0)))
    assert set(none.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}


def test_what_cannot_be_asked_is_refused(model, scenes):
    with pytest.raises(ValueError, match=r"not under truncate\(0, DEAD\)"):
        model.observe(scenes[:1], word_across("same", DEAD), prune(DEAD))
    with pytest.raises(ValueError, match="of a word it is asked if it is the same or finds"):
        word_across("like", DEAD)
    with pytest.raises(ValueError, match="at least one nearest row, not 0"):
        word_across("same", DEAD, k=0)
    assert str(word_across("finds", DEAD)) == "word_across('finds', DEAD, k=3):1"
