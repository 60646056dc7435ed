"""Lenses over depth: the rows that a plain product finds in states that were kept, and whose they are."""

import copy
import math
from dataclasses import replace

import pytest
import torch

from vtmetrics import DONOR, EMBEDS, HEAD, IMAGE, NOISE, PLAIN, QUESTION, Box, Model, lens, truncate
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block
from vtmetrics.readings.lens_curve import RowsBundle


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@pytest.fixture(scope="module")
def kept(net_and_processor, scenes):
    """The image's states (L + 1, n, D) in a plain run of each scene, the last not normed."""
    net, processor = net_and_processor
    found = {}
    for scene in scenes[:3]:
        row = encode(processor, scene)
        last = []
        hook = net.get_decoder().norm.register_forward_pre_hook(
            lambda _, args, last=last: last.append(args[0])
        )
        with torch.no_grad():
            states = net(**row.inputs, output_hidden_states=True).hidden_states[:-1]
        hook.remove()
        found[scene.id] = torch.stack([*states[: len(net.get_decoder().layers)], *last])[
            :, 0, row.masks["image"]
        ]
    return found


def scores(net, states, through):
    """Of every row of the vocabulary, at once."""
    if through == EMBEDS:
        table = net.get_input_embeddings().weight
        return torch.nn.functional.cosine_similarity(states[..., None, :], table, dim=-1)
    with torch.no_grad():
        return net.lm_head(net.get_decoder().norm(states))


def spelled(tokenizer, scene, whose=None):
    """Ids of every word of the labels, or of those of the donor's that are not its own."""
    said, others = ({word for box in one.boxes for word in box.label.split()} for one in (scene, scene.donor))
    said = others - said if whose else said
    texts = [tokenizer.decode([token]).strip().casefold() for token in range(len(tokenizer))]
    return [[token for token, text in enumerate(texts) if text == word] for word in sorted(said)]


@pytest.mark.parametrize("whose", [None, DONOR])
@pytest.mark.parametrize("through", [EMBEDS, HEAD])
def test_what_tokens_find_is_what_a_plain_product_finds(
    model, net_and_processor, scenes, kept, through, whose
):
    net, processor = net_and_processor
    recalled = model.observe(scenes[:3], lens("recalled", IMAGE, through, k=3, whose=whose))
    named = model.observe(scenes[:3], lens("named", IMAGE, through, k=3, whose=whose))
    for scene in scenes[:3]:
        labels = spelled(processor.tokenizer, scene, whose)
        assert all(labels)
        top = scores(net, kept[scene.id], through).topk(3).indices
        hits = torch.stack([torch.isin(top, torch.tensor(label)).any(-1) for label in labels])
        assert recalled.values[scene.id] == pytest.approx(hits.any(2).double().mean(0).numpy())
        assert named.values[scene.id] == pytest.approx(hits.any(0).double().mean(1).numpy())


@torch.no_grad()
def test_the_head_reads_what_the_norm_weighs(net_and_processor, scenes):
    """Of an untrained net the norm changes no order; here some coordinates count more than others."""
    net, processor = copy.deepcopy(net_and_processor[0]), net_and_processor[1]
    weights = net.get_decoder().norm.weight
    weights.copy_(torch.randn(weights.shape, generator=torch.Generator().manual_seed(0)).exp())
    row = encode(processor, scenes[0])
    told = RowsBundle(IMAGE, HEAD, 3).read(Block(net, processor, [row]), PLAIN)
    found = {name: read.value for name, _, read in told}[str(lens("named", IMAGE, HEAD, k=3))]
    states = net(**row.inputs, output_hidden_states=True).hidden_states[:-1]
    layers = torch.stack(states[: len(found)])[:, 0, row.masks["image"]]
    top = scores(net, layers, HEAD).topk(3).indices
    labels = torch.tensor([token for label in spelled(processor.tokenizer, scenes[0]) for token in label])
    wanted = torch.isin(top, labels).any(-1).double().mean(1)
    assert list(found[: len(wanted)]) == pytest.approx(wanted.tolist())


def test_own_labels_and_those_of_another_picture_are_not_the_same(model, scenes):
    """Over some scenes they differ, and looking for them is one run."""
    own, other = (model.observe(scenes, lens("recalled", IMAGE, HEAD, 60, whose)) for whose in (None, DONOR))
    assert any((own.values[scene.id] != other.values[scene.id]).any() for scene in scenes)
    assert (own.kind, own.range) == ("share", (0.0, 1.0))


@pytest.mark.parametrize("through", [EMBEDS, HEAD])
def test_words_are_nearest_rows_of_letters(model, net_and_processor, scenes, kept, through):
    """The nearest alone counts, whatever the picture shows; single letters and signs are no words."""
    net, processor = net_and_processor
    pieces = processor.tokenizer.convert_ids_to_tokens(range(len(processor.tokenizer)))
    found = model.observe(scenes[:3], lens("words", IMAGE, through, k=4))
    for scene in scenes[:3]:
        first = scores(net, kept[scene.id], through).argmax(-1)
        said = [[pieces[row].isalpha() and len(pieces[row]) > 1 for row in layer] for layer in first.tolist()]
        assert found.values[scene.id] == pytest.approx(torch.tensor(said).double().mean(1).numpy())


def test_entropy_is_that_of_the_heads_distribution(model, net_and_processor, scenes, kept):
    found = model.observe(scenes[:3], lens("entropy", IMAGE, HEAD))
    for scene in scenes[:3]:
        logits = scores(net_and_processor[0], kept[scene.id], HEAD).double()
        wanted = torch.distributions.Categorical(logits=logits).entropy().mean(1)
        assert found.values[scene.id] == pytest.approx(wanted.numpy(), abs=1e-5)
    assert (found.kind, found.range) == ("number", (0.0, math.inf))


def test_who_finds_every_row_recalls_every_label(model, scenes):
    found = model.observe(scenes[:2], lens("recalled", IMAGE, HEAD, k=10_000))
    assert all((curve == 1).all() for curve in found.values.values())


def test_tokens_that_are_gone_hold_what_they_held(model, scenes):
    plain, cut = model.sweep(truncate(1.0), truncate(3)).observe(scenes[:2], lens("entropy", IMAGE, HEAD))
    for scene, curve in cut.values.items():
        assert curve[:4] == pytest.approx(plain.values[scene][:4])
        assert len(set(curve[3:])) == 1


def test_scenes_without_labels_or_tokens_are_left_out(model, scenes):
    bare = replace(scenes[0], id="bare", boxes=(), donor=None)
    odd = replace(scenes[1], id="odd", boxes=(Box("zyzzyva-like thingummy", 0, 0, 9, 9),))
    own = model.observe([bare, odd], lens("recalled", IMAGE))
    why = "no label of the scene is one word of the vocabulary"
    assert own.excluded == {"bare": why, "odd": why}
    assert list(model.observe([bare], lens("recalled", IMAGE, whose=DONOR)).missing.values()) == [
        "the scene has no donor"
    ]
    same = replace(scenes[0], id="same", donor=replace(scenes[0], id="other", donor=None))
    told = model.observe([same], lens("named", IMAGE, whose=DONOR)).excluded["same"]
    assert told == "the donor's labels have no word that is not the scene's own"
    nothing = QUESTION.sample(0)
    for reading in (lens("named", nothing), lens("recalled", nothing), lens("entropy", nothing, HEAD)):
        assert "there is no token" in next(iter(model.observe(scenes[:1], reading).excluded.values()))
    none = model.observe(scenes[:1], lens("named", dominant(1.0)))
    assert set(none.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ValueError, match="a lens is read by recalled, named, words or entropy, got 'beauty'"):
        lens("beauty", IMAGE)
    with pytest.raises(ValueError, match="the head alone gives a distribution"):
        lens("entropy", IMAGE)
    with pytest.raises(ValueError, match="words are no picture's, and not those of the DONOR"):
        lens("words", IMAGE, whose=DONOR)
    with pytest.raises(ValueError, match="its DONOR's, not those of NOISE"):
        lens("named", IMAGE, whose=NOISE)
    with pytest.raises(ValueError, match="at least one nearest row, not 0"):
        lens("named", IMAGE, k=0)
    assert str(lens("named", IMAGE, HEAD, 3, DONOR)) == "lens('named', IMAGE, HEAD, k=3, whose=DONOR):2"
    assert str(lens("entropy", IMAGE, HEAD)) == "lens('entropy', IMAGE, HEAD):2"
