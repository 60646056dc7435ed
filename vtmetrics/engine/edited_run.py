"""An edited run: what its hooks have to remember while the layers are called."""

import threading
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor

from vtmetrics.edits import Hold, Substitute, aimed
from vtmetrics.engine import kv_cache
from vtmetrics.engine.across_layout import check_crossing
from vtmetrics.engine.borrowed_states import Bank, BorrowedStates, source_of
from vtmetrics.engine.changed_states import changed
from vtmetrics.engine.input_check import check_inputs
from vtmetrics.engine.layer_inputs import Fitting, check_presence
from vtmetrics.engine.layer_plan import LayerPlan
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.engine.record import Record, after_prompt, over_all, watched
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
        self._watched = {n: watched(r, plan) for n, r in self.now_read("states").items()}
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

    def now_read(self, site: str, *, later: bool = False) -> dict[str, Record]:
        """The records of a site, those of the prompt or those of what is generated."""
        return {n: r for n, r in self.records.items() if r.site == site and r.later == later}

    @property
    def watches(self) -> bool:
        """Whether anything is recorded between layers."""
        return any(record.site == "states" for record in self.records.values())

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
            self.recorded.update({name: [] for name, record in self.records.items() if record.later})
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
        if self.decoding:
            for name in self.now_read("states", later=True):
                self.read(name, layer, tuple(states.detach().clone()))
            return
        for name, placed in self._watched.items():
            rows = placed.present[layer]
            taken = rows.split(states) if rows else placed.all.split(self._whole(states))
            self.read(name, layer, taken)

    def read(self, name: str, layer: int, rows: tuple[Tensor, ...]) -> None:
        """Take a record."""
        into = self._begun(name, fresh=layer == 0)
        self.reducing = True  # who looks may call the net's own norm, which nothing is done to then
        try:
            into.append(self.records[name].reduce(layer, rows))
        finally:
            self.reducing = False

    def read_weights(self, name: str, layer: int, weights: tuple[Tensor, ...]) -> None:
        """Take a record of attention weights, each (heads, n, keys) of the tokens that the layer has."""
        if self.decoding:
            self.read(name, layer, after_prompt(weights, self.plan.cached[layer]))
        else:
            self.read(name, layer, over_all(weights, self.plan.slots[layer], self.plan.layout.length))

    def _begun(self, name: str, *, fresh: bool) -> list[Any]:
        """The list of layers to which a record is added; of what is generated, each call has its own."""
        if self.records[name].later:
            if fresh:
                self.recorded[name].append([])
            call: list[Any] = self.recorded[name][-1]
            return call
        if fresh:
            self.recorded[name] = []
            self._fresh.add(name)
        return self.recorded[name]

    def takes(self, name: str) -> bool:
        """Whether a record is taken in this call."""
        return self.decoding if self.records[name].later else self.reading

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
            if layer not in self.body.running:
                kv_cache.check_cache(store, layer)
            if self.decoding and (short := self.plan.cached[layer]) is not None:
                kv_cache.check_shortened(store, layer, short)
            self._cache = store
        return self._fitting.fit(layer, states, given, self._seen if self.decoding else None)

    def finish(self) -> None:
        """The prompt has been read: layers from which tokens are absent cache only the others."""
        self.reading = False
        asked = {name for name, record in self.records.items() if not record.later}
        if silent := asked - self._fresh:
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
