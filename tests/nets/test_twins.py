"""Twins know nothing: fresh weights, or the same ones in another order; and they are the same every time."""

import pytest
import torch

from fixtures.scenes.draw import draw
from vtmetrics.nets.loading import load
from vtmetrics.nets.twins import scrambled, untrained

FAMILIES = ("llava", "qwen2_5_vl")
TWINS = pytest.mark.parametrize("twin", [untrained, scrambled])

pytestmark = pytest.mark.parametrize("family", FAMILIES)


def weights(net):
    return dict(net.named_parameters())


@TWINS
def test_a_twin_is_decided_by_its_seed(directories, family, twin):
    net, _ = load(directories[family])
    one, same, other = (weights(twin(net, seed)) for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


@TWINS
def test_a_twin_runs_as_its_net_does(directories, family, twin, ask):
    net, processor = load(directories[family], dtype="bfloat16", attention="eager")
    found = twin(net, 0)
    assert found.dtype == net.dtype
    assert found.config.to_dict() == net.config.to_dict()
    assert found.config.text_config._attn_implementation == "eager"
    assert not found.training
    assert not any(parameter.requires_grad for parameter in found.parameters())
    assert ask(found, processor, draw("color", "test", 2)).isfinite().all()


@TWINS
def test_making_a_twin_changes_neither_net_nor_randomness(directories, family, twin):
    net, _ = load(directories[family])
    before = {name: weight.clone() for name, weight in weights(net).items()}
    torch.manual_seed(5)
    wanted = torch.rand(1)
    torch.manual_seed(5)
    twin(net, 0)
    assert torch.equal(torch.rand(1), wanted)
    assert all(torch.equal(weight, before[name]) for name, weight in weights(net).items())


def test_scrambling_keeps_the_entries_of_every_tensor(directories, family):
    net, _ = load(directories[family])
    one, other = weights(net), weights(scrambled(net, 0))
    for name, weight in one.items():
        assert torch.equal(weight.flatten().sort().values, other[name].flatten().sort().values)
    assert not torch.equal(one["lm_head.weight"], other["lm_head.weight"])


def test_an_untrained_twin_shares_no_matrix(directories, family):
    net, _ = load(directories[family])
    other = weights(untrained(net, 0))
    assert not any(torch.equal(w, other[name]) for name, w in weights(net).items() if w.dim() > 1)


@TWINS
def test_buffers_are_those_of_a_loaded_net(directories, family, twin):
    """Rotary frequencies stay as they are, in the precision that loading gives them."""
    net, _ = load(directories[family], dtype="bfloat16")
    buffers = dict(twin(net, 0).named_buffers())
    for name, buffer in net.named_buffers():
        assert buffers[name].dtype == buffer.dtype
        assert torch.equal(buffers[name], buffer)
