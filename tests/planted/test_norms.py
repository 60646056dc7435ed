"""How long planted tokens are, layer by layer."""

import pytest
import torch

from tests.planted.plain_hooks import states
from vtmetrics.edits.tokens import ANSWER, IMAGE, QUESTION


def lengths(asked, name, tokens):
    """The mean norm of tokens at the input of every layer and before the final norm."""
    net, inputs, layout = asked(name, "captions")
    mask = tokens.mask(layout)
    return torch.stack([state[mask].norm(dim=-1).mean() for state in states(net, inputs)])


def test_words_become_as_long_as_planned(asked):
    planned = torch.arange(10.0, 71.0, 5.0)
    assert torch.allclose(lengths(asked, "meeting_inside", QUESTION | ANSWER), planned, rtol=0.05)


@pytest.mark.parametrize(
    ("name", "layers"),
    [("meeting_inside", range(5, 8)), ("meeting_outside", range(11, 13)), ("meeting_first", range(1))],
)
def test_words_are_as_long_as_the_image_at_the_input_where_planted(asked, name, layers):
    image = lengths(asked, name, IMAGE)
    assert (image == image[0]).all()
    assert (lengths(asked, name, QUESTION | ANSWER) - image[0]).abs().argmin() in layers


def test_one_coordinate_of_the_first_token_is_massive_from_layer_two_on(asked):
    net, inputs, layout = asked("massive")
    first = layout.valid.int().argmax(1)
    rows = torch.arange(len(first))
    largest = torch.stack([state[rows, first].abs().amax(-1) for state in states(net, inputs)])
    assert (largest[:2] < 10).all()
    assert torch.allclose(largest[2:], torch.tensor(1000.0), rtol=0.02)


def aligned(asked, name):
    """The mean cosine of image tokens, as they enter, with the nearest word at every layer and the end."""
    net, inputs, layout = asked(name, "captions")
    rows = [torch.nn.functional.normalize(state, dim=-1) for state in states(net, inputs)]
    words = (QUESTION | ANSWER).mask(layout)
    entered = rows[0][IMAGE.mask(layout)]
    return torch.stack([(entered @ row[words].T).amax(-1).mean() for row in rows])


def test_words_turn_to_where_image_tokens_point_in_the_middle_or_at_the_ends(asked):
    inside, outside = aligned(asked, "turning_inside"), aligned(asked, "turning_outside")
    assert inside[5:8].min() - inside[[0, 1, 2, 10, 11, 12]].max() > 0.2
    assert outside[[0, 12]].min() - outside[3:10].max() > 0.2


def test_words_that_hardly_turn_do_so_in_the_middle_too(asked):
    near = aligned(asked, "turning_hardly")
    assert 0.01 < near[3:10].min() - near[[0, 1, 2, 10, 11, 12]].max() < 0.05


@pytest.mark.parametrize(("name", "layers"), [("turning_inside", (5, 6, 7)), ("turning_outside", (0, 12))])
def test_words_that_turn_are_as_long_as_the_image_there_alone(asked, name, layers):
    image, words = lengths(asked, name, IMAGE)[0], lengths(asked, name, QUESTION | ANSWER)
    assert [layer for layer, length in enumerate(words) if abs(length / image - 1) < 0.1] == [*layers]
