"""Picked tokens: those that a scene's own plain run picks, by how their states lie or who attends to them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits.depth import Depth, checked_depth, layer_before
from vtmetrics.edits.tokens import IMAGE, READOUT, Picked, Tokens, checked_amount, count_of
from vtmetrics.inputs import Layout
from vtmetrics.metrics import anchor_clusters

#: the cosine at which EmbedLens clusters, and the share below which nothing repeats at all
TAU, LEAST_SHARE = 0.9, 0.1


@dataclass(frozen=True)
class MostAttended(Picked):
    """The image tokens that the last token of the prompt attends to most before layer `at`."""

    amount: float
    at: Depth
    of = READOUT
    site = "weights"
    told = True

    def __post_init__(self) -> None:
        checked_amount(self.amount)
        checked_depth(self.at)

    def __str__(self) -> str:
        return f"attended({self.amount!r}, at={self.at!r})"

    def layer(self, layers: int) -> int:
        return layer_before(self.at, layers, self)

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:
        weights = seen[:, 0].double().mean(0)[image]
        most = weights.argsort(descending=True, stable=True)[: count_of(self.amount, len(weights))]
        return torch.zeros_like(weights, dtype=torch.bool).index_fill(0, most, value=True)


@dataclass(frozen=True)
class DominantCluster(Picked):
    """The image tokens of the dominant cluster as they enter the language model, if there is one.

    The largest anchor cluster, if it has more tokens than all other clusters together and at least a tenth
    of the image. EmbedLens calls it dead: "far more tokens than all remaining clusters combined", about 30 %
    of LLaVA-1.5's; and it says of encoders without dead tokens that nothing of the kind repeats. What else
    the paper says of the cluster is left to be found: that it is the same in every image and far from text
    (a claim each), and that its centroid's nearest word is always the same (a word of one checkpoint).
    """

    tau: float
    of = IMAGE
    site = "states"
    told = True

    def __post_init__(self) -> None:
        if not -1 <= self.tau <= 1:
            raise ValueError(f"tau is a cosine between -1 and 1, not {self.tau!r}")

    def __str__(self) -> str:
        return "DEAD" if self.tau == TAU else f"dominant({self.tau!r})"

    def layer(self, layers: int) -> int:  # noqa: ARG002 - the same in every model
        return 0

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:  # noqa: ARG002
        clusters = anchor_clusters(seen, tau=self.tau)
        largest, others = clusters == 0, clusters > 0
        count = int(largest.sum())
        return largest & (count > int(others.sum()) and count >= LEAST_SHARE * len(clusters))

    def lacking(self, layout: Layout) -> dict[int, str]:
        without = (~self.mask(layout).any(1)).nonzero().flatten().tolist()
        return dict.fromkeys(without, "no cluster of image tokens is dominant: none is dead")


@dataclass(frozen=True)
class Clustered(Picked):
    """The image tokens of one anchor cluster as they enter, the largest being the first, or of any (None)."""

    tau: float
    rank: int | None
    of = IMAGE
    site = "states"
    told = True

    def __post_init__(self) -> None:
        if not -1 <= self.tau <= 1:
            raise ValueError(f"tau is a cosine between -1 and 1, not {self.tau!r}")
        if self.rank is not None and self.rank < 0:
            raise ValueError(f"clusters count from 0, not from {self.rank!r}")

    def __str__(self) -> str:
        return f"clustered({self.tau!r}, {self.rank!r})"

    def layer(self, layers: int) -> int:  # noqa: ARG002 - the same in every model
        return 0

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:  # noqa: ARG002
        clusters = anchor_clusters(seen, tau=self.tau)
        return clusters >= 0 if self.rank is None else clusters == self.rank

    def lacking(self, layout: Layout) -> dict[int, str]:
        without = (~self.mask(layout).any(1)).nonzero().flatten().tolist()
        which = "are in no cluster" if self.rank is None else f"have no cluster {self.rank}"
        return dict.fromkeys(without, f"image tokens {which} at a cosine of {self.tau}")


def clustered(tau: float, rank: int | None = None) -> Tokens:
    """The image tokens of the cluster of this rank, 0 the largest, or in any cluster of two or more."""
    return Clustered(tau, rank)


def dominant(tau: float) -> Tokens:
    """The image tokens of the dominant cluster at this cosine; `DEAD` is that at .9."""
    return DominantCluster(tau)


def attended(amount: float, at: Depth) -> Tokens:
    """So many image tokens (int), or this share (float), that the prompt's last token attends to most.

    FastV's ranking: the weights of the last layer before `at`, a mean over heads. Its pruning is
    `truncate(at, IMAGE - attended(amount, at))`.
    """
    return MostAttended(amount, at)


DEAD = dominant(TAU)
ALIVE = IMAGE - DEAD
