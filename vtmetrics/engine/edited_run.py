"""An edited run: what its hooks have to remember while the layers are called."""

import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import Hold, Substitute, aimed
from vtmetrics.engine import kv_cache
from vtmetrics.engine.across_layout import check_crossing
from vtmetrics.engine.borrowed_states import Bank, BorrowedStates, source_of
from vtmetrics.engine.input_check import check_inputs
from vtmetrics.engine.layer_inputs import Fitting, check_presence
from vtmetrics.engine.layer_plan import LayerPlan, StateChange
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.engine.record import Record, over_all, watched
from vtmetrics.engine.token_rows import States, TokenRows, placed_in, rows_of
from vtmetrics.nets import Anatomy


class EditedRun:
    """A net's calls while it is edited; `recorded` holds what the last prefill gave, one entry a layer."""

    def __init__(
        self,
        body: Anatomy,
        plan: LayerPlan,
        bank: Bank | None = None,
        passing: Iterable[BorrowedStates] = (),
        records: Mapping[str, Record] | None = None,
    ) -> None:
        self.body = body
        self.plan = plan
        self.bank = bank or {}
        self.records = records or {}
        self.taken: dict[BorrowedStates, States] = {}
        self.recorded: dict[str, list[Any]] = {}
        self.asking: dict[tuple[int, ...], PresentTokens | None] = {}
        self._fresh: set[str] = set()
        self.decoding = False
        self.reading = False
        self.reducing = False
        self.begun = False
        self.over = False
        self.caches: list[weakref.ref[Any]] = []
        self._thread = threading.get_ident()
        self._watched = {n: watched(r, plan) for n, r in self.records.items() if r.site == "states"}
        self._passing: dict[int, list[tuple[BorrowedStates, TokenRows]]] = {}
        for source in passing:
            rows = rows_of(aimed(source.tokens, plan.layout))
            self._passing.setdefault(source.layer, []).append((source, rows))
        self.now: PresentTokens | None = None
        self._held: Tensor | None = None
        self._seen = 0
        self._cache: Any = None
        self._fitting = Fitting(body, plan)
        check_presence(body, plan)
        check_crossing(body, plan, self.records.values())

    @property
    def watches(self) -> bool:
        """Whether anything is recorded between layers."""
        return bool(self._watched)

    def moves(self, layer: int) -> bool:
        """Whether tokens leave, come back, are looked at or hold something else at the input of a layer."""
        if layer in self.plan.changes or layer in self._passing:
            return True
        before = self.plan.slots[layer - 1] if layer > 0 else None
        return before is not self.plan.slots[layer]

    def fits(self, layer: int) -> bool:
        """Whether a layer, or what it caches, lacks tokens, or some may not read others."""
        return self.lacks(layer) or layer in self.plan.edges

    def lacks(self, layer: int) -> bool:
        """Whether a layer, or what it caches, lacks tokens."""
        if layer == 0 and self.shortens:
            return True
        return self.plan.slots[layer] is not None or self.plan.cached[layer] is not None

    @property
    def shortens(self) -> bool:
        """Whether a layer lacks tokens, or what it caches does, or some may not read others."""
        fewer = any(slots is not None for slots in (*self.plan.slots, *self.plan.cached))
        return fewer or bool(self.plan.edges)

    def check(self, ids: Tensor | None, mask: Tensor | None, past: Any) -> None:
        """Refuse a call of the net by another thread, or of a prompt that is not the layout's."""
        if threading.get_ident() != self._thread:
            raise ValueError("this net is being edited by another thread: let it end first, or copy the net")
        if past is None or past.get_seq_length() == 0:
            if past is not None and self.shortens:
                kv_cache.open_windows(past)
            check_inputs(self.body, self.plan.layout, ids, mask)

    def begin(self, embedded: Tensor, past: Any) -> None:
        """A call of the decoder: the whole prompt, or what follows it."""
        layout = self.plan.layout
        self.check(None, None, past)
        self.begun = True
        if past is not None and past.is_compileable:
            raise TypeError(
                f"a {type(past).__name__} is for compiled nets, which ignore hooks: edits want a DynamicCache"
            )
        seen = 0 if past is None else past.get_seq_length()
        rows, new = embedded.shape[:2]
        self.decoding = seen > 0
        self._fitting.forget()
        if not self.decoding:
            if (rows, new) != (layout.rows, layout.length):
                raise ValueError(
                    f"the layout has {layout.rows} rows of {layout.length} tokens, the inputs {rows} of {new}"
                    + self._misfit(rows, new)
                )
            self.taken = {}
            self.reading = True
            self.now, self._held, self._cache, self._seen = None, None, None, 0
            return
        if self._seen == 0 or rows != layout.rows:
            raise ValueError("an edited run continues only a prompt that it has read, row by row")
        self._seen = seen

    def _misfit(self, rows: int, new: int) -> str:
        """What may be meant by a prompt of another shape."""
        layout = self.plan.layout
        if rows > layout.rows and rows % layout.rows == 0:
            return f": beams are declared, as edited(…, beams={rows // layout.rows})"
        if new > layout.length and self._seen:
            return (
                ": generate() goes on from a cache that holds the prompt (use_cache=True, no assistant model)"
            )
        return ": a prompt is read whole, in one call (no prefill_chunk_size)" if new < layout.length else ""

    def arrive(self, layer: int, states: Tensor) -> Tensor:
        """What a layer receives, after the steps that act at its input; the last one is the final norm."""
        full = self._whole(states)
        for source, rows in self._passing.get(layer, ()):
            self.taken[source] = rows.take(full)
        for change in self.plan.changes.get(layer, ()):
            full = changed(full, change, self._source(change.step), self.plan.layout.keys)
        self.now = self.plan.slots[layer] if layer < self.body.depth else None
        self._held = None if self.now is None else full
        return full if self.now is None else self.now.to(full.device).gather(full)

    def watch(self, layer: int, states: Tensor) -> None:
        """Take what is recorded between layers."""
        for name, placed in self._watched.items():
            rows = placed.present[layer]
            taken = rows.split(states) if rows else placed.all.split(self._whole(states))
            self.read(name, layer, taken)

    def read(self, name: str, layer: int, rows: tuple[Tensor, ...]) -> None:
        """Take a record."""
        if layer == 0:
            self.recorded[name] = []
            self._fresh.add(name)
        self.reducing = True  # who looks may call the net's own norm, which nothing is done to then
        try:
            self.recorded[name].append(self.records[name].reduce(layer, rows))
        finally:
            self.reducing = False

    def read_weights(self, name: str, layer: int, weights: tuple[Tensor, ...]) -> None:
        """Take a record of attention weights, each (heads, n, keys) of the tokens that the layer has."""
        self.read(name, layer, over_all(weights, self.plan.slots[layer], self.plan.layout.length))

    def placed(self, record: Record, layer: int) -> TokenRows:
        """Where those of a record's tokens are that a layer has."""
        slots, mask = self.plan.slots[layer], record.tokens.mask(self.plan.layout)
        return rows_of(mask) if slots is None else placed_in(slots, mask)

    def _whole(self, states: Tensor) -> Tensor:
        if self.now is None:
            return states
        assert self._held is not None  # noqa: S101
        return self.now.to(states.device).restore(states, self._held.to(states.device))

    def _source(self, step: Hold) -> States | None:
        source = source_of(step, self.body.depth) if isinstance(step, Substitute) else None
        if source is None:
            return None
        return self.bank[source] if source in self.bank else self.taken[source]

    def fit(self, layer: int, states: Tensor, given: dict[str, Any]) -> dict[str, Any]:
        """What a layer is given beside its states, for those tokens alone."""
        store = kv_cache.cache_of_layer(given)
        if store is not None and self.lacks(layer) and layer not in self.body.crossing:
            if layer == 0 and not self.decoding:
                kv_cache.open_windows(store)
            kv_cache.check_cache(store, layer)
            if self.decoding and (short := self.plan.cached[layer]) is not None:
                kv_cache.check_shortened(store, layer, short)
            self._cache = store
        return self._fitting.fit(layer, states, given, self._seen if self.decoding else None)

    def finish(self) -> None:
        """The prompt has been read: layers from which tokens are absent cache only the others."""
        self.reading = False
        if silent := self.records.keys() - self._fresh:
            name = min(silent)
            raise ValueError(
                f"nothing was recorded as {name!r}: no {self.records[name].site} came by in this run"
            )
        self._fresh.clear()
        self._seen = self.plan.layout.length
        if self._cache is None:
            return
        for layer, (prefilled, cached) in enumerate(zip(self.plan.slots, self.plan.cached, strict=True)):
            if layer in self.body.crossing:
                continue
            if cached is not None:
                kv_cache.check_cache(self._cache, layer)
                kv_cache.shorten(self._cache, layer, prefilled, cached)
        self._cache = None


def changed(full: Tensor, change: StateChange, taken: States | None, keys: Sequence[str]) -> Tensor:
    """The states (B, S, D) after a change; `taken` are those of a plain run, where the change needs them."""
    counts = list(change.rows.counts)
    if taken is None:
        flat = full.flatten(0, 1).index_select(0, change.rows.on(full.device))
        rows = torch.split(flat, counts)
        held = list(change.step.instead(rows, keys))
        if [row.shape for row in held] != [row.shape for row in rows]:
            wanted, came = ([tuple(row.shape) for row in told] for told in (rows, held))
            raise ValueError(f"{change.step} needs states of the shapes {wanted} instead, not {came}")
        return change.rows.put(full, torch.cat(held))
    if taken.counts != change.rows.counts:
        raise ValueError(f"{change.step} needs {counts} states in the rows of the batch, not {taken.counts}")
    return change.rows.put(full, taken.values)
