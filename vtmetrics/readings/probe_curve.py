"""Probe curves: how much of the picture single tokens tell, layer by layer, to probes taught on other scenes.

At each place, evenly from the first of some tokens to the last, and at each layer a probe of its own learns
an attribute of the picture from one state. All of one lesson are taught at once and kept as long as the net.
Labels follow from the picture: a row is kept by what a scene shows, and not by what is known of it beside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from vtmetrics.edits import IMAGE, QUESTION, Edit, Tokens
from vtmetrics.engine import Record
from vtmetrics.inputs import Encoded, Scene, encode
from vtmetrics.metrics import MLP, ProbeNet
from vtmetrics.readings.block import Block
from vtmetrics.readings.probe_lesson import ProbeLesson, TaughtProbes, spaced
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind, Range

PROBE_VERSION = 1
#: at how many of an image's tokens, or of a question's words, probes are put
PROBED_AT: dict[Tokens, int] = {IMAGE: 5, QUESTION: 3}
#: how many scenes to learn from run side by side
SIDE_BY_SIDE = 32
#: what nets have told of scenes to learn from, and what was learned: gone with the net
_KNOWN: WeakKeyDictionary[Any, dict[object, Any]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Probed:
    """What probes of some tokens tell of an attribute beyond its most frequent label, at every layer.

    `place` is one of the probed tokens; without it, it is the mean of all of them.
    """

    attribute: str
    tokens: Tokens
    lesson: ProbeLesson = field(repr=False)
    place: int | None = None
    kind: Kind = "share"
    range: Range = (-1.0, 1.0)

    def __post_init__(self) -> None:
        if self.tokens not in PROBED_AT:
            raise ValueError(f"probes are put at {' or '.join(map(str, PROBED_AT))}, not at {self.tokens}")

    def __str__(self) -> str:
        what = f"{self.attribute}({self.tokens})" + (f" at {self.place}" if self.place is not None else "")
        dealt = " dealt" if self.lesson.dealt else ""
        return f"probed({what}, {self.lesson.net},{dealt} learned from {self.lesson.digest}):{PROBE_VERSION}"

    @property
    def bundle(self) -> "ProbeBundle":
        """What it is read with: all places at once."""
        return ProbeBundle(replace(self, place=None))

    @property
    def places(self) -> tuple["Probed", ...]:
        """The same of each probed token alone."""
        return tuple(replace(self, place=place) for place in range(PROBED_AT[self.tokens]))


@dataclass(frozen=True)
class ProbeBundle:
    """The curves of all probed tokens, and their mean."""

    reading: Probed
    answered: bool = True
    at_once: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The mean's name, and that of each place."""
        return tuple(map(str, (self.reading, *self.reading.places)))

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """Each edit is one pass of its own, and one of the scenes to learn from."""

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """What probes tell of every scene."""
        reading = self.reading
        probes = _taught(runs, edit, reading)
        states = _seen_again(runs, edit, reading)
        lacking = runs.lacking(reading.tokens)
        for position, row in enumerate(runs.rows):
            lost = lacking.get(position)
            told = self._none(lost) if lost else self.told(row.scene, states[:, position], probes)
            for name, one in zip(self.names, told, strict=True):
                yield name, position, one

    def told(self, scene: Scene, states: Tensor, probes: TaughtProbes | None) -> tuple[StoredValue, ...]:
        """A scene's mean curve and that of each place, from its states (L + 1, P, D); or why it has none."""
        attribute = self.reading.attribute
        if probes is None:
            return self._none(StoredValue(excluded=f"the scenes to learn from don't differ in {attribute}"))
        if attribute not in scene.known:
            return self._none(StoredValue(excluded=f"the picture's {attribute} is not known"))
        if not states.isfinite().all():
            return self._none(StoredValue(missing="the states that probes are asked about are not finite"))
        cells = probes.beyond(scene, states)
        curves = (cells.mean(1), *cells.unbind(1))
        return tuple(StoredValue(value=tuple(curve.tolist())) for curve in curves)

    def _none(self, row: StoredValue) -> tuple[StoredValue, ...]:
        return (row,) * len(self.names)


def probed(
    attribute: str,
    tokens: Tokens,
    scenes: Sequence[Scene],
    net: ProbeNet = MLP,
    *,
    dealt: bool = False,
) -> Probed:
    """The reading of what single tokens tell of an attribute to probes that learn on these scenes.

    `attribute` is a name in what is known of a scene: its number of things, its commonest colour. With
    `dealt` scenes to learn from have the labels of other bases: whatever is told then, no state has told.
    """
    return Probed(attribute, tokens, ProbeLesson(tuple(scenes), attribute, net, dealt))


def _taught(runs: Block, edit: Edit, reading: Probed) -> TaughtProbes | None:
    known = _KNOWN.setdefault(runs.net, {})
    key = str(reading), edit
    if key not in known:
        known[key] = reading.lesson.learn(_lessons(runs, edit, reading, known))
    taught: TaughtProbes | None = known[key]
    return taught


def _seen_again(runs: Block, edit: Edit, reading: Probed) -> Tensor:
    """The states of these scenes, as they were seen if they are scenes to learn from; else they are run."""
    known = _lessons(runs, edit, reading, _KNOWN.setdefault(runs.net, {}))
    there = [known.get(row.scene.digest) for row in runs.rows]
    kept = [states for states in there if states is not None]
    return torch.stack(kept, 1) if len(kept) == len(there) else _states(runs, edit, reading.tokens)


def _lessons(runs: Block, edit: Edit, reading: Probed, known: dict[object, Any]) -> dict[str, Tensor]:
    """The states (L + 1, P, D) of scenes to learn from, by their digests; both kinds of tokens at once."""
    scenes = {scene.digest: scene for scene in reading.lesson.taught}
    key = frozenset(scenes), edit
    if key not in known:
        known[key] = {tokens: {} for tokens in PROBED_AT}
        rows = [encode(runs.processor, scene) for scene in scenes.values()]
        for shape in dict.fromkeys(row.shape for row in rows):
            alike = [row for row in rows if row.shape == shape]
            for first in range(0, len(alike), SIDE_BY_SIDE):
                _learn_from(runs, edit, alike[first : first + SIDE_BY_SIDE], known[key])
    states: dict[str, Tensor] = known[key][reading.tokens]
    return states


def _learn_from(
    runs: Block, edit: Edit, rows: Sequence[Encoded], known: dict[Tokens, dict[str, Tensor]]
) -> None:
    """Keep what these scenes' tokens hold, where there are such tokens and it is finite."""
    block = Block(runs.net, runs.processor, rows)
    for tokens, there in known.items():
        states, lacking = _states(block, edit, tokens), block.lacking(tokens)
        for position, row in enumerate(rows):
            own = states[:, position]
            if position not in lacking and own.isfinite().all():
                there[row.scene.digest] = own.clone()


def _states(runs: Block, edit: Edit, tokens: Tokens) -> Tensor:
    """The states of the probed tokens of each scene, (L + 1, B, P, D); zeros where there are no tokens."""
    places = PROBED_AT[tokens]

    def taken(_: int, rows: tuple[Tensor, ...]) -> Tensor:
        kept = [
            row[spaced(len(row), places).to(row.device)] if len(row) else row.new_zeros(places, row.shape[-1])
            for row in rows
        ]
        return torch.stack(kept)

    found: list[Tensor] = runs.recorded(edit, Record(tokens, taken))
    return torch.stack([one.to(runs.net.device) for one in found]).float()
