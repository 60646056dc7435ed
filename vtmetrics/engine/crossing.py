"""Crossing: layers that read image tokens across, and only those of them that are there."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import Absence, aimed
from vtmetrics.engine.across_edges import EdgesAcross, closing, edges_across
from vtmetrics.engine.across_layout import beside_line
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.kv_cache import passed_cache
from vtmetrics.engine.layer_plan import LayerPlan
from vtmetrics.engine.net_tail import standing_in
from vtmetrics.engine.presence import PresentTokens, slots_for
from vtmetrics.nets import Anatomy


@dataclass(frozen=True, eq=False)
class Crossing:
    """The image tokens that a layer reads across: slots are None if there is none in any row."""

    slots: PresentTokens | None
    none: Tensor  # in which rows (B,) there is none

    def counts(self) -> Tensor:
        """How many each row (B,) reads."""
        return torch.zeros(len(self.none)) if self.slots is None else self.slots.present().sum(1)


def follow_crossing(run: EditedRun, undo: ExitStack) -> None:
    """Let layers read across only those image tokens that are present, for those words that are."""
    if run.plan.layout.tiles is None:
        return
    made: dict[frozenset[int], Crossing | None] = {}
    edges = edges_across(run.body, run.plan)
    for layer in sorted(run.body.crossing):
        read, kept = (_crossing(run.body, run.plan, layer, made, after=after) for after in (False, True))
        fewer = read is not None or kept is not None or run.plan.slots[layer] is not None
        if fewer or layer in edges:
            module: Any = run.body.layers[layer]
            reading = _Reading(run, layer, read, kept, edges.get(layer), module.forward)
            undo.enter_context(standing_in(module, reading))


def read_across(body: Anatomy, plan: LayerPlan) -> dict[int, tuple[Tensor, Tensor]]:
    """How many image tokens each row (B,) reads across in the prompt, and after it: of each such layer.

    Those that only fill up tiles are read with the others, unless all others are absent.
    """
    if not body.crossing:
        return {}
    tiles, made = plan.layout.tiles, dict[frozenset[int], Crossing | None]()
    whole = torch.full((plan.layout.rows,), 0 if tiles is None else tiles.shape[1] * body.tile)
    found = {}
    for layer in body.crossing:
        ways = (False, True) if tiles is not None else ()
        each = [_crossing(body, plan, layer, made, after=after) for after in ways] or [None, None]
        read, kept = (whole if one is None else one.counts() for one in each)
        found[layer] = read, kept
    return found


def _crossing(
    body: Anatomy, plan: LayerPlan, layer: int, made: dict[frozenset[int], Crossing | None], *, after: bool
) -> Crossing | None:
    """Whom a layer reads while the prompt is read, or after it; None if that is everyone."""
    absences = [step for step in plan.edit.steps if isinstance(step, Absence)]
    acting = [
        step
        for step in absences
        if layer in step.layers(body.depth) or (after and step.early_keys == "evicted")
    ]
    key = frozenset(map(id, acting))
    if key not in made:
        made[key] = _without(body, plan, acting)
    return made[key]


def _without(body: Anatomy, plan: LayerPlan, steps: list[Absence]) -> Crossing | None:
    if not steps:
        return None
    beside = beside_line(body, plan.layout)
    absent = reduce(or_, (aimed(step.tokens, beside) for step in steps))
    if not bool(absent.any()):
        return None
    none = ~(beside.valid & ~absent).any(1)
    there = ~absent & ~none[:, None]  # words before an image read what fills up its tiles, too
    return Crossing(slots_for(there) if bool(there.any()) else None, none)


class _Reading:
    """What a layer that reads across does in place of its own forward()."""

    def __init__(
        self,
        run: EditedRun,
        layer: int,
        read: Crossing | None,
        kept: Crossing | None,
        edges: EdgesAcross | None,
        own: Any,
    ) -> None:
        self.run, self.layer, self.read, self.kept = run, layer, read, kept
        self.edges, self.own = edges, own

    def __call__(self, states: Tensor, **given: Any) -> Tensor:
        decoding = self.run.decoding
        there = self.kept if decoding else self.read
        if there is not None and there.slots is None:
            return states  # as where there is no image: the layer is passed over
        words = None if decoding else self.run.plan.slots[self.layer]
        given, passed = self._closed(given, there, words, states)
        made: Tensor = self.own(states, **{**given, **_cut(given, there, words, states)})
        if not decoding and self.kept is not self.read:
            self._forget(passed_cache(given))
        if there is not None and bool(there.none.any()):
            none = there.none.to(made.device)[:, None]
            passed = none if passed is None else passed | none
        return made if passed is None else torch.where(passed[..., None], states, made)

    def _closed(
        self, given: dict[str, Any], there: Crossing | None, words: PresentTokens | None, states: Tensor
    ) -> tuple[dict[str, Any], Tensor | None]:
        """What the layer is given where some words may not read some of the image, and who is passed over."""
        new = states.shape[1] if self.run.decoding else None
        closed = None if self.edges is None else self.edges.closed(new, states.device)
        if self.edges is None or closed is None:
            return given, None
        image = self.edges.image
        if there is not None and there.slots is not None:
            image = image & there.slots.present()
        mask = given.get("cross_attention_mask")
        mask = states.new_zeros(closed.shape)[:, None] if mask is None else mask
        mask, none = closing(mask, closed, image.to(states.device))
        none = none if words is None else words.to(states.device).gather(none)
        return {**given, "cross_attention_mask": mask}, none

    def _forget(self, store: Any) -> None:
        """Keep only what is read after the prompt."""
        if store is None or self.kept is None:
            return
        cached, slots = store.layers[self.layer], self.kept.slots
        for name in ("keys", "values"):
            held = getattr(cached, name)
            setattr(cached, name, held[:, :, :0].clone() if slots is None else self._left(held, slots))

    def _left(self, held: Tensor, slots: PresentTokens) -> Tensor:
        index = slots.to(held.device).index
        if self.read is not None and self.read.slots is not None:
            before = self.read.slots.to(held.device)
            places = torch.zeros(before.rows, before.length, dtype=torch.long, device=held.device)
            numbers = torch.arange(before.size, device=held.device).expand(before.rows, -1)
            index = places.scatter(1, before.index, numbers).gather(1, index)
        across = index[:, None, :, None].expand(-1, held.shape[1], -1, held.shape[3])
        return held.gather(2, across)


def _cut(
    given: Mapping[str, Any], there: Crossing | None, words: PresentTokens | None, states: Tensor
) -> dict[str, Any]:
    """What the layer is given to read, and the masks that say which word reads which image token."""
    seen, mask, told = (
        given.get("cross_attention_states"),
        given.get("cross_attention_mask"),
        given.get("full_text_row_masked_out_mask"),
    )
    if words is not None:
        words = words.to(states.device)
        mask, told = (part if part is None else _of_words(part, words) for part in (mask, told))
    if there is not None and there.slots is not None:
        slots = there.slots.to(states.device)
        if seen is not None:
            seen = slots.gather(_whole(seen, slots))
        mask = _of_image(mask, slots, states)
    return {
        "cross_attention_states": seen,
        "cross_attention_mask": mask,
        "full_text_row_masked_out_mask": told,
    }


def _whole(seen: Tensor, slots: PresentTokens) -> Tensor:
    """The image tokens (B, n, D) of each row, of those tile by tile."""
    seen = seen.reshape(slots.rows, -1, seen.shape[-1])
    if seen.shape[1] != slots.length:
        raise ValueError(
            f"the layout has {slots.length} image tokens to be read across, the inputs {seen.shape[1]}"
        )
    return seen


def _of_words(mask: Tensor, words: PresentTokens) -> Tensor:
    """The rows (B, 1, n, …) of the words that are present."""
    return words.gather(mask.transpose(1, 2)).transpose(1, 2)


def _of_image(mask: Tensor | None, slots: PresentTokens, states: Tensor) -> Tensor | None:
    """The columns (B, 1, S, n) of the image tokens that are present; what is left over is read by nobody."""
    if mask is None:
        if slots.real is None:
            return None
        mask = states.new_zeros(slots.rows, 1, states.shape[1], slots.length)
    columns = slots.index[:, None, None, :].expand(-1, mask.shape[1], mask.shape[2], -1)
    found = mask.gather(3, columns)
    if slots.real is None:
        return found
    return found.masked_fill(~slots.real[:, None, None, :], torch.finfo(found.dtype).min)
