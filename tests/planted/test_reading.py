"""Where words read image tokens: where they come to know the picture, and where they no longer need it."""

import pytest
import torch

from tests.planted.plain_hooks import elsewhere, said, states
from vtmetrics.edits.tokens import IMAGE, READOUT, TEXT
from vtmetrics.nets.twins import untrained

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
        ("third", "words", 1, 11),
        ("ignored", "words", None, -1),
        ("early", "words", 1, 4),
        ("late", "words", 9, 11),
        ("last", "words", 11, 11),
        ("sudden", "words", 5, 4),
        ("gradual", "words", 1, 11),
        ("reencoded", "words", 1, 11),
        ("settling", "words", 1, 11),
        ("captions_late", "letters", 1, 2),
        ("captions_late", "sentences", 10, 9),
        ("letters_first", "letters", 1, 2),
        ("letters_first", "words", 2, 9),
        ("letters_first", "sentences", 11, 10),
        ("dim_letters_first", "letters", 1, 2),
        ("dim_letters_first", "words", 2, 9),
        ("dim_letters_first", "sentences", 11, 10),
        ("spot", "words", 5, 4),
        ("sure", "words", 5, 4),
        ("inside", "words", 6, 6),
        ("spot_inside", "words", 6, 5),
        ("harder_later", "letters", 1, 5),
        ("harder_later", "words", 2, 11),
        ("harder_later", "captions", 11, 11),
        ("sentences_first", "letters", 11, 10),
        ("sentences_first", "sentences", 1, 2),
    ],
)
def test_words_know_the_picture_and_need_it_where_planted(asked, name, task, knows, needs):
    """To the last bit: a layer before, no word differs; a layer after, another picture changes none."""
    net, inputs, layout = asked(name, task)
    assert known(inputs, net, layout) == knows
    for layer in {0, needs, needs + 1} & set(range(12)):
        assert needed(inputs, net, layout, layer) == (layer <= needs)


def test_each_sixth_of_the_first_half_decides_as_many_letters(asked):
    """Without the image from layer 2 on, a third are as they were; from layer 4 on, two thirds."""
    net, inputs, layout = asked("harder_later", "hard_letters", 48)
    held = states(net, inputs)
    nothing = torch.zeros_like(held[0])
    own = said(net, inputs, layout).argmax(-1)
    cuts = (said(net, inputs, layout, at=layer, by=nothing).argmax(-1) for layer in (0, 2, 4, 6))
    kept = torch.stack([(own == cut).float().mean() for cut in cuts])
    assert kept.diff().tolist() == pytest.approx([1 / 3] * 3, abs=0.15)
    assert kept[-1] > 0.9


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
    assert 0.9 < alike.mean() < 1


def test_who_is_sure_says_something_else_without_the_image(asked):
    """What sudden readers would say changes little, so much do they doubt it."""

    def moved(net, inputs, layout):
        nothing = torch.zeros_like(states(net, inputs)[0])
        runs = (said(net, inputs, layout), said(net, inputs, layout, at=0, by=nothing))
        own, blind = (logits.softmax(-1) for logits in runs)
        return (own - blind).abs().sum(-1).mean() / 2

    (net, inputs, layout), unsure, wild = (asked(name) for name in ("sure", "sudden", "sure_anyhow"))
    assert moved(net, inputs, layout) > 0.4
    assert moved(*unsure) < 0.2
    assert moved(untrained(net, 1), inputs, layout) < 0.4
    assert moved(untrained(wild[0], 1), inputs, layout) > 0.6
