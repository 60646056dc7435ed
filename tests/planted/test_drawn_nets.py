"""Drawn nets: what is larger than the configuration says, and what a twin of theirs is not."""

import pytest

from fixtures.models.architecture import EMBEDDED
from vtmetrics.nets.twins import scrambled, untrained


def spread(net):
    """The standard deviation of one of the language model's matrices."""
    return float(net.get_decoder().layers[5].mlp.up_proj.weight.std())


def test_a_wild_net_is_two_and_a_half_times_as_large_as_its_untrained_twin(planted):
    net, _ = planted("wild")
    assert spread(net) == pytest.approx(2.5 * spread(untrained(net, 1)), rel=0.02)


def test_its_scrambled_twin_has_its_own_scale(planted):
    net, _ = planted("wild")
    assert spread(scrambled(net, 1)) == pytest.approx(spread(net), rel=1e-5)


def test_its_embeddings_are_as_they_were_drawn(planted):
    net, _ = planted("wild")
    assert float(net.get_input_embeddings().weight.std()) == pytest.approx(EMBEDDED, rel=0.02)
