"""Probes: small nets that learn to tell what a picture shows from one state, a net for each place of states.

All nets of a stack learn at once, as batched products, and each as if it were alone: they begin with the same
weights, every step is of its own numbers, and no sum runs across them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from vtmetrics.metrics.linear import divisor

#: the matrix and the bias of a layer, for each place
Layer = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class ProbeNet:
    """How wide the hidden layers of a probe are, each with a ReLU behind it, and how it learns."""

    hidden: tuple[int, ...]
    steps: int = 40
    rate: float = 0.03
    decay: float = 0.01

    def __str__(self) -> str:
        wide = "×".join(map(str, self.hidden)) or "linear"
        return f"{wide}, {self.steps} steps of {self.rate:g}, decay {self.decay:g}"


#: two hidden layers with ReLU activations, as in "Seeing Beyond Redundancy" 3.3; and a linear probe
MLP, LINEAR = ProbeNet((16, 16)), ProbeNet(())


@dataclass(frozen=True, eq=False)
class ProbeStack:
    """Probes that have learned, one for each of M places."""

    middle: Tensor
    scale: Tensor
    layers: tuple[Layer, ...]

    def says(self, states: Tensor) -> Tensor:
        """Which label, by number, each probe finds most likely for its states (M, N, D): (M, N)."""
        return _through(self.layers, (states - self.middle) / self.scale).argmax(-1)


def learned(states: Tensor, labels: Tensor, kinds: int, net: ProbeNet = MLP, seed: int = 0) -> ProbeStack:
    """Probes of the states (M, N, D) at M places of N scenes, whose labels (N,) are numbers below `kinds`.

    Features are centred and scaled by these scenes, and one that is the same in all of them says nothing. The
    loss is the mean cross entropy, the steps are Adam's, each of all scenes.
    """
    _check(states, labels, kinds)
    middle = states.mean(1, keepdim=True)
    scale = divisor((states - middle).square().mean(1, keepdim=True).sqrt())
    seen = (states - middle) / scale
    wanted = labels.to(states.device).expand(len(states), -1).flatten()
    with torch.enable_grad():
        layers = _fresh(states, (states.shape[-1], *net.hidden, kinds), seed)
        weights = [part.requires_grad_() for layer in layers for part in layer]
        adam = torch.optim.Adam(weights, lr=net.rate, weight_decay=net.decay)
        for _ in range(net.steps):
            told = _through(layers, seen).flatten(0, 1)
            loss = cross_entropy(told, wanted, reduction="sum") / len(labels)
            for part, slope in zip(weights, torch.autograd.grad(loss, weights), strict=True):
                part.grad = slope
            adam.step()
    return ProbeStack(middle, scale, tuple((weight.detach(), bias.detach()) for weight, bias in layers))


def _check(states: Tensor, labels: Tensor, kinds: int) -> None:
    if states.ndim != 3 or labels.shape != states.shape[1:2]:
        told = f"{tuple(states.shape)} and {tuple(labels.shape)}"
        raise ValueError(f"probes want states (M, N, D) and N labels, not {told}")
    if not states.isfinite().all():
        raise ValueError("probes want finite states, and some are NaN or infinite")
    numbers = sorted(set(labels.tolist()))
    if len(numbers) < 2 or not 0 <= numbers[0] <= numbers[-1] < kinds:
        raise ValueError(f"probes tell two labels or more apart, numbers below {kinds}, not {numbers}")


def _fresh(like: Tensor, widths: Sequence[int], seed: int) -> list[Layer]:
    """A layer from each width to the next: the same numbers at every place, drawn on the host."""
    drawn = torch.Generator().manual_seed(seed)
    layers = []
    for into, out in pairwise(widths):
        weight = torch.randn(into, out, generator=drawn, dtype=torch.float64) * (2 / into) ** 0.5
        layers.append((weight.to(like).repeat(len(like), 1, 1), like.new_zeros(len(like), 1, out)))
    return layers


def _through(layers: Sequence[Layer], states: Tensor) -> Tensor:
    for number, (weight, bias) in enumerate(layers):
        states = torch.baddbmm(bias, states.relu() if number else states, weight)
    return states
