"""Token shares: how many tokens are of a kind, or of two kinds at once, one number a scene."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

from torch import Tensor

from vtmetrics.edits import IMAGE, Edit, Tokens
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import OwnBundle
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind, Range

SHARE_VERSION = 1


@dataclass(frozen=True)
class TokenShare(OwnBundle):
    """Which share of `others` are `tokens`: `share(DEAD)` of the image."""

    tokens: Tokens
    others: Tokens
    kind: Kind = "number"
    range: Range = (0.0, 1.0)

    def __str__(self) -> str:
        return f"share({self.tokens}, {self.others}):{SHARE_VERSION}"

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The share in every scene: no run is needed but the one that picks tokens."""
        if edit.steps:
            raise ValueError(f"which tokens there are is seen in a plain run, not under {edit}")
        lacking = self.lacking(runs)
        shares = self.of(runs.where(self.tokens), runs.where(self.others))
        for position, found in enumerate(shares.double().tolist()):
            yield str(self), position, lacking.get(position) or _row(found, self.others)

    def lacking(self, runs: Block) -> dict[int, StoredValue]:
        """Scenes that have none of the others; without the tokens themselves the share is 0."""
        return runs.unknown(self.tokens) | runs.lacking(self.others)

    def of(self, tokens: Tensor, others: Tensor) -> Tensor:
        """The share in each row, of the two kinds' masks."""
        return (tokens & others).sum(1) / others.sum(1)


@dataclass(frozen=True)
class TokensInCommon(TokenShare):
    """Which share of two kinds of tokens is of both: twice those of both, through the sum of either."""

    def __str__(self) -> str:
        return f"in_common({self.tokens}, {self.others}):{SHARE_VERSION}"

    def lacking(self, runs: Block) -> dict[int, StoredValue]:
        """Scenes that have neither kind."""
        one, other = runs.lacking(self.tokens), runs.lacking(self.others)
        neither = {row: why for row, why in one.items() if row in other}
        return neither | runs.unknown(self.tokens, self.others)

    def of(self, tokens: Tensor, others: Tensor) -> Tensor:
        return 2 * (tokens & others).sum(1) / (tokens.sum(1) + others.sum(1))


def _row(found: float, others: Tokens) -> StoredValue:
    if isnan(found):  # none of them
        return StoredValue(excluded=f"the scene has no tokens of {others}")
    return StoredValue(value=found)


def share(tokens: Tokens, of: Tokens = IMAGE) -> TokenShare:
    """Which share of the image tokens, or of others, are these: 0 where there are none."""
    return TokenShare(tokens, of)


def in_common(tokens: Tokens, others: Tokens) -> TokensInCommon:
    """How far two kinds of tokens are the same: 1 if all are of both, 0 if none is (Dice's index)."""
    return TokensInCommon(tokens, others)
