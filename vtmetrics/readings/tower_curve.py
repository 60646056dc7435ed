"""Tower curves: how long what becomes some image tokens is at every block of the vision tower."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from torch import Tensor

from vtmetrics.edits import IMAGE, Edit, Tokens
from vtmetrics.engine import block_norms
from vtmetrics.metrics import median_log
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import OwnBundle
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.statistics import Kind, Range

TOWER_VERSION = 1
#: a norm is a sum of amounts, as EmbedLens' figure has it
ORDER = 1


@dataclass(frozen=True)
class InTower(OwnBundle):
    """The median of the logarithms of some image tokens' L1 norms, at every block and behind the last."""

    tokens: Tokens
    kind: Kind = "number"
    range: Range = (-inf, inf)

    def __str__(self) -> str:
        return f"in_tower_length({self.tokens}):{TOWER_VERSION}"

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curve of every scene, which no edit of the language model changes."""
        if edit.steps:
            raise ValueError(f"the vision tower is looked at in a plain run, not under {edit}")
        lacking, which = runs.lacking(self.tokens), runs.where(self.tokens)
        for position, (row, mine, shown) in enumerate(zip(runs.rows, which, runs.where(IMAGE), strict=True)):
            found = lacking.get(position) or _curve(block_norms(runs.net, row, ORDER), mine[shown].cpu())
            yield str(self), position, found


def _curve(lengths: Tensor, mine: Tensor) -> StoredValue:
    """The curve of those of the image tokens (blocks + 1, n) that stand for some patch."""
    some = lengths[:, mine & ~lengths[0].isnan()]
    if not some.shape[1]:
        return StoredValue(excluded="no such token stands for a patch")
    return curve_row(median_log(some))


def length_in_tower(tokens: Tokens) -> InTower:
    """How long what becomes these image tokens is in the vision tower: the median log of their L1 norms."""
    return InTower(tokens)
