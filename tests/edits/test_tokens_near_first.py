"""Tokens near the first: those with the largest cosines with the first token, which is not near to itself."""

import pytest
import torch

from vtmetrics.edits.tokens_near_first import near_first

IMAGE = torch.tensor([False, *[True] * 6])


def states(cosines):
    """A first token along one axis, and image tokens at these cosines with it, of any length."""
    drawn = torch.zeros(1 + len(cosines), 3)
    drawn[0, 0] = 5.0
    along = torch.tensor(cosines)
    drawn[1:, 0], drawn[1:, 1] = along, (1 - along.square()).sqrt()
    drawn[1:] *= torch.arange(1, 1 + len(cosines))[:, None]
    return drawn


def test_the_nearest_have_the_largest_cosines():
    seen = states([0.1, 0.9, -1.0, 0.8, 0.2, 0.0])
    assert near_first(2, at=2).choose(seen, IMAGE).nonzero().flatten().tolist() == [1, 3]
    assert near_first(6, at=2).choose(seen, IMAGE).all()
    assert near_first(9, at=2).choose(seen, IMAGE).sum() == 6


def test_of_those_that_are_as_near_the_first_are_taken():
    assert near_first(3, at=0).choose(states([0.5])[[0, *[1] * 6]], IMAGE).nonzero().flatten().tolist() == [
        0,
        1,
        2,
    ]


def test_a_first_token_of_the_image_is_not_near_to_itself():
    seen = states([0.1, 0.9, 0.3, 0.8, 0.2])
    assert near_first(2, at=2).choose(seen, IMAGE[1:]).nonzero().flatten().tolist() == [2, 4]


def test_what_is_nearest_says_how_many_and_where():
    assert str(near_first(5, at=2)) == "near_first(5, at=2)"
    assert near_first(5, at=2).layer(2) == 2
    with pytest.raises(ValueError, match=r"near_first\(5, at=3\) wants a model of 3 layers, not of 2"):
        near_first(5, at=3).layer(2)
    with pytest.raises(ValueError, match="at least 1 token at a layer from 0 on, not 0 at 2"):
        near_first(0, at=2)
