"""Numbers taken while a net runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from vtmetrics.tokens import Tokens

Reduce = Callable[[int, tuple[Tensor, ...]], Any]


def copies(_layer: int, rows: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The states themselves."""
    return rows


@dataclass(frozen=True)
class Record:
    """What `reduce(layer, rows)` makes of the tokens' states, one (n, D) a batch row, at each layer.

    Layers 0 … L − 1 are what decoder layers receive, L is what the final norm receives. Layers come in order,
    so that a `reduce` with a memory may compare them. Absent tokens hold the state in which they left.
    """

    tokens: Tokens
    reduce: Reduce = copies
