"""Twins: the same architecture with weights that know nothing, to compare representations with."""

import copy
from typing import Any

import torch


def untrained(net: Any, seed: int) -> Any:
    """The same configuration with fresh weights, drawn by the seed as transformers initialises them."""
    whole = net.get_base_model() if hasattr(net, "peft_config") else net
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        twin = type(whole)(copy.deepcopy(whole.config))
    return _like(twin, whole)


def scrambled(net: Any, seed: int) -> Any:
    """The same weights, the entries of every tensor in another order: all norms and histograms are kept."""
    twin = copy.deepcopy(net)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in twin.parameters():
            order = torch.randperm(weight.numel(), generator=generator).to(weight.device)
            weight.copy_(weight.flatten()[order].view_as(weight))
    return _like(twin, net)


def _like(twin: Any, net: Any) -> Any:
    # the rotary frequencies are float32 whatever the weights are: to(dtype) would round them
    for weight in twin.parameters():
        weight.data = weight.data.to(net.dtype)
    return twin.to(net.device).eval().requires_grad_(requires_grad=False)
