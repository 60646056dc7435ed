"""A word pair: is the word nearest to a kind of tokens the same in two images, and does it find them?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import torch
from torch import Tensor

from vtmetrics.edits import IMAGE, Edit, NearRow, Tokens
from vtmetrics.engine import Index
from vtmetrics.metrics import distinct_rows, embedding_lens
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import PassBundle
from vtmetrics.readings.image_pair import entering_of_donors
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind, Range

PAIR_VERSION = 1
Asked = Literal["same", "finds"]


@dataclass(frozen=True)
class WordAcross:
    """Of the word nearest to the mean of the donor's tokens: is it the scene's too, and where is it found."""

    asked: Asked
    tokens: Tokens
    k: int
    range: Range = (0.0, 1.0)

    def __post_init__(self) -> None:
        if self.asked not in get_args(Asked):
            raise ValueError(f"of a word it is asked if it is the {' or '.join(get_args(Asked))}")
        if self.k < 1:
            raise ValueError(f"a token has at least one nearest row, not {self.k}")

    def __str__(self) -> str:
        return f"word_across({self.asked!r}, {self.tokens}, k={self.k}):{PAIR_VERSION}"

    @property
    def kind(self) -> Kind:
        """A share of two pictures is 0 or 1."""
        return "share" if self.asked == "same" else "number"

    @property
    def bundle(self) -> "WordBundle":
        """What it is read with: the other question, too."""
        return WordBundle(self.tokens, self.k)


@dataclass(frozen=True)
class WordBundle(PassBundle):
    """The bundle of what the word of another picture's tokens says of this one."""

    tokens: Tokens
    k: int

    @property
    def asked(self) -> tuple[WordAcross, ...]:
        """Both questions."""
        return tuple(WordAcross(each, self.tokens, self.k) for each in get_args(Asked))

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each."""
        return tuple(map(str, self.asked))

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The answers of every scene."""
        if edit.steps:
            raise ValueError(f"words of two pictures are compared as they enter, not under {edit}")
        table = runs.net.get_input_embeddings().weight
        nearest = partial(embedding_lens, table=table, candidates=distinct_rows(table))
        lacking, theirs = runs.lacking(self.tokens), entering_of_donors(runs, self.tokens)
        image, which = runs.where(IMAGE), runs.where(self.tokens)
        kinds = [mine[shown] for mine, shown in zip(which, image, strict=True)]
        found: dict[int, Tensor] = {}
        for position, (seen, mine) in enumerate(zip(runs.entering(IMAGE), kinds, strict=True)):
            there = theirs.get(position)
            if position not in lacking and isinstance(there, Tensor):
                found[position] = _rows_near(seen, mine, there, partial(nearest, k=self.k))
        told = _on_host(found)
        for position, mine in enumerate(kinds):
            none = lacking.get(position) or _no_word(theirs.get(position))
            for reading in self.asked:
                yield str(reading), position, none or _answer(reading, mine, told[position])


def _no_word(there: "Tensor | StoredValue | None") -> StoredValue | None:
    if there is None:
        return StoredValue(excluded="the scene has no donor")
    return there if isinstance(there, StoredValue) else None


def _rows_near(seen: Tensor, mine: Tensor, there: Tensor, nearest: Callable[[Tensor], Tensor]) -> Tensor:
    """The rows (2 + n, k) near the mean of the donor's tokens, that of the scene's own, and each of its n."""
    own = seen.index_select(0, Index(mine.nonzero()[:, 0]).on(seen.device))
    means = [nearest(some.mean(0)[None]) for some in (there, own)]
    return torch.cat([*means, nearest(seen)])


def _on_host(found: Mapping[int, Tensor]) -> dict[int, Tensor]:
    """What was found in each scene, which leaves the device at once."""
    if not found:
        return {}
    parts = torch.split(torch.cat([*found.values()]).cpu(), [len(rows) for rows in found.values()])
    return dict(zip(found, parts, strict=True))


def _answer(reading: WordAcross, mine: Tensor, rows: Tensor) -> StoredValue:
    """Of the rows near both means and each of a scene's image tokens, of which some (n,) are of the kind."""
    word, own = rows[:2, 0].tolist()
    if -1 in (word, own):
        return StoredValue(excluded="the mean of such tokens has no direction, and so no nearest word")
    if reading.asked == "same":
        return StoredValue(value=float(word == own))
    found = NearRow(word, reading.k).choose(rows[2:], mine)
    both = 2 * int((found & mine).sum())
    return StoredValue(value=both / (int(found.sum()) + int(mine.sum())))


def word_across(asked: Asked, tokens: Tokens, k: int = 3) -> WordAcross:
    """What the word nearest to the mean of such tokens in the donor's picture is to those of this one.

    "same": whether it is the word nearest to theirs as well. "finds": how far the image tokens that have it
    among their k nearest are these tokens, twice those of both through the sum of either.
    """
    return WordAcross(asked, tokens, k)
