"""Probes: a stack learns what each of its nets learns alone, and what states do not tell is not told."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from vtmetrics.metrics import LINEAR, MLP, ProbeNet, learned
from vtmetrics.metrics.probe import _fresh

SHORT = ProbeNet((5, 4), steps=12)
both_nets = pytest.mark.parametrize("net", [MLP, LINEAR], ids=str)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def dealt(count, kinds, seed=0):
    """Labels, each of them at least once."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return (torch.arange(count) % kinds)[order]


def planted(places, labels, kinds, level=2.0):
    """States that hold noise, and at these of four places a direction of their label."""
    states = noise(4, len(labels), 9)
    states[places] += level * noise(kinds, 9, seed=1).sign()[labels]
    return states


def alone(states, labels, kinds, net):
    """The plainest way: one net of modules, told one loss after the other."""
    middle, scale = states.mean(0), states.std(0, correction=0)
    widths = (states.shape[-1], *net.hidden, kinds)
    parts = []
    for weight, bias in _fresh(states[None], widths, 0):
        part = nn.Linear(*weight[0].shape).double()
        part.weight.data, part.bias.data = weight[0].T.clone(), bias[0, 0].clone()
        parts += [part, nn.ReLU()]
    module = nn.Sequential(*parts[:-1])
    adam = torch.optim.Adam(module.parameters(), lr=net.rate, weight_decay=net.decay)
    for _ in range(net.steps):
        adam.zero_grad()
        nn.functional.cross_entropy(module((states - middle) / scale), labels).backward()
        adam.step()
    return [(part.weight.data.T, part.bias.data) for part in module if isinstance(part, nn.Linear)]


@both_nets
def test_a_stack_learns_what_each_net_learns_alone(net):
    """To 1e-6 in float64: modules of torch, and a stack of one."""
    states, labels = noise(6, 40, 11), dealt(40, 4)
    stack = learned(states, labels, 4, net)
    for place, own in enumerate(states):
        single = learned(own[None], labels, 4, net)
        plain = alone(own, labels, 4, net)
        for (weight, bias), (one, only), (theirs, other) in zip(
            stack.layers, single.layers, plain, strict=True
        ):
            torch.testing.assert_close(weight[place], one[0], rtol=0, atol=1e-6)
            torch.testing.assert_close(bias[place], only[0], rtol=0, atol=1e-6)
            torch.testing.assert_close(weight[place], theirs, rtol=0, atol=1e-6)
            torch.testing.assert_close(bias[place, 0], other, rtol=0, atol=1e-6)
        assert torch.equal(stack.says(states)[place], single.says(own[None])[0])


@both_nets
def test_a_label_is_told_where_it_is_planted_and_nowhere_else(net):
    labels, others = dealt(120, 3), dealt(90, 3, seed=5)
    stack = learned(planted([2], labels, 3), labels, 3, net)
    fresh = noise(4, 90, 9, seed=7)
    fresh[2] += 2 * noise(3, 9, seed=1).sign()[others]
    right = (stack.says(fresh) == others).double().mean(1)
    assert right[2] > 0.9
    assert (right[[0, 1, 3]] < 0.55).all()


@given(st.floats(-50, 50), st.floats(0.01, 100), st.integers(0, 10))
def test_scale_and_origin_of_features_change_nothing_that_is_said(origin, scale, seed):
    states, labels = planted([0, 1, 2, 3], dealt(30, 3, seed), 3), dealt(30, 3, seed)
    said = learned(states, labels, 3, SHORT).says(states)
    moved = states * scale + origin
    assert torch.equal(learned(moved, labels, 3, SHORT).says(moved), said)


@given(st.permutations(range(4)), st.integers(0, 10))
def test_places_learn_whatever_stands_beside_them(order, seed):
    states, labels = noise(4, 30, 9, seed=seed), dealt(30, 3, seed)
    said = learned(states, labels, 3, SHORT).says(states)
    assert torch.equal(learned(states[order], labels, 3, SHORT).says(states[order]), said[order])


def test_the_order_of_scenes_changes_no_weight_but_for_rounding():
    states, labels = noise(2, 30, 9), dealt(30, 3)
    order = torch.randperm(30, generator=torch.Generator().manual_seed(3))
    for one, other in zip(
        learned(states, labels, 3).layers, learned(states[:, order], labels[order], 3).layers, strict=True
    ):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-9)


def test_two_runs_are_the_same_to_the_bit():
    states, labels = noise(3, 30, 9).float(), dealt(30, 3)
    first, second = (learned(states, labels, 3).layers for _ in range(2))
    assert all(
        torch.equal(a, b)
        for one, other in zip(first, second, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def test_features_that_are_the_same_in_all_scenes_say_nothing():
    states, labels = planted([0, 1, 2, 3], dealt(30, 3), 3), dealt(30, 3)
    constant = torch.cat([states, torch.full((4, 30, 2), 7.0, dtype=torch.float64)], -1)
    there = learned(constant, labels, 3, LINEAR)
    assert torch.isfinite(there.layers[0][0]).all()
    moved = constant.clone()
    assert torch.equal(there.says(moved), there.says(constant))


def test_a_label_that_nobody_had_is_not_said():
    states, labels = planted([0, 1, 2, 3], dealt(60, 3), 3), dealt(60, 3)
    assert set(learned(states, labels, 5).says(states).flatten().tolist()) <= {0, 1, 2}


@pytest.mark.parametrize(
    ("labels", "kinds", "told"),
    [
        (torch.zeros(6, dtype=torch.long), 2, r"two labels or more apart.*not \[0\]"),
        (torch.arange(6), 5, r"numbers below 5, not \[0, 1, 2, 3, 4, 5\]"),
        (torch.arange(5), 5, r"states \(M, N, D\) and N labels, not \(2, 6, 3\) and \(5,\)"),
    ],
)
def test_what_can_not_be_learned_is_refused(labels, kinds, told):
    with pytest.raises(ValueError, match=told):
        learned(noise(2, 6, 3), labels, kinds)


def test_states_that_are_no_numbers_are_refused():
    states = noise(2, 6, 3)
    states[1, 2, 0] = torch.nan
    with pytest.raises(ValueError, match="finite states"):
        learned(states, torch.arange(6) % 2, 2)


def test_a_net_is_told_in_words():
    assert str(MLP) == "16×16, 40 steps of 0.03, decay 0.01"
    assert str(LINEAR).startswith("linear, ")
