"""Lengths: how long image tokens are as they enter a language model and after each layer.

Means are of logarithms: a few sinks, many times as long as all other tokens, hardly move them.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from math import isfinite
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.nets.anatomy import anatomy

#: an update that is shorter than this share of its state is none
STILL = 1e-6


@dataclass(frozen=True)
class Lengths:
    """Mean logarithms over image tokens.

    `entering` are their lengths as each bridge from the vision tower hands them over, `states` those after
    each layer, `updates` how long each layer's update is as a share of the state that it is added to.
    """

    entering: tuple[float, ...]
    states: tuple[float, ...]
    updates: tuple[float, ...]

    @property
    def finite(self) -> bool:
        """Whether they are numbers, all of them."""
        return all(map(isfinite, (*self.entering, *self.states, *self.updates)))


@torch.no_grad()
def lengths(net: Any, inputs: Mapping[str, Tensor], image: Tensor) -> Lengths:
    """What a prefill of these inputs shows, whose image tokens are where `image` (B, S) says."""
    body = anatomy(net)
    bridges: dict[nn.Module, float] = {}
    layers: dict[nn.Module, tuple[float, float]] = {}

    def enter(bridge: nn.Module, _: Any, output: Tensor) -> None:
        bridges[bridge] = long(output)

    def step(layer: nn.Module, args: tuple[Any, ...], given: dict[str, Any], output: Tensor) -> None:
        layers[layer] = moved(received(args, given), output, image)

    with ExitStack() as undo:
        for bridge in body.bridges:
            undo.callback(bridge.register_forward_hook(enter).remove)
        for layer in body.layers:
            undo.callback(layer.register_forward_hook(step, with_kwargs=True).remove)
        net(**inputs, use_cache=False, logits_to_keep=1)
    states, updates = zip(*(layers[layer] for layer in body.layers), strict=True)
    return Lengths(tuple(bridges[bridge] for bridge in body.bridges), states, updates)


def received(args: tuple[Any, ...], given: Mapping[str, Any]) -> Tensor:
    """The states that a layer is called with."""
    states: Tensor = args[0] if args else given["hidden_states"]
    return states


def moved(before: Tensor, after: Tensor, image: Tensor) -> tuple[float, float]:
    """Mean logarithms over image tokens: of their length after a layer, and of its update's share of it."""
    old, new = (states[image.to(states.device)].float() for states in (before, after))
    share = (new - old).norm(dim=-1) / old.norm(dim=-1)
    return long(new), float(share.clamp_min(STILL).log().mean())


def long(states: Tensor) -> float:
    """The mean logarithm of the lengths of states (..., D)."""
    return float(states.float().norm(dim=-1).log().mean())
