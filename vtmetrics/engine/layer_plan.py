"""A layer plan: an edit worked out for one batch, which tokens are where and hold what, layer by layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from torch import Tensor

from vtmetrics.edits import Absence, Blind, Edit, Freeze, Hold, Positions, Tokens, aimed, layer_of
from vtmetrics.engine.attention_edges import ClosedEdges, closed_edges
from vtmetrics.engine.presence import PresentTokens, slots_for
from vtmetrics.engine.token_rows import TokenRows, rows_of
from vtmetrics.inputs import Layout


@dataclass(frozen=True, eq=False)
class StateChange:
    """A step that changes the states of some tokens at the input of a layer."""

    step: Hold
    rows: TokenRows


@dataclass(frozen=True, eq=False)
class Gate:
    """Tokens (B, S) that one half of a layer does not update."""

    mask: Tensor
    decoding: bool


@dataclass(frozen=True, eq=False)
class LayerPlan:
    """What happens in each layer; slots are None where every token is present."""

    layout: Layout
    slots: tuple[PresentTokens | None, ...]
    cached: tuple[PresentTokens | None, ...]
    positions: Positions
    changes: Mapping[int, Sequence[StateChange]]
    attention: Mapping[int, Sequence[Gate]]
    ffn: Mapping[int, Sequence[Gate]]
    edges: Mapping[int, ClosedEdges]
    edit: Edit


def plan(edit: Edit, layout: Layout, layers: int, read: Tokens | None = None) -> LayerPlan:
    """The edit, worked out for this batch and so many layers; of no use is what `read` does not depend on."""
    edit = edit.parted(layers)
    absences = [step for step in edit.steps if isinstance(step, Absence)]
    evicted = [step for step in absences if step.early_keys == "evicted"]
    if evicted and "answer" in layout.masks and layout.named("answer").any():
        raise ValueError(
            "early keys are evicted before an answer is generated, but the inputs hold an answer"
        )
    there = _Presence(layout)
    absent = [[step for step in absences if layer in step.layers(layers)] for layer in range(layers)]
    made = LayerPlan(
        layout=layout,
        slots=tuple(there.without(steps) for steps in absent),
        cached=tuple(there.without([*steps, *evicted]) for steps in absent),
        positions=_positions(absences),
        changes=_changes(edit, layout, layers),
        attention=_gates([step for step in _freezes(edit) if step.attention], layout, layers),
        ffn=_gates([step for step in _freezes(edit) if step.ffn], layout, layers),
        edges=closed_edges([step for step in edit.steps if isinstance(step, Blind)], layout, layers),
        edit=edit,
    )
    return made if read is None else _spared(made, read.mask(layout))


def _spared(plan: LayerPlan, needed: Tensor) -> LayerPlan:
    """Without feed-forward updates of tokens that no later layer has and nobody needs (B, S) at the end."""
    ffn = {layer: list(gates) for layer, gates in plan.ffn.items()}
    after: PresentTokens | None = None
    for layer in reversed(range(len(plan.slots))):
        for change in plan.changes.get(layer + 1, ()):
            needed = needed | change.rows.mask(needed.shape)
        slots = plan.slots[layer]
        present = plan.layout.valid if slots is None else slots.present()
        last = layer + 1 == len(plan.slots)
        if last or slots is not after:
            ffn.setdefault(layer, []).append(Gate(present & ~needed, decoding=False))
        needed, after = needed | present, slots
    return replace(plan, ffn=ffn)


def _freezes(edit: Edit) -> list[Freeze]:
    return [step for step in edit.steps if isinstance(step, Freeze)]


class _Presence:
    """Slots by what is absent: layers that lack the same tokens share one object, and so their masks."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.by_steps: dict[frozenset[int], PresentTokens | None] = {}
        self.by_tokens: dict[bytes, PresentTokens] = {}

    def without(self, steps: Sequence[Absence]) -> PresentTokens | None:
        """The slots of the tokens that none of these steps removes; None if that is all of them."""
        if not steps:
            return None
        key = frozenset(map(id, steps))  # steps of one edit, which are slow to hash
        if key not in self.by_steps:
            self.by_steps[key] = self._slots(steps)
        return self.by_steps[key]

    def _slots(self, steps: Sequence[Absence]) -> PresentTokens | None:
        absent = reduce(or_, (aimed(step.tokens, self.layout) for step in steps))
        if not bool(absent.any()):
            return None
        return self.by_tokens.setdefault(
            absent.cpu().numpy().tobytes(), slots_for(self.layout.valid & ~absent)
        )


def _positions(absences: Sequence[Absence]) -> Positions:
    ways = {step.positions for step in absences}
    if len(ways) > 1:
        raise ValueError("positions are either kept or renumbered in one run, not both")
    return ways.pop() if ways else "kept"


def _changes(edit: Edit, layout: Layout, layers: int) -> dict[int, list[StateChange]]:
    changes: dict[int, list[StateChange]] = {}
    for step in edit.steps:
        if isinstance(step, Hold):
            change = StateChange(step, rows_of(aimed(step.tokens, layout)))
            changes.setdefault(layer_of(step.at, layers), []).append(change)
    return changes


def _gates(steps: Sequence[Freeze], layout: Layout, layers: int) -> dict[int, list[Gate]]:
    gates: dict[int, list[Gate]] = {}
    for step in steps:
        gate = Gate(aimed(step.tokens, layout), step.decoding)
        for layer in step.layers(layers):
            gates.setdefault(layer, []).append(gate)
    return gates
