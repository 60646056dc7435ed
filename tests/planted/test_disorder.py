"""What is planted is gone in disorder where it has to be: in scrambled twins of bare and leaning models."""

import pytest
import torch

from tests.planted.plain_hooks import said, states
from vtmetrics.edits.edit import truncate
from vtmetrics.edits.tokens import ANSWER, IMAGE, QUESTION
from vtmetrics.engine.under_edit import edited
from vtmetrics.nets.twins import scrambled

WORDS = QUESTION | ANSWER


def held(net, inputs, layout, tokens):
    """The states of some tokens, (layers + 1, tokens, width)."""
    mask = tokens.mask(layout)
    return torch.stack([state[mask] for state in states(net, inputs)])


def moved(layers, first=0, last=-1):
    """How far tokens go between two layers, beside how long they are."""
    return float(((layers[last] - layers[first]).norm(dim=-1) / layers[first].norm(dim=-1)).mean())


@pytest.mark.parametrize(
    ("name", "tokens"), [("settled", IMAGE), ("turning_inside", WORDS), ("turning_outside", WORDS)]
)
def test_bare_layers_move_states_hardly_in_disorder(asked, name, tokens):
    net, inputs, layout = asked(name, "captions")
    own, mixed = (held(each, inputs, layout, tokens) for each in (net, scrambled(net, 1)))
    assert moved(own, last=3) > 3 * moved(mixed, last=3)


def test_who_is_calm_is_hardly_moved_in_disorder_until_two_thirds_of_the_depth(asked):
    net, inputs, layout = asked("calm", "captions")
    mixed = held(scrambled(net, 1), inputs, layout, IMAGE)
    assert moved(mixed, first=8) > 10 * moved(mixed, last=8)


def test_images_that_are_long_by_what_patches_share_are_as_short_as_words_in_disorder(asked):
    net, inputs, layout = asked("long_alike", "captions")
    for each, low, high in ((net, 3.5, 5.0), (scrambled(net, 1), 0.5, 1.5)):
        image, words = (held(each, inputs, layout, tokens)[0].norm(dim=-1) for tokens in (IMAGE, WORDS))
        assert low < image.median() / words.median() < high


def test_who_is_sure_of_few_coordinates_knows_no_picture_in_disorder(asked):
    """Without image tokens it says something else, and scrambled the same."""
    net, inputs, layout = asked("sure", "words")
    moves = []
    for each in (net, scrambled(net, 1)):
        own = said(each, inputs, layout).softmax(-1)
        with edited(each, truncate(0), layout):
            blind = said(each, inputs, layout).softmax(-1)
        moves.append(float((own - blind).abs().sum(-1).mean() / 2))
    assert moves[0] > 0.4
    assert moves[1] < 0.01
