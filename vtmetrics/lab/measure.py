"""Measuring: a block of scenes on one model, and everything that is read of the same runs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from vtmetrics.edits import Edit, Tokens
from vtmetrics.engine import Record, approved
from vtmetrics.inputs import Encoded, Scene, encode
from vtmetrics.lab.failed_rows import failure_told
from vtmetrics.lab.memory import Batches
from vtmetrics.nets import Held, Spec, is_out_of_memory, load_once
from vtmetrics.readings import Block, Bundle, StoredValue, takes_from_donor
from vtmetrics.stopwatch import reported

MeasuredRow = tuple[Edit, str, Scene, StoredValue]
Pooled = tuple[Scene, Tensor | StoredValue]


@reported
def measure(
    spec: Spec, scenes: Sequence[Scene], edits: Sequence[Edit], bundle: Bundle, failures: list[Exception]
) -> Iterator[MeasuredRow]:
    """All that the bundle reads under every edit: (edit, reading, scene, row); `failures` gets an error."""
    place = load_once(spec)
    approved(place.net)  # one that can't be edited fails on no scene
    good, lost = _encoded(place, scenes, failures, answered=bundle.answered)
    for scene, why in lost:
        yield from _lost(scene, edits, bundle, why)
    taking = [edit for edit in edits if takes_from_donor(edit)]
    given = [edit for edit in edits if edit not in taking]
    paired, alone = _paired(place, good, failures, needed=bool(taking))
    for row, why in alone:
        yield from _lost(row.scene, taking, bundle, why)
    for rows, asked in (([row for row, _ in alone], given), (paired, edits)):
        if rows and asked:
            yield from _fitting(place, rows, asked, bundle, failures)


@reported
def pool(spec: Spec, scenes: Sequence[Scene], edit: Edit, tokens: Tokens, batch: int) -> list[Pooled]:
    """The states (L + 1, n, D) of these tokens in every scene, on the CPU, or a row that says why none."""
    place = load_once(spec)
    approved(place.net)
    failures: list[Exception] = []
    rows, lost = _encoded(place, scenes, failures)
    if takes_from_donor(edit):
        rows, alone = _paired(place, rows, failures, needed=True)
        lost += [(row.scene, why) for row, why in alone]

    found: list[Pooled] = [(scene, StoredValue(missing=why)) for scene, why in lost]
    for shape in dict.fromkeys(row.shape for row in rows):
        batches = Batches[Encoded, Pooled]([row for row in rows if row.shape == shape], batch, failures)
        for some in batches:
            with some:
                some.found = _states(Block(place.net, place.processor, some.rows), edit, tokens)
        found += batches.found
        found += [(row.scene, StoredValue(missing=why)) for row, why in batches.lost]
    if failures and not any(isinstance(states, Tensor) for _, states in found):
        raise failures[0]
    return found


def _states(block: Block, edit: Edit, tokens: Tokens) -> list[Pooled]:
    record = Record(tokens, lambda _, states: torch.cat(states))
    lacking = block.lacking(tokens, *edit.tokens)
    whole = torch.stack(block.recorded(edit, record)).cpu().float()  # (L + 1, N, D) of all rows, sent once
    each = torch.split(whole, block.where(tokens).sum(1).tolist(), dim=1)
    return [
        (row.scene, lacking.get(position, states.clone()))
        for position, (row, states) in enumerate(zip(block.rows, each, strict=True))
    ]


def _encoded(
    place: Held, scenes: Sequence[Scene], failures: list[Exception], *, answered: bool = True
) -> tuple[list[Encoded], list[tuple[Scene, str]]]:
    """The scenes as a model's inputs, and why some can't be: one scene's bad image is no other scene's."""
    good: list[Encoded] = []
    lost: list[tuple[Scene, str]] = []
    for scene in scenes:
        row = _twice(place, scene, failures, answered=answered)
        if isinstance(row, str):
            lost.append((scene, row))
        else:
            good.append(row)
    return good, lost


def _twice(place: Held, scene: Scene, failures: list[Exception], *, answered: bool) -> Encoded | str:
    """The scene as inputs, or why it has failed to become that a second time."""
    why = ""
    for _ in range(2):
        try:
            return _row(place, scene, answered=answered)
        except Exception as error:
            if isinstance(error, ValueError | OSError) or is_out_of_memory(error):
                why = f"not encoded: {str(error) or type(error).__name__}"
            elif not (why := failure_told(error, failures)):
                raise
    return why


def _row(place: Held, scene: Scene, *, answered: bool) -> Encoded:
    """The scene as inputs; the latest are kept, since most are asked about again under other edits."""
    key = scene.digest, answered
    row = place.rows.pop(key, None) or encode(place.processor, scene, answered=answered)
    place.rows[key] = row
    return replace(row, scene=scene)


def _paired(
    place: Held, rows: Sequence[Encoded], failures: list[Exception], *, needed: bool
) -> tuple[list[Encoded], list[tuple[Encoded, str]]]:
    """The rows that have donors, which can be encoded where they are needed; and why the others are alone."""
    paired: list[Encoded] = []
    alone: list[tuple[Encoded, str]] = []
    for row in rows:
        donor = row.scene.donor
        known, lost = _encoded(place, [donor] if donor and needed else [], failures)
        own, theirs = (int(each.masks["image"].sum()) for each in (row, *(known or [row])))
        if donor is None:
            alone.append((row, "the scene has no donor"))
        elif lost:
            alone.append((row, f"its donor is {lost[0][1]}"))
        elif own != theirs:
            alone.append((row, f"its donor has {theirs} image tokens, it has {own} itself"))
        else:
            paired.append(row)
    return paired, alone


def _fitting(
    place: Held, rows: Sequence[Encoded], edits: Sequence[Edit], bundle: Bundle, failures: list[Exception]
) -> Iterator[MeasuredRow]:
    """The whole block in batches of one size, the largest that fits."""
    batches = Batches[Encoded, MeasuredRow](rows, len(rows), failures)
    try:
        for batch in batches:
            with batch:
                batch.found = list(_read(place, batch.rows, edits, bundle))
            if batch.why:
                place.blocks.clear()  # it may be their memory that is lacking, or their fault
    finally:
        place.rest()
    yield from batches.found
    for row, why in batches.lost:
        yield from _lost(row.scene, edits, bundle, why)


def _read(
    place: Held, rows: Sequence[Encoded], edits: Sequence[Edit], bundle: Bundle
) -> Iterator[MeasuredRow]:
    key = tuple(row.scene.digest for row in rows), bundle.answered
    block = place.blocks.pop(key, None) or Block(place.net, place.processor, rows)
    bundle.prepare(block, edits)
    for edit in edits:
        lacking = block.lacking(*edit.tokens)
        for name, position, found in bundle.read(block, edit):
            yield edit, name, rows[position].scene, lacking.get(position, found)
    block.forget()
    place.blocks[key] = block  # the last one asked is the last to be forgotten; one that failed is not held


def _lost(scene: Scene, edits: Sequence[Edit], bundle: Bundle, why: str) -> Iterator[MeasuredRow]:
    for edit in edits:
        for name in bundle.names:
            yield edit, name, scene, StoredValue(missing=why)
