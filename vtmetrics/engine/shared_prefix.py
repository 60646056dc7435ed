"""A shared prefix: many edits of the same inputs leave one plain run where each begins to differ."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edits import PLAIN, Edit, Substitute, Tokens, aimed
from vtmetrics.engine.across_layout import check_across
from vtmetrics.engine.approval import FewWords, approved, check_equal, compared
from vtmetrics.engine.borrowed_states import Bank, BorrowedStates, passes_by, taken_from
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.growing_batch import GrowingBatch, compare_together
from vtmetrics.engine.hooked_run import refuse_second, running
from vtmetrics.engine.input_check import check_inputs, require_prompt
from vtmetrics.engine.layer_plan import plan
from vtmetrics.engine.net_tail import logits_of
from vtmetrics.engine.plain_run import Trunk, embedded, output_of, plain_run_of
from vtmetrics.engine.presence import HOST
from vtmetrics.engine.record import Record
from vtmetrics.engine.token_rows import States, rows_of
from vtmetrics.inputs import Layout, require_layout
from vtmetrics.nets import Anatomy, offsets_kept


@dataclass(frozen=True, eq=False)
class Resumed:
    """How an edited run ended: logits of the last positions (B, keep, V), states after the norm (B, S, D)."""

    edit: Edit
    logits: Tensor
    states: Tensor


@torch.no_grad()
def sweep(
    net: nn.Module,
    inputs: Mapping[str, Any],
    layout: Layout,
    edits: Sequence[Edit],
    bank: Bank | None = None,
    keep: int = 0,
    read: Tokens | None = None,
    trunk: Trunk | None = None,
    together: bool | None = None,
) -> Iterator[Resumed]:
    """The runs under all edits, those that begin at earlier layers first; equal to separate runs.

    `keep` is how many of the last positions get logits (0: all); `bank` holds what `sources` names for each.
    `read` are the tokens that somebody looks at, all unless told: what the others end as has no meaning.
    `trunk` is the plain run of these inputs, as far as earlier sweeps have made it. Runs of fewer tokens go
    on `together`, unless told on an accelerator alone; they come last, and equal but for rounding.
    """
    require_prompt(inputs, layout)
    body = approved(net)
    compared(body, "in a sweep", _compare_resumed)
    layout = layout.to(HOST)
    last = body.depth if read is None else body.depth - 1  # in which each run spares what nobody reads
    check_inputs(body, layout, inputs.get("input_ids"), inputs.get("attention_mask"))
    waiting = {edit: min(_sets_out(edit, body.depth), last) for edit in edits}
    wanted = _wanted(body, waiting, bank or {})
    later = [source for source in wanted if source.layer > last]
    held: dict[BorrowedStates, States] = dict(bank or {})
    trunk = trunk or embedded(net, inputs)
    states = trunk.path[0]
    batch = _batch(body, trunk, together=_pays(states) if together is None else together)
    for layer in range(last + 1):
        held.update(_come_by(wanted, layer, layout, states))
        for edit in [edit for edit, begins in waiting.items() if begins == layer]:
            if (run := batch.run_of(edit, layout, layer, held, later)) is not None:
                yield from _ended(body, batch.make_room(run, states, layer), keep)
                batch.take(edit, run, states, layer)
                continue
            run = EditedRun(body, plan(edit, layout, body.depth, read), held, later)
            yield from _ended(body, [(edit, _resumed(run, layer, states, trunk))], keep)
        refuse_second(body)  # whoever takes the runs one by one may edit in between, but not meanwhile
        batch.step(layer)
        if layer < max(waiting.values()):
            states = trunk.after(body, layer, states)
    yield from _ended(body, batch.end(last + 1), keep)


def _pays(states: Tensor) -> bool:
    """Whether fewer calls of layers are worth that sums round otherwise: an accelerator waits for calls."""
    return states.device != HOST


def _batch(body: Anatomy, trunk: Trunk, *, together: bool) -> GrowingBatch:
    """What runs go on in, of a net that has been seen to run them side by side."""
    if together:
        compared(body, "side by side", compare_together)
    return GrowingBatch(body, trunk, together=together)


def _ended(body: Anatomy, runs: Iterable[tuple[Edit, Tensor]], keep: int) -> Iterator[Resumed]:
    """How runs have ended, with the states after the norm of each."""
    for edit, states in runs:
        yield Resumed(edit, logits_of(body, states, keep), states)


def _sets_out(edit: Edit, layers: int) -> int:
    """Where a run leaves the plain one; tokens that are given what they hold never make it leave."""
    own = edit.on(layers)
    if all(isinstance(step, Substitute) and step.by == step.at for step in own.steps):
        return layers
    return min(own.begins(layers), layers)


def _wanted(body: Anatomy, edits: Mapping[Edit, int], bank: Bank) -> list[BorrowedStates]:
    """The states that the plain run comes by before they are needed."""
    wanted: dict[BorrowedStates, None] = {}
    for edit in edits:
        for source in taken_from(edit, body.depth):
            if source not in bank and not passes_by(source, edit, body.depth):
                raise ValueError(f"the bank lacks {source}, which {edit} needs")
            if source not in bank:
                wanted[source] = None
    return list(wanted)


def _come_by(
    wanted: Iterable[BorrowedStates], layer: int, layout: Layout, states: Tensor
) -> dict[BorrowedStates, States]:
    """Those of the wanted states that the plain run holds at the input of this layer."""
    here = [source for source in wanted if source.layer == layer]
    return {source: rows_of(aimed(source.tokens, layout)).take(states) for source in here}


@torch.no_grad()
def capture(
    net: nn.Module,
    inputs: Mapping[str, Any],
    layout: Layout,
    wanted: Iterable[BorrowedStates],
    trunk: Trunk | None = None,
) -> dict[BorrowedStates, States]:
    """The wanted states in a plain run of these inputs, which goes no further than the last of them.

    For a donor's states, pass the donor's inputs and layout; `trunk` is the plain run as far as it was made.
    """
    require_prompt(inputs, layout)
    body = approved(net)
    refuse_second(body)
    layout = layout.to(HOST)
    check_inputs(body, layout, inputs.get("input_ids"), inputs.get("attention_mask"))
    by_layer: dict[int, list[BorrowedStates]] = {}
    for source in wanted:
        check_across(body, layout, source.tokens)
        by_layer.setdefault(source.layer, []).append(source)
    found = {}
    for layer, states in (trunk or embedded(net, inputs)).walk(body, by_layer):
        for source in by_layer[layer]:
            found[source] = rows_of(aimed(source.tokens, layout)).take(states)
    return found


@torch.no_grad()
def record_along(
    net: nn.Module,
    trunk: Trunk,
    layout: Layout,
    edit: Edit,
    records: Mapping[str, Record],
    bank: Bank | None = None,
) -> Mapping[str, list[Any]]:
    """What is recorded between the layers of an edited run, which leaves the plain one where it begins."""
    require_layout(layout)
    if later := [name for name, record in records.items() if record.later]:
        raise ValueError(f"nothing is generated where {later[0]!r} is recorded: see edited(…, record=…)")
    body = approved(net)
    refuse_second(body)
    layout = layout.to(HOST)
    begins = _sets_out(edit, body.depth)
    held: dict[BorrowedStates, States] = dict(bank or {})
    run = EditedRun(body, plan(edit, layout, body.depth), held, records=records)
    passing = _wanted(body, {edit: begins}, held)
    for layer, states in trunk.walk(body, range(begins + 1)):
        held.update(_come_by(passing, layer, layout, states))
        if layer < begins:
            run.watch(layer, states)
    _resumed(run, begins, states, trunk)
    return run.recorded


def _resumed(run: EditedRun, first: int, states: Tensor, trunk: Trunk) -> Tensor:
    """The states after the norm of a run that leaves the plain one at this layer."""
    body = run.body
    with running(run):
        run.begin(states, None)
        for layer in range(first, body.depth):
            states = output_of(body, layer, states, trunk)
        ended: Tensor = body.norm(states)
    return ended


def _compare_resumed(body: Anatomy, prompt: FewWords) -> None:
    """A run that is resumed half way ends as the net's own does."""
    trunk = plain_run_of(body, prompt.inputs())
    half, states = body.depth // 2, trunk.path[0]
    for layer in range(half):
        states = trunk.after(body, layer, states)
    ended = _resumed(EditedRun(body, plan(PLAIN, prompt.layout, body.depth)), half, states, trunk)
    with offsets_kept(body.net):
        own = body.net(**prompt.inputs(), use_cache=False).logits
    found = logits_of(body, ended, 0)
    check_equal(body, found[prompt.valid], own[prompt.valid], "a prompt")
