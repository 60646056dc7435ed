"""Texts of several edits from one prefill: the same words as alone, and fewer layers."""

import pytest

from fixtures.scenes.draw import draw
from vtmetrics import DONOR, IMAGE, PLAIN, QUESTION, blind, enter_at, freeze, prune, substitute, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.begun_texts import texts_begun
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import TextBundle
from vtmetrics.readings.writing import beams, drawn, greedy

EDITS = {
    PLAIN: 12,
    truncate(3): 3,
    truncate(9): 9,
    truncate(6, early_keys="evicted"): 6,
    truncate(5, positions="renumbered"): 5,
    enter_at(4): 0,
    freeze(IMAGE, first=7, decoding=True): 7,
    blind(QUESTION, IMAGE, first=8): 8,
    substitute(IMAGE, by=2, at=6): 2,
    substitute(IMAGE, by=DONOR, at=10): 10,
    prune(IMAGE.sample(0.5)): 0,
}


@pytest.fixture
def runs(directory):
    place = load_once(Spec(directory.name, "any", str(directory), embedded=True))
    scenes = draw("words", "test", 2)
    return Block(place.net, place.processor, [encode(place.processor, one, answered=False) for one in scenes])


@pytest.mark.parametrize("how", [greedy(3), drawn(3, seed=3)], ids=str)
def test_texts_are_those_that_are_written_alone(runs, how):
    asked = EDITS if how == greedy(3) else {edit: EDITS[edit] for edit in (PLAIN, truncate(9))}
    found = texts_begun(runs, list(asked))
    assert found.left == asked
    for edit in asked:
        assert found.written(runs, edit, how) == runs.written(edit, how), edit
    assert found.left == {}


def test_layers_below_an_edit_read_the_prompt_once(runs):
    """And what follows it is read by all of them."""
    read = []
    body = runs.net.get_decoder()
    hooks = [
        part.self_attn.register_forward_pre_hook(_note(read, number), with_kwargs=True)
        for number, part in enumerate(body.layers)
    ]
    bundle = TextBundle(greedy(2))
    try:
        bundle.prepare(runs, [truncate(8), truncate(10)])
        whole, asked = read.copy(), len(read)
        list(bundle.read(runs, truncate(8)))
    finally:
        for hook in hooks:
            hook.remove()
    assert [layer for layer, _ in whole] == list(range(12))
    assert [layer for layer, size in read[asked:] if size > 1] == [8, 9, 10, 11]
    assert [layer for layer, size in read[asked:] if size == 1] == list(range(12))
    assert runs in bundle.begun
    list(bundle.read(runs, truncate(10)))
    assert runs not in bundle.begun


def _note(read, number):
    def hook(_, __, given):
        read.append((number, given["hidden_states"].shape[1]))

    return hook


def test_nothing_is_begun_where_nothing_is_spared(runs):
    bundle = TextBundle(greedy(2))
    bundle.prepare(runs, [truncate(4), truncate(8)])
    assert runs not in bundle.begun
    wide = TextBundle(beams(2, width=2))
    wide.prepare(runs, [PLAIN, truncate(8)])
    assert runs not in wide.begun
