"""A lens through the head says at the last layer what the net itself says, whatever follows its head."""

import copy
from functools import partial
from types import SimpleNamespace

import pytest
import torch

from tests.families.shrunk import random_net
from tests.families.trial import prompt
from vtmetrics.engine.approval import approved
from vtmetrics.engine.plain_run import embedded
from vtmetrics.readings.word_head import head_of
from vtmetrics.unmeasured import NotMeasured

SMALLEST = -1e30
#: nothing behind the head, a factor, a divisor, closed rows
KINDS = ("llava", "cohere2_vision", "granite_docling", "chameleon", "gemma3")


def capped(net, cap=3.0):
    """A gemma whose logits are capped as gemma-2's are, and large enough to be bent by it."""
    net = copy.deepcopy(net)
    net.lm_head.weight = torch.nn.Parameter(net.lm_head.weight.detach() * 40)
    net.config.get_text_config().final_logit_softcapping = cap
    return net


def biased(net):
    """A net with a head that has biases, large enough to change what is most likely."""
    net = copy.deepcopy(net)
    net.lm_head.bias = torch.nn.Parameter(2 * torch.randn_like(net.lm_head.weight[:, 0]))
    return net


MADE = {
    **{kind: partial(random_net, kind) for kind in KINDS},
    "capped": lambda: capped(random_net("gemma4")),
    "capped and biased": lambda: capped(biased(random_net("gemma4"))),
    "biased": lambda: biased(random_net("llava")),
}


@pytest.fixture(params=MADE)
def net(request):
    torch.manual_seed(0)
    return MADE[request.param]()


@torch.no_grad()
def test_the_last_layer_says_what_the_net_says(net):
    inputs, layout = prompt()
    body = approved(net)
    ((_, states),) = embedded(net, inputs).walk(body, [body.depth])
    head, own = head_of(body), net(**inputs, use_cache=False).logits[layout.valid].double()
    seen = states[layout.valid]
    there = (own > SMALLEST).all(0)
    assert (head.logits(seen).double() - own)[:, there].abs().max() < 1e-4
    assert torch.equal(head.most_likely(seen, 3), own.topk(3).indices)
    logs = own.log_softmax(-1)
    wanted = -(logs.exp() * logs.clamp_min(-100)).sum(-1)
    assert torch.allclose(head.entropy(seen), wanted, atol=1e-5)


@torch.no_grad()
def test_a_cap_and_a_bias_are_seen():
    """Without them the lens says something else."""
    torch.manual_seed(0)
    plain = capped(random_net("gemma4"), None)
    states = torch.randn(5, plain.lm_head.in_features, dtype=torch.float64)
    bare = head_of(approved(plain))
    assert (bare.scale, bare.cap) == (1.0, None)
    assert head_of(approved(capped(plain))).cap == 3.0
    assert (head_of(approved(capped(plain))).entropy(states) - bare.entropy(states)).abs().max() > 1e-3
    found = head_of(approved(biased(plain))).most_likely(states, 1)
    assert not torch.equal(found, bare.most_likely(states, 1))


def test_a_cap_that_a_configuration_names_and_a_net_leaves_undone_is_none():
    """As in gemma-3 with images, and in PaliGemma around a gemma-2."""
    net = capped(random_net("gemma3"))
    assert head_of(approved(net)).cap is None


def test_what_else_a_net_does_to_logits_is_refused():
    net = copy.deepcopy(random_net("llava"))
    own = net.forward

    def cubed(**given):
        return SimpleNamespace(logits=own(**given).logits ** 3)

    body = approved(net)
    net.forward = cubed
    with pytest.raises(NotMeasured, match="not what a llava has there"):
        head_of(body)
