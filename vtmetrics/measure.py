"""Measuring: a block of scenes on one model, and everything that is read of the same runs."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from vtmetrics.bundle import Bundle
from vtmetrics.edit import Edit
from vtmetrics.encoding import Encoded, encode
from vtmetrics.engine.record import Record
from vtmetrics.memory import halving
from vtmetrics.row import Row
from vtmetrics.runs import Runs, takes_from_donor
from vtmetrics.scene import Scene
from vtmetrics.slot import Held, held
from vtmetrics.spec import Spec
from vtmetrics.tokens import Tokens

Found = tuple[Edit, str, Scene, Row]


def measure(spec: Spec, scenes: Sequence[Scene], edits: Sequence[Edit], bundle: Bundle) -> Iterator[Found]:
    """All that the bundle reads under every edit: (edit, reading, scene, row)."""
    place = held(spec)
    good: list[Encoded] = []
    for scene in scenes:
        try:
            good.append(encode(place.processor, scene, answered=bundle.answered))
        except (ValueError, OSError) as error:  # one scene's bad image is no other scene's
            yield from _lost(scene, edits, bundle, f"not encoded: {error}")
    alone = [row for row in good if row.scene.donor is None]
    paired = [row for row in good if row.scene.donor is not None]
    given = [edit for edit in edits if not takes_from_donor(edit)]
    for row in alone:
        yield from _lost(
            row.scene, [e for e in edits if takes_from_donor(e)], bundle, "the scene has no donor"
        )
    for rows, asked in ((alone, given), (paired, edits)):
        if rows and asked:
            yield from _fitting(place, rows, asked, bundle)


def pool(spec: Spec, scenes: Sequence[Scene], edit: Edit, tokens: Tokens, batch: int) -> list[Tensor]:
    """The states (L + 1, n, D) of these tokens in every scene, on the CPU; a scene that fails stops all."""
    place = held(spec)
    rows = [encode(place.processor, scene) for scene in scenes]

    def block(size: int) -> list[Tensor]:
        found: list[Tensor] = []
        for first in range(0, len(rows), size):
            runs = Runs(place.net, place.processor, rows[first : first + size])
            layers = runs.recorded(
                edit, Record(tokens, lambda _, states: [state.float().cpu() for state in states])
            )
            found += [torch.stack(scene) for scene in zip(*layers, strict=True)]
        return found

    return halving(block, min(batch, len(rows)))


def _fitting(place: Held, rows: Sequence[Encoded], edits: Sequence[Edit], bundle: Bundle) -> list[Found]:
    """The whole block in batches of one size, the largest that fits."""

    def block(size: int) -> list[Found]:
        parts = (rows[first : first + size] for first in range(0, len(rows), size))
        return [found for part in parts for found in _read(place, part, edits, bundle)]

    try:
        return halving(block, len(rows))
    finally:
        place.rest()


def _read(place: Held, rows: Sequence[Encoded], edits: Sequence[Edit], bundle: Bundle) -> Iterator[Found]:
    key = tuple(row.scene.digest for row in rows), bundle.answered
    runs = place.blocks.pop(key, None) or Runs(place.net, place.processor, rows)
    bundle.prepare(runs, edits)
    for edit in edits:
        for name, position, found in bundle.read(runs, edit):
            yield edit, name, rows[position].scene, found
    runs.forget()
    place.blocks[key] = runs  # the last one asked is the last to be forgotten; one that failed is not held


def _lost(scene: Scene, edits: Sequence[Edit], bundle: Bundle, why: str) -> Iterator[Found]:
    for edit in edits:
        for name in bundle.names:
            yield edit, name, scene, Row(missing=why)
