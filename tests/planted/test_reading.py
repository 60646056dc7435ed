"""Where words read image tokens: where they come to know the picture, and where they no longer need it."""

import pytest
import torch

from tests.planted.seen import elsewhere, said, states
from vtmetrics.tokens import READOUT, TEXT

WORDS = TEXT | READOUT


def known(inputs, net, layout):
    """The first layer at whose input some word knows which picture it is, None if none does."""
    mask = WORDS.mask(layout)
    pairs = zip(states(net, inputs), states(net, elsewhere(inputs)), strict=True)
    differ = [layer for layer, (own, other) in enumerate(pairs) if not torch.equal(own[mask], other[mask])]
    return min(differ, default=None)


def needed(inputs, net, layout, layer):
    """Whether another picture's image states from this layer on change some answer's logits."""
    other = states(net, elsewhere(inputs))[layer]
    return not torch.equal(said(net, inputs, layout, at=layer, by=other), said(net, inputs, layout))


@pytest.mark.parametrize(
    ("name", "task", "knows", "needs"),
    [
        ("frozen", "words", 1, 11),
        ("ignored", "words", None, -1),
        ("early", "words", 1, 4),
        ("late", "words", 9, 11),
        ("last", "words", 11, 11),
        ("sudden", "words", 5, 4),
        ("gradual", "words", 1, 11),
        ("reencoded", "words", 1, 11),
        ("settling", "words", 1, 11),
        ("letters_first", "letters", 1, 2),
        ("letters_first", "words", 2, 9),
        ("letters_first", "sentences", 10, 9),
        ("sentences_first", "letters", 10, 9),
        ("sentences_first", "sentences", 1, 2),
    ],
)
def test_words_know_the_picture_and_need_it_where_planted(asked, name, task, knows, needs):
    """To the last bit: a layer before, no word differs; a layer after, another picture changes none."""
    net, inputs, layout = asked(name, task)
    assert known(inputs, net, layout) == knows
    for layer in {0, needs, needs + 1} & set(range(12)):
        assert needed(inputs, net, layout, layer) == (layer <= needs)
