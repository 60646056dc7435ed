"""Tokens near the first: image tokens nearest to the prompt's first token at the input of a layer."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits.tokens import FIRST, IMAGE, Picked, Tokens


@dataclass(frozen=True)
class NearestToFirst(Picked):
    """The image tokens with the largest cosines with the first token at the input of a layer, so many."""

    count: int
    at: int
    of = IMAGE | FIRST
    site = "states"
    told = True

    def __post_init__(self) -> None:
        if self.count < 1 or self.at < 0:
            raise ValueError(
                f"nearest are at least 1 token at a layer from 0 on, not {self.count} at {self.at}"
            )

    def __str__(self) -> str:
        return f"near_first({self.count}, at={self.at})"

    def layer(self, layers: int) -> int:
        if self.at > layers:
            raise ValueError(f"{self} wants a model of {self.at} layers, not of {layers}")
        return self.at

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:
        states = seen.double()
        cosines = torch.nn.functional.cosine_similarity(states, states[:1], dim=-1)
        # the first token comes before the image, or is its first one, which is not near to itself
        before = len(seen) - int(image.sum())
        if before == 0:
            cosines[0] = -torch.inf
        near = cosines[before:]
        most = near.argsort(descending=True, stable=True)[: self.count]
        return torch.zeros_like(near, dtype=torch.bool).index_fill(0, most, value=True)


def near_first(count: int, at: int) -> Tokens:
    """So many image tokens that are nearest to the prompt's first token at the input of layer `at`."""
    return NearestToFirst(count, at)
