"""Lens curves: which rows of the vocabulary lie nearest to tokens at every layer, and do they name things?

All tokens and layers are looked at while the model runs; of the scores of a vocabulary a chunk is held at a
time, and what is kept are a few rows for each token.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import DONOR, Edit, StandIn, Tokens
from vtmetrics.engine import Record
from vtmetrics.inputs import Scene, whole_words, words
from vtmetrics.metrics import distinct_rows, embedding_lens, grounded, recalled
from vtmetrics.nets import anatomy_of
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import PassBundle
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.readings.word_head import head_of
from vtmetrics.statistics import Kind
from vtmetrics.stopwatch import timed

LENS_VERSION = 2


class Through(StrEnum):
    """What tokens are compared with: the embeddings of words, or the head behind the final norm."""

    EMBEDS = "EMBEDS"
    HEAD = "HEAD"


EMBEDS, HEAD = Through


def _named(found: Tensor, labels: Sequence[Tensor]) -> Tensor:
    return grounded(found, labels, torch.ones(len(found), len(labels), dtype=torch.bool))


def _first_named(found: Tensor, labels: Sequence[Tensor]) -> Tensor:
    return _named(found[:, :1], labels)


#: shares of what is found; whose labels are looked for is part of the question
FINDS: Mapping[str, Callable[[Tensor, Sequence[Tensor]], Tensor]] = {"recalled": recalled, "named": _named}
#: what is asked of the rows themselves, whatever the picture shows
SAYS: Mapping[str, Callable[[Tensor, Sequence[Tensor]], Tensor]] = {"words": _first_named}


@dataclass(frozen=True)
class Lens:
    """One of FINDS or SAYS, or the entropy of what the head makes of tokens, at every layer."""

    metric: str
    tokens: Tokens
    through: Through
    k: int
    whose: StandIn | None

    def __post_init__(self) -> None:
        if self.metric not in (*FINDS, *SAYS, "entropy"):
            known = ", ".join([*FINDS, *SAYS])
            raise ValueError(f"a lens is read by {known} or entropy, got {self.metric!r}")
        if self.metric == "entropy" and self.through != HEAD:
            raise ValueError("the head alone gives a distribution, of which there is an entropy")
        if self.whose not in (None, DONOR):
            raise ValueError(f"labels are the scene's own or its DONOR's, not those of {self.whose}")
        if self.metric in SAYS and self.whose is not None:
            raise ValueError(f"{self.metric} are no picture's, and not those of the {self.whose}")
        if self.k < 1:
            raise ValueError(f"a token has at least one nearest row, not {self.k}")

    def __str__(self) -> str:
        where = f"{self.tokens}, {self.through}"
        if self.metric == "entropy":
            return f"lens({self.metric!r}, {where}):{LENS_VERSION}"
        whose = "" if self.whose is None else f", whose={self.whose}"
        return f"lens({self.metric!r}, {where}, k={self.k}{whose}):{LENS_VERSION}"

    @property
    def kind(self) -> Kind:
        """Shares, but for entropy."""
        return "number" if self.metric == "entropy" else "share"

    @property
    def range(self) -> tuple[float, float]:
        """Between which numbers the values lie."""
        return (0.0, math.inf) if self.metric == "entropy" else (0.0, 1.0)

    @property
    def bundle(self) -> "RowsBundle | EntropyBundle":
        """What it is read with: whatever the same rows say."""
        if self.metric == "entropy":
            return EntropyBundle(self.tokens)
        return RowsBundle(self.tokens, self.through, self.k)


@dataclass(frozen=True)
class RowsBundle(PassBundle):
    """The bundle of what the nearest rows say, of the scene's labels and of its donor's."""

    tokens: Tokens
    through: Through
    k: int

    @property
    def asked(self) -> tuple[Lens, ...]:
        """Everything that is read of the same rows."""
        whose: tuple[StandIn | None, ...] = (None, DONOR)
        pairs = [*((metric, one) for metric in FINDS for one in whose), *((metric, None) for metric in SAYS)]
        return tuple(Lens(metric, self.tokens, self.through, self.k, one) for metric, one in pairs)

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each."""
        return tuple(map(str, self.asked))

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curves of every scene."""
        lacking = runs.lacking(self.tokens)
        for position, rows in enumerate(rows_found(runs, edit, self.tokens, self.through, self.k)):
            for reading in self.asked:
                none = lacking.get(position)
                yield str(reading), position, none or _found(runs, position, rows, reading)


@dataclass(frozen=True)
class EntropyBundle(PassBundle):
    """The bundle of the mean entropy of what the head makes of some tokens."""

    tokens: Tokens

    @property
    def names(self) -> tuple[str, ...]:
        """The one reading."""
        return (str(lens("entropy", self.tokens, HEAD)),)

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curve of every scene."""
        head = head_of(anatomy_of(runs.net))

        @timed("metrics")
        def entropies(_: int, rows: tuple[Tensor, ...]) -> Tensor:
            each = head.entropy(torch.cat(rows))
            return torch.stack([part.mean() for part in torch.split(each, [len(row) for row in rows])])

        curves = torch.stack(runs.recorded(edit, Record(self.tokens, entropies)), -1).cpu()
        lacking, there = runs.lacking(self.tokens), runs.where(self.tokens).any(1).tolist()
        for position, curve in enumerate(curves):
            none = None if there[position] else StoredValue(excluded="there is no token")
            yield self.names[0], position, lacking.get(position) or none or curve_row(curve)


def rows_found(runs: Block, edit: Edit, tokens: Tokens, through: Through, k: int) -> tuple[Tensor, ...]:
    """The nearest rows of each scene's tokens at every layer, (n, L + 1, k), −1 where there is none."""
    layers = runs.recorded(edit, Record(tokens, _rows(runs.net, through, k)))
    found = torch.stack([torch.cat(layer) for layer in layers], 1).cpu()
    return torch.split(found, [len(row) for row in layers[0]])


def _rows(net: Any, through: Through, k: int) -> Callable[[int, tuple[Tensor, ...]], tuple[Tensor, ...]]:
    """What takes the nearest rows (n, k) of each batch row's tokens at a layer."""
    body = anatomy_of(net)
    if through == EMBEDS:
        table = body.net.get_input_embeddings().weight
        nearest = partial(embedding_lens, table=table, k=k, candidates=distinct_rows(table))
    else:
        nearest = partial(head_of(body).most_likely, k=k)

    @timed("metrics")
    def take(_: int, rows: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return torch.split(nearest(torch.cat(rows)), [len(row) for row in rows])

    return take


def _found(runs: Block, position: int, rows: Tensor, reading: Lens) -> StoredValue:
    """A scene's curve, of the rows (n, L + 1, k) that its tokens find."""
    scene, size = runs.rows[position].scene, len(runs.net.get_input_embeddings().weight)
    if reading.metric in SAYS:
        whole = [whole_words(runs.processor.tokenizer, size).nonzero().squeeze(1)]
        return curve_row(torch.stack([SAYS[reading.metric](layer, whole) for layer in rows.unbind(1)]))
    labels = _spelled(runs.processor.tokenizer, scene, size)
    none = "no label of the scene is one word of the vocabulary"
    if reading.whose is not None:
        if scene.donor is None:
            return StoredValue(missing="the scene has no donor")
        own, theirs = labels, _spelled(runs.processor.tokenizer, scene.donor, size)
        labels = {word: rows for word, rows in theirs.items() if word not in own}
        none = "the donor's labels have no word that is not the scene's own"
    if not labels:
        return StoredValue(excluded=none)
    find = FINDS[reading.metric]
    return curve_row(torch.stack([find(layer, [*labels.values()]) for layer in rows.unbind(1)]))


def _spelled(tokenizer: Any, scene: Scene, size: int) -> dict[int, Tensor]:
    """The rows that spell each word of the scene's labels."""
    return spellings(tokenizer, " ".join(box.label for box in scene.boxes), size)


def spellings(tokenizer: Any, label: str, size: int) -> dict[int, Tensor]:
    """The rows that spell each word of a label; unknown words and those of several tokens cannot be found."""
    known = words(tokenizer, size)
    labels: dict[int, Tensor] = {}
    for word in dict.fromkeys(label.split()):
        for text in (word, f" {word}"):
            tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
            if len(tokens) == 1 and tokens[0] != tokenizer.unk_token_id:
                same = int(known[tokens[0]])
                labels[same] = (known == same).nonzero().squeeze(1)
    return labels


def lens(
    metric: str,
    tokens: Tokens,
    through: Through = EMBEDS,
    k: int = 5,
    whose: StandIn | None = None,
) -> Lens:
    """What the vocabulary's rows say that lie nearest to tokens, at every layer and before the final norm.

    Through EMBEDS, the k nearest have the largest cosines with the embeddings of words; through the HEAD, the
    final norm and the head make them most likely. "recalled" is the share of the words in the scene's labels
    that some token finds, "named" the share of tokens that find one; `whose=DONOR` looks for those words of
    the donor's labels that are not the scene's own. "words" is the share of tokens whose nearest row is a
    whole word, whatever it says. "entropy" is that of the head's distribution, a mean over tokens.
    """
    return Lens(metric, tokens, through, k, whose)
