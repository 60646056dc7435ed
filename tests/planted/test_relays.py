"""Which word reads the picture, who hears it when, and whose earlier states lose an answer."""

import pytest
import torch

from tests.planted.plain_hooks import elsewhere, said, states
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT, TEXT

RELAYED = ("relayed", "relayed_alone", "relayed_turning")


def swapped(asked, name, tokens, at, by):
    """How much the logits change if these tokens hold at one layer what they held at another."""
    net, inputs, layout = asked(name)
    logits = said(net, inputs, layout, at=at, by=states(net, inputs)[by], tokens=tokens)
    return float((logits - said(net, inputs, layout)).abs().max())


@pytest.mark.parametrize("name", RELAYED)
def test_one_word_of_the_question_knows_the_picture_until_the_answer_hears_it(asked, name):
    """To the last bit: all other words are the same for another picture up to layer 9."""
    net, inputs, layout = asked(name)
    pairs = zip(states(net, inputs), states(net, elsewhere(inputs)), strict=True)
    known = torch.stack([(own != other).any(-1) for own, other in pairs])
    words = (known & (TEXT | READOUT).mask(layout)).sum((1, 2)).tolist()
    asks = (known & QUESTION.mask(layout)).sum((1, 2)).tolist()
    assert words[:10] == asks[:10] == [0] * 5 + [4] * 5
    assert asks[10:] == [4] * 3
    assert words[10] == 8


@pytest.mark.parametrize("name", RELAYED)
def test_states_of_the_question_lose_with_the_gap(asked, name):
    """Those of layer 8 do as well at layer 9, those of layer 4 do not."""
    assert swapped(asked, name, QUESTION, at=9, by=8) == 0
    assert swapped(asked, name, QUESTION, at=9, by=4) > 0.1


@pytest.mark.parametrize(
    ("name", "lost"), [("relayed", False), ("relayed_alone", False), ("relayed_turning", True)]
)
def test_image_states_lose_with_the_gap_where_they_turn(asked, name, lost):
    assert swapped(asked, name, IMAGE, at=9, by=8) == 0
    assert (swapped(asked, name, IMAGE, at=9, by=4) > 0.1) is lost


@pytest.mark.parametrize(("name", "looks"), [("relayed", True), ("relayed_alone", False)])
def test_the_answer_looks_at_the_picture_itself_or_does_not(asked, name, looks):
    net, inputs, layout = asked(name)
    other = states(net, elsewhere(inputs))[9]
    logits = said(net, inputs, layout, at=9, by=other)
    assert torch.equal(logits, said(net, inputs, layout)) is not looks
