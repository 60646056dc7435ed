"""A growing batch: runs of fewer tokens go side by side, each from the layer where it leaves the plain run.

Many short runs take a layer as many calls, each of which an accelerator waits for longer than it works. Here
a layer is called once for all runs that have left and have as many tokens. Sums may round otherwise than in
runs of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import QUESTION, Edit, truncate
from vtmetrics.engine.approval import FewWords, check_equal
from vtmetrics.engine.borrowed_states import Bank, BorrowedStates
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.hooked_run import refuse_second, running
from vtmetrics.engine.layer_plan import plan
from vtmetrics.engine.net_tail import logits_of
from vtmetrics.engine.plain_run import Trunk, plain_run_of
from vtmetrics.inputs import Layout
from vtmetrics.nets import PER_TOKEN, Anatomy, spare_bytes

#: what a layer is given of each row, beside its states
OF_ROWS = ("attention_mask", "position_embeddings", "position_ids", *PER_TOKEN)
#: what a layer holds of a token at once, in states; and of each two tokens: two weights a head, of 32 numbers
STATES_OF_A_TOKEN, STATES_OF_A_PAIR = 32, 1 / 16


@dataclass(eq=False)
class _Member:
    """An edit's run, and what its tokens hold by now."""

    edit: Edit
    run: EditedRun
    states: Tensor


class GrowingBatch:
    """Runs that have left the plain one, all at the input of the same layer."""

    def __init__(self, body: Anatomy, trunk: Trunk, *, together: bool = True) -> None:
        self.body, self.trunk, self.together = body, trunk, together
        self._members: list[_Member] = []
        self._made: dict[tuple[int, ...], tuple[Any, Tensor]] = {}
        self._room = 0.0

    def run_of(
        self,
        edit: Edit,
        layout: Layout,
        layer: int,
        bank: Bank,
        passing: Iterable[BorrowedStates] = (),
    ) -> EditedRun | None:
        """The run of an edit that leaves at this layer, if it lacks tokens there and layers do all for it."""
        if not self.together or self.body.crossing or layer < len(self.trunk.features):
            return None
        made = plan(edit, layout, self.body.depth)
        if layer == self.body.depth or made.slots[layer] is None:
            return None
        halted = any(at >= layer for at in (*made.attention, *made.ffn))
        return None if halted else EditedRun(self.body, made, bank, passing)

    def make_room(self, run: EditedRun, states: Tensor, layer: int) -> Iterator[tuple[Edit, Tensor]]:
        """Where memory has no room for one more, all others go on to their end; one alone always has room."""
        if self._members and _size(run, states, layer) > self._room:
            yield from self.end(layer)

    def take(self, edit: Edit, run: EditedRun, states: Tensor, layer: int) -> None:
        """Let a run go on with the others, from what the plain run holds where it leaves."""
        if not self._members:
            self._room = spare_bytes(states.device)
        self._room -= _size(run, states, layer)
        self._made.clear()
        run.begin(states, None)
        self._members.append(_Member(edit, run, states))

    def step(self, layer: int) -> None:
        """One layer, called once for all that have as many tokens and are given the same kinds of things."""
        if not self._members or layer == self.body.depth:
            return
        refuse_second(self.body)
        alike: dict[Any, list[tuple[_Member, Mapping[str, Any]]]] = {}
        for member in self._members:
            run = member.run
            if run.moves(layer):
                member.states = run.arrive(layer, member.states)
            given = _of_rows_alone(self._given(run, layer, member.states))
            kind = frozenset(name for name, part in given.items() if part is None)
            alike.setdefault((member.states.shape[1], kind), []).append((member, given))
        for group in alike.values():
            self._call(layer, group)

    def end(self, layer: int) -> Iterator[tuple[Edit, Tensor]]:
        """All runs go on from this layer to the end, and the batch is empty: their states after the norm."""
        for later in range(layer, self.body.depth):
            self.step(later)
        ended, self._members = self._members, []
        self._made.clear()
        while ended:  # one by one: all of their whole sequences may be more than there is room for
            member = ended.pop(0)
            refuse_second(self.body)
            states: Tensor = self.body.norm(member.run.arrive(self.body.depth, member.states))
            yield member.edit, states

    def _given(self, run: EditedRun, layer: int, states: Tensor) -> Mapping[str, Any]:
        told = self.trunk.given[layer]
        assert told is not None  # noqa: S101 - only layers that read across are passed over
        return run.fit(layer, states, dict(told)) if run.fits(layer) else told

    def _call(self, layer: int, group: Sequence[tuple[_Member, Mapping[str, Any]]]) -> None:
        members, given = zip(*group, strict=True)
        rows = len(members[0].states)
        states = torch.cat([member.states for member in members])
        beside = {name: self._beside([one.get(name) for one in given], rows, states) for name in OF_ROWS}
        told = {name: beside.get(name, part) for name, part in given[0].items()}
        output = self.body.layers[layer](states, **told)
        for member, own in zip(members, (output[0] if self.body.tupled else output).split(rows), strict=True):
            member.states = own

    def _beside(self, parts: Sequence[Any], rows: int, states: Tensor) -> Any:
        """What each run's rows are given, one run after the other."""
        if parts[0] is None or not isinstance(parts[0], Tensor | tuple):
            return parts[0]
        if isinstance(parts[0], tuple):
            return tuple(self._beside(some, rows, states) for some in zip(*parts, strict=True))
        key = tuple(map(id, parts))
        if key not in self._made:  # and parts are kept, lest another object takes over an id
            each = [part.to(states.device).expand(rows, *part.shape[1:]) for part in parts]
            self._made[key] = (parts, torch.cat(each))
        return self._made[key][1]


def compare_together(body: Anatomy, prompt: FewWords) -> None:
    """Two runs that lose words at different layers end side by side as each does by itself."""
    if body.recurrent is not None:  # of such nets no token can be absent
        return
    trunk = plain_run_of(body, prompt.inputs())
    leaving = {at: truncate(at, QUESTION) for at in {body.depth // 2, body.depth - 1}}
    batch = GrowingBatch(body, trunk)
    for layer, states in trunk.walk(body, range(body.depth)):
        edit = leaving.get(layer)
        if edit is not None and (run := batch.run_of(edit, prompt.layout, layer, {})) is not None:
            batch.take(edit, run, states, layer)
        batch.step(layer)
    left = prompt.valid & ~prompt.layout.masks["question"].to(prompt.valid.device)
    for edit, ended in batch.end(body.depth):
        with running(EditedRun(body, plan(edit, prompt.layout, body.depth))):
            own = body.net(**prompt.inputs(), use_cache=False).logits
        check_equal(body, logits_of(body, ended, 0)[left], own[left], "a prompt")


def _of_rows_alone(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without numbers of positions that are not of rows (M-RoPE has three of each token)."""
    positions = given.get("position_ids")
    several = isinstance(positions, Tensor) and positions.ndim != 2  # rows and tokens
    return {**given, "position_ids": None} if several else given


def _size(run: EditedRun, states: Tensor, layer: int) -> float:
    """The bytes that a run takes at most from this layer on: in one, and by what its absent tokens hold."""
    rows, length = states.shape[:2]
    present = max(length if slots is None else slots.size for slots in run.plan.slots[layer:])
    of_layer = rows * present * (STATES_OF_A_TOKEN + STATES_OF_A_PAIR * present)
    return (of_layer + rows * length) * states.shape[2] * states.element_size()
