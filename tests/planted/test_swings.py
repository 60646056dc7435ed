"""Planted states that spread and draw together by turns, told from those of all scenes together."""

from functools import cache

import pytest
import torch

from tests.planted.plain_hooks import states
from vtmetrics.edits.tokens import IMAGE, QUESTION
from vtmetrics.metrics.dimension import two_nn

SCENES = 24
SIDES = [("words_by_turns", QUESTION, IMAGE), ("image_by_turns", IMAGE, QUESTION)]


@pytest.fixture(scope="module")
def pool(asked):
    """The states of some tokens of all scenes, from the first layer's output on, (layers, tokens, width)."""

    @cache
    def held(name):
        net, inputs, layout = asked(name, "words", SCENES)
        return torch.stack(states(net, inputs)[1:]).double(), layout

    def taken(name, tokens):
        layers, layout = held(name)
        return layers[:, tokens.mask(layout)]

    return taken


@pytest.mark.parametrize(("name", "swinging", "other"), SIDES)
def test_states_move_along_one_coordinate_in_every_layer_or_once(pool, name, swinging, other):
    """Every other layer takes back what the one before did; of most tokens a hundredth is left at most."""
    swung, once = pool(name, swinging), pool(name, other)
    away = (swung - swung[0]).abs()
    assert (away.amax((0, 1)) > 0.01).sum() == 1
    far = away.amax(-1).median(1).values
    assert (far[2::2] < far[1] / 100).all()
    assert (far[1::2] > 0.99 * far[1]).all()
    jump, creep = (once[1] - once[0]).abs().amax(), (once[2:] - once[1]).abs().amax()
    assert 0 < creep < jump / 50


def test_the_dimension_of_words_goes_up_and_down_in_every_layer(pool):
    steps = torch.stack([two_nn(state).value for state in pool("words_by_turns", QUESTION)]).diff()
    assert (steps[1:].sign() == -steps[:-1].sign()).all()
    assert steps.abs().min() > 1


def test_no_word_is_what_it_is_in_another_scene(pool):
    """Every word has read its own scene's picture; else they would be some fifty points over and over."""
    read = pool("words_by_turns", QUESTION)[0]
    apart = torch.cdist(read, read, compute_mode="donot_use_mm_for_euclid_dist").fill_diagonal_(torch.inf)
    assert (apart > 0).all()
