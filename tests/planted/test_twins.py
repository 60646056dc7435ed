"""Planted models have norm-matched twins as all others do, which know nothing of what was planted."""

from math import log

import pytest
import torch

from vtmetrics.nets.matched_twin import lengths, matched


@pytest.mark.parametrize("name", ["steady", "settled"])
def test_the_matched_twin_of_a_planted_model_moves_as_far_at_least(planted, asked, name):
    """Steady states turn and grow no longer; settled ones stand still, and its twin's all but do."""
    net, processor = planted(name)
    _, inputs, layout = asked(name, "captions")
    image = layout.named("image")
    wanted, found = (lengths(each, inputs, image) for each in (net, matched(net, processor, 1)))
    assert torch.tensor(found.entering) == pytest.approx(torch.tensor(wanted.entering), abs=log(1.1))
    moved = torch.tensor([wanted.updates, found.updates]).exp()
    assert (moved[1] > 0.9 * moved[0] - 1e-3).all()
