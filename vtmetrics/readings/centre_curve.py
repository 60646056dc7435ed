"""Centre curves: how alike tokens are to the mean of some tokens, their own or others, or of all words."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import Edit, Tokens
from vtmetrics.engine import Index, Record
from vtmetrics.metrics import distinct_rows, nearest_cosine
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import OwnBundle
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.statistics import Kind, Range
from vtmetrics.stopwatch import timed

CENTRE_VERSION = 1


class Table(StrEnum):
    """What is no token and has a mean: the rows of the input embeddings, each once."""

    VOCABULARY = "VOCABULARY"


VOCABULARY = Table.VOCABULARY


@dataclass(frozen=True)
class Towards(OwnBundle):
    """The mean cosine of tokens with the mean of others in the same layer, or with that of the vocabulary."""

    tokens: Tokens
    centre: Tokens | Table
    kind: Kind = "number"
    range: Range = (-1.0, 1.0)

    def __str__(self) -> str:
        return f"towards({self.tokens}, {self.centre}):{CENTRE_VERSION}"

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curve of every scene."""
        tokens, centre = self.tokens, self.centre
        others = tokens if isinstance(centre, Table) else centre
        seen = tokens | others
        which = [*zip(_among(runs, seen, tokens), _among(runs, seen, others), strict=True)]
        mean = _mean_row(runs.net) if isinstance(centre, Table) else None

        @timed("metrics")
        def nearness(_: int, rows: tuple[Tensor, ...]) -> Tensor:
            return torch.stack([_nearness(row, *some, mean) for row, some in zip(rows, which, strict=True)])

        curves = torch.stack(runs.recorded(edit, Record(seen, nearness)), -1).cpu()
        lacking = runs.lacking(tokens, others)
        for position, curve in enumerate(curves):
            yield str(self), position, lacking.get(position) or curve_row(curve)


def _mean_row(net: Any) -> Tensor:
    """The mean of the rows of the input embeddings that are some word's, each once."""
    table: Tensor = net.get_input_embeddings().weight
    return table[distinct_rows(table)].double().mean(0)


def _among(runs: Block, seen: Tokens, some: Tokens) -> list[Index]:
    """Of the rows of those who are seen, which are these tokens'."""
    both = zip(runs.where(some), runs.where(seen), strict=True)
    return [Index(mask[where].nonzero()[:, 0]) for mask, where in both]


def _nearness(states: Tensor, mine: Index, theirs: Index, mean: Tensor | None) -> Tensor:
    """The mean cosine of some states (n, D) with the mean of others, or with a given one."""
    exact = states.double()
    others = exact.index_select(0, theirs.on(states.device))
    middle = others.mean(0) if mean is None else mean.to(states.device)
    return nearest_cosine(exact.index_select(0, mine.on(states.device)), middle[None])


def towards(tokens: Tokens, centre: Tokens | Table) -> Towards:
    """How alike tokens are to the mean of others at every layer: the mean of their cosines with it.

    `towards(DEAD, DEAD)` is how alike dead tokens are to each other; the VOCABULARY has the mean of its rows.
    """
    return Towards(tokens, centre)
