"""Grounding curves: do tokens in an object's box find the words of its label, at every layer?

A token lies in a box if the middle of what it shows does. What it finds of another picture's labels is what
is found without looking: those labels alone that are not its own, each as likely as the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import torch
from torch import Tensor

from vtmetrics.edits import DONOR, IMAGE, INSIDE, Edit, StandIn
from vtmetrics.engine import centres, within
from vtmetrics.inputs import Box
from vtmetrics.metrics import grounded
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import PassBundle
from vtmetrics.readings.lens_curve import EMBEDS, Through, rows_found, spellings
from vtmetrics.readings.row import StoredValue, curve_row
from vtmetrics.statistics import Kind, Range

GROUNDING_VERSION = 1
#: how much of its label a token has to find: some word, or both of two
Needed = Literal["any", "both"]


@dataclass(frozen=True)
class Grounding:
    """The share of the tokens in boxes that find a word of their label, or both where it has two."""

    needed: Needed
    through: Through
    k: int
    whose: StandIn | None
    kind: Kind = "number"
    range: Range = (0.0, 1.0)

    def __post_init__(self) -> None:
        if self.needed not in get_args(Needed):
            raise ValueError(f"a token finds {' or '.join(get_args(Needed))} of a label, not {self.needed!r}")
        if self.whose not in (None, DONOR):
            raise ValueError(f"labels are the scene's own or its DONOR's, not those of {self.whose}")
        if self.k < 1:
            raise ValueError(f"a token has at least one nearest row, not {self.k}")

    def __str__(self) -> str:
        whose = "" if self.whose is None else f", whose={self.whose}"
        return f"grounding({self.needed!r}, {self.through}, k={self.k}{whose}):{GROUNDING_VERSION}"

    @property
    def bundle(self) -> "GroundingBundle":
        """What it is read with: whatever the same rows say."""
        return GroundingBundle(self.through, self.k)


@dataclass(frozen=True)
class GroundingBundle(PassBundle):
    """The bundle of what the rows say of labels, of the scene's own and of its donor's."""

    through: Through
    k: int

    @property
    def asked(self) -> tuple[Grounding, ...]:
        """Everything that is read of the same rows."""
        whose: tuple[StandIn | None, ...] = (None, DONOR)
        return tuple(Grounding(each, self.through, self.k, one) for each in get_args(Needed) for one in whose)

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each."""
        return tuple(map(str, self.asked))

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The curves of every scene."""
        lacking, places = runs.lacking(INSIDE), _places(runs)
        for position, rows in enumerate(rows_found(runs, edit, INSIDE, self.through, self.k)):
            for reading in self.asked:
                none = lacking.get(position)
                found = none or _curve(runs, position, rows, places[position], reading)
                yield str(reading), position, found


def _places(runs: Block) -> list[Tensor]:
    """The middle of what each token in a box shows, (n, 2), scene by scene."""
    inside, image = runs.where(INSIDE), runs.where(IMAGE)
    known: dict[tuple[int, int], Tensor] = {}
    found = []
    for row, mine, shown in zip(runs.rows, inside, image, strict=True):
        if bool(mine.any()) and (size := row.scene.images[0].size) not in known:
            known[size] = centres(runs.net, runs.processor, row.scene).cpu()
        some = mine[shown].cpu()
        found.append(known[row.scene.images[0].size][some] if bool(some.any()) else torch.empty(0, 2))
    return found


def _curve(runs: Block, position: int, rows: Tensor, places: Tensor, reading: Grounding) -> StoredValue:
    """A scene's curve, of the rows (n, L + 1, k) that its tokens in boxes find."""
    scene = runs.rows[position].scene
    if reading.whose is not None and scene.donor is None:
        return StoredValue(missing="the scene has no donor")
    boxes = scene.boxes if scene.donor is None or reading.whose is None else scene.donor.boxes
    size = len(runs.net.get_input_embeddings().weight)
    spelled = {box: _words(runs.processor.tokenizer, box, size) for box in boxes}
    least = get_args(Needed).index(reading.needed) + 1
    labels = {box: words for box, words in spelled.items() if len(words) >= least}
    if not labels:
        return StoredValue(excluded=f"no label of the scene has {least} of its words in the vocabulary")
    asked = torch.stack([_asks(places, scene.boxes, box, reading.whose) for box in labels], 1)
    told = [_told(rows, words, reading.needed) for words in labels.values()]
    share = _mean_share if reading.whose is not None else _share
    lost = rows[..., 0] < 0
    layers = zip(torch.stack(told, -1).unbind(1), lost.unbind(1), strict=True)
    return curve_row(torch.stack([share(there, gone, asked) for there, gone in layers]))


def _words(tokenizer: Any, box: Box, size: int) -> list[Tensor]:
    return [*spellings(tokenizer, box.label, size).values()]


def _asks(places: Tensor, own: Sequence[Box], box: Box, whose: StandIn | None) -> Tensor:
    """Which tokens (n,) are asked about a label: those in its box, or those in boxes that are called else."""
    if whose is None:
        return within(places, box)
    called = [within(places, other) for other in own if other.label == box.label]
    anywhere = torch.ones(len(places), dtype=torch.bool)
    return anywhere & ~torch.stack(called).any(0) if called else anywhere


def _told(rows: Tensor, words: Sequence[Tensor], needed: Needed) -> Tensor:
    """Which tokens find the label at which layers, (n, L + 1)."""
    each = torch.stack([torch.isin(rows, word).any(-1) for word in words])
    return each.any(0) if needed == "any" else each.all(0)


def _share(told: Tensor, lost: Tensor, asked: Tensor) -> Tensor:
    """Of the tokens that are asked about labels (n, labels), those that find one of theirs."""
    numbers = torch.arange(told.shape[1])
    found = numbers.where(told, len(numbers)).masked_fill(lost[:, None], -1)
    return grounded(found, [*numbers[:, None]], asked)


def _mean_share(told: Tensor, lost: Tensor, asked: Tensor) -> Tensor:
    """The same of each label by itself, a mean over the labels that somebody is asked about."""
    pairs = zip(told.T[..., None], asked.T[..., None], strict=True)
    shares = [_share(one, lost, some) for one, some in pairs if bool(some.any())]
    return torch.stack(shares).mean() if shares else _share(told, lost, asked)


def grounding(
    needed: Needed = "any", through: Through = EMBEDS, k: int = 5, whose: StandIn | None = None
) -> Grounding:
    """Which share of the tokens in boxes find the label of their box, layer by layer.

    A token finds "any" word of the label among its k nearest rows, or "both" where the label has two words.
    `whose=DONOR` asks for the donor's labels instead, one after the other: what is found without looking.
    """
    return Grounding(needed, through, k, whose)
