"""Tokens near a row: image tokens that enter near one row of the vocabulary, as released code looks."""

from dataclasses import dataclass

from torch import Tensor

from vtmetrics.edits.tokens import IMAGE, Picked, Tokens
from vtmetrics.inputs import Layout


@dataclass(frozen=True)
class NearRow(Picked):
    """The image tokens that have this row of the input embeddings among their k nearest.

    EmbedLens' released code finds dead tokens and sinks so, by rows of one checkpoint: 1141, 26673 and 30296
    of LLaVA-1.5-7B. A row's number says nothing in another vocabulary.
    """

    row: int
    k: int
    of = IMAGE
    site = "states"
    told = True

    def __post_init__(self) -> None:
        if self.row < 0:
            raise ValueError(f"rows of a vocabulary count from 0, not from {self.row}")
        if self.k < 1:
            raise ValueError(f"a token has at least one nearest row, not {self.k}")

    def __str__(self) -> str:
        return f"near_row({self.row}, {self.k})"

    def layer(self, layers: int) -> int:  # noqa: ARG002 - the same in every model
        return 0

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:  # noqa: ARG002
        """Of the rows (n, k) that are nearest to tokens, who has this one."""
        return (seen == self.row).any(-1)

    def lacking(self, layout: Layout) -> dict[int, str]:
        without = (~self.mask(layout).any(1)).nonzero().flatten().tolist()
        return dict.fromkeys(without, f"no image token has row {self.row} among its {self.k} nearest")


def near_row(row: int, k: int = 3) -> Tokens:
    """The image tokens that, as they enter, have this row of the vocabulary among their k nearest."""
    return NearRow(row, k)
