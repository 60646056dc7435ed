"""Token shares: how many tokens are of a kind, or of two kinds at once, one number a scene."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from torch import Tensor

from vtmetrics.edits import IMAGE, Edit, Tokens
from vtmetrics.readings.block import Block
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind, Range

SHARE_VERSION = 1


@dataclass(frozen=True)
class TokenShare:
    """Which share of `others` are `tokens`: `share(DEAD)` of the image."""

    tokens: Tokens
    others: Tokens
    kind: Kind = "number"
    range: Range = (0.0, 1.0)

    def __str__(self) -> str:
        return f"share({self.tokens}, {self.others}):{SHARE_VERSION}"

    @property
    def bundle(self) -> "ShareBundle":
        """What it is read with."""
        return ShareBundle(self)

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


@dataclass(frozen=True)
class ShareBundle:
    """One share: it takes no run but the one that picks tokens."""

    reading: TokenShare
    answered: bool = True
    at_once: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The one name."""
        return (str(self.reading),)

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """Nothing is run before it is asked for."""

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The share in every scene."""
        if edit.steps:
            raise ValueError(f"which tokens there are is seen in a plain run, not under {edit}")
        lacking = self.reading.lacking(runs)
        shares = self.reading.of(runs.where(self.reading.tokens), runs.where(self.reading.others))
        for position, found in enumerate(shares.double().tolist()):
            yield self.names[0], position, lacking.get(position) or _row(found, self.reading.others)


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
