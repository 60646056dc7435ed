"""Attention curves: whom some tokens attend to at every layer, as shares; no map is ever held."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits import IMAGE, QUESTION, Edit, Tokens
from vtmetrics.engine import Record
from vtmetrics.metrics import attention_share
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import OwnBundle
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.statistics import Kind
from vtmetrics.stopwatch import timed

ATTENTION_VERSION = 1


@dataclass(frozen=True)
class Attention(OwnBundle):
    """Of what tokens `by` give to `of` at each layer, the share that goes to `to`."""

    to: Tokens
    of: Tokens
    by: Tokens
    kind: Kind = "share"
    range: tuple[float, float] = (0.0, 1.0)

    def __str__(self) -> str:
        return f"attention({self.to}, of={self.of}, by={self.by}):{ATTENTION_VERSION}"

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curve of every scene. That there are no tokens `to` is an answer: they have no share."""
        lacking = runs.lacking(self.of, self.by)
        lacking |= {row: why for row, why in runs.lacking(self.to).items() if why.missing is not None}
        record = Record(self.by, _Shares(runs.where(self.to), runs.where(self.of)), site="weights")
        curves = torch.stack(runs.recorded(edit, record), -1).cpu()
        for position, curve in enumerate(curves):
            yield str(self), position, lacking.get(position) or curve_row(curve)


@dataclass(frozen=True, eq=False)
class _Shares:
    """The share of each scene at a layer."""

    to: Tensor
    of: Tensor

    @timed("metrics")
    def __call__(self, _: int, rows: tuple[Tensor, ...]) -> Tensor:
        to, of = self.to.to(rows[0].device), self.of.to(rows[0].device)
        return torch.stack([attention_share(*row) for row in zip(rows, to, of, strict=True)])


def attention(to: Tokens, of: Tokens = IMAGE, by: Tokens = QUESTION) -> Attention:
    """Of the attention that tokens `by` give to `of`, the share that goes to `to`, at every layer.

    Sums over heads and tokens are compared, so that heads which hardly look at `of` hardly count.
    `of=ALL` are all tokens. It is read in the attention that the model has, sdpa or eager.
    """
    return Attention(to, of, by)
