"""Tokens that a scene's own plain run picks: by how their states lie, or by who attends to them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.depth import Depth, checked, layer_of
from vtmetrics.tokens import READOUT, Picked, Tokens, checked_amount, count_of


@dataclass(frozen=True)
class Attended(Picked):
    """The image tokens that the last token of the prompt attends to most before layer `at`."""

    amount: float
    at: Depth
    of = READOUT
    site = "weights"

    def __post_init__(self) -> None:
        checked_amount(self.amount)
        checked(self.at)

    def __str__(self) -> str:
        return f"attended({self.amount!r}, at={self.at!r})"

    def layer(self, layers: int) -> int:
        at = layer_of(self.at, layers)
        if at == 0:
            raise ValueError(f"{self} wants a layer that has another before it, not the first of {layers}")
        return at - 1

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:
        weights = seen[:, 0].double().mean(0)[image]
        most = weights.argsort(descending=True, stable=True)[: count_of(self.amount, len(weights))]
        return torch.zeros_like(weights, dtype=torch.bool).index_fill(0, most, value=True)


def attended(amount: float, at: Depth) -> Tokens:
    """So many image tokens (int), or this share (float), that the prompt's last token attends to most.

    FastV's ranking: the weights of the last layer before `at`, a mean over heads. Its pruning is
    `truncate(at, IMAGE - attended(amount, at))`.
    """
    return Attended(amount, at)
