"""Where words read image tokens: where they come to know the picture, and where they no longer need it."""

import pytest
import torch

from tests.planted.seen import elsewhere, said, states
from vtmetrics.tokens import IMAGE, READOUT, TEXT

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
        ("dim_letters_first", "letters", 1, 2),
        ("dim_letters_first", "words", 2, 9),
        ("dim_letters_first", "sentences", 10, 9),
        ("spot", "words", 5, 4),
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


@pytest.mark.parametrize("name", ["letters_first", "dim_letters_first"])
def test_half_of_the_short_answers_are_known_before_the_last_look(asked, name):
    """Without the image in layer 9 some answers are as they were, and some are others."""
    net, inputs, layout = asked(name, "words", 24)
    nothing = torch.zeros_like(states(net, inputs)[9])
    kept = said(net, inputs, layout).argmax(-1) == said(net, inputs, layout, at=9, by=nothing).argmax(-1)
    assert 0.25 < kept.float().mean() < 0.75


def test_pictures_that_look_nearly_the_same_have_nearly_the_same_tokens(asked):
    net, inputs, layout = asked("dim_letters_first", "words")
    image = states(net, inputs)[0][IMAGE.mask(layout)].unflatten(0, (len(layout.valid), -1))
    alike = torch.cosine_similarity(image[:1], image[1:], dim=-1)
    assert 0.9 < alike.mean() < 0.999
