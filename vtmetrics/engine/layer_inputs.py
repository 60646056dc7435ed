"""Layer inputs: attention masks and rotary positions that fit the tokens which a layer receives."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.engine.attention_edges import ClosedEdges
from vtmetrics.engine.attention_masks import among_slots, over_cache
from vtmetrics.engine.layer_plan import LayerPlan
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.nets import PER_TOKEN, Anatomy
from vtmetrics.unmeasured import NotMeasured

Turns = tuple[Tensor, Tensor] | Tensor | None


def check_presence(body: Anatomy, plan: LayerPlan) -> None:
    """Refuse a plan under which a net would see other tokens than it says."""
    if hidden := body.running & plan.edges.keys():
        where = min(hidden)
        raise NotMeasured(
            f"nobody reads single tokens in layers that keep a running state, as layer {where} of a "
            f"{body.family} ({body.kinds[where]})"
        )
    if all(slots is None for slots in (*plan.slots, *plan.cached)):
        return
    if (layer := body.recurrent) is not None:
        raise NotMeasured(
            f"tokens can't be absent from layers that keep a running state, as layer {layer} of a "
            f"{body.family} ({body.kinds[layer]})"
        )
    if "flash" in body.attention and body.windowed:
        raise NotMeasured(
            f"tokens can be absent from windows of sdpa and eager attention, not of {body.attention}"
        )


def by_name(
    layer: nn.Module, args: tuple[Any, ...], given: Mapping[str, Any]
) -> tuple[Tensor, dict[str, Any]]:
    """What a layer is called with: its states, and all else by its name."""
    if not args:
        return given["hidden_states"], {name: part for name, part in given.items() if name != "hidden_states"}
    names = list(inspect.signature(layer.forward).parameters)[1 : len(args)]
    return args[0], {**given, **dict(zip(names, args[1:], strict=True))}


class Fitting:
    """What layers are given beside their states, made once in each call for all layers that can share it."""

    def __init__(self, body: Anatomy, plan: LayerPlan) -> None:
        self.body = body
        self.plan = plan
        self._made: dict[tuple[int, ...], tuple[dict[str, Any], Any, Any]] = {}

    def forget(self) -> None:
        """Another call of the net begins, with other masks and positions."""
        self._made.clear()

    def fit(self, layer: int, states: Tensor, given: dict[str, Any], seen: int | None) -> dict[str, Any]:
        """The same for the tokens that the layer has; `seen` is the length of a sequence that goes on."""
        slots = self.plan.slots[layer] if seen is None else self.plan.cached[layer]
        edges = self.plan.edges.get(layer)
        if slots is None and edges is None:
            return given
        mask, turns = given["attention_mask"], given["position_embeddings"]
        # Layers share what is made if they share masks, edges, tokens, and how the tokens were numbered.
        key = (id(slots), id(self.plan.slots[layer]), id(edges), id(mask), id(turns))
        if key not in self._made:
            reads = mask if edges is None else self._without(edges, mask, states, seen)
            made = {
                "attention_mask": self._mask(reads, slots, states, seen),
                "position_embeddings": self._turns(turns, layer, states, seen),
                "position_ids": self._positions(given.get("position_ids"), layer, states, seen),
            }
            self._made[key] = (made, mask, turns)  # kept, lest another object takes over an id
        made, *_ = self._made[key]
        if seen is not None or slots is None:  # what is generated is all there
            return {**given, **made}
        own = {name: given[name] for name in PER_TOKEN if isinstance(given.get(name), Tensor)}
        return {**given, **{name: slots.to(part.device).gather(part) for name, part in own.items()}, **made}

    def _positions(
        self, positions: Tensor | None, layer: int, states: Tensor, seen: int | None
    ) -> Tensor | None:
        """Numbers of positions, for who looks at them beside their turns."""
        slots = self.plan.slots[layer]
        # Fused kernels would take positions with gaps for those of several documents.
        if slots is None:
            return positions
        if positions is None or positions.ndim != 2 or "flash" in self.body.attention:
            return None
        slots = slots.to(states.device)
        if self.plan.positions == "renumbered":
            return self._ranks(slots, states, seen)
        return positions if seen is not None else slots.gather(positions.to(states.device))

    def _without(self, edges: ClosedEdges, mask: Any, states: Tensor, seen: int | None) -> Tensor | None:
        """Who reads whom of all tokens, where some may not."""
        if "flash" in self.body.attention:
            raise ValueError(
                f"who reads whom is edited in sdpa or eager attention, not in {self.body.attention}"
            )
        mask = _checked(mask, states)
        return edges.in_prompt(mask) if seen is None else edges.after(mask, seen, states)

    def _mask(self, mask: Any, slots: PresentTokens | None, states: Tensor, seen: int | None) -> Any:
        mask = _checked(mask, states)
        if slots is None:
            return mask
        slots, flash = slots.to(states.device), "flash" in self.body.attention
        if seen is None:
            return among_slots(mask, slots, flash=flash)
        return over_cache(mask, slots, seen - slots.length, states.shape[1], flash=flash)

    def _turns(self, turns: Turns, layer: int, states: Tensor, seen: int | None) -> Turns:
        """The cosines and sines of the tokens' positions."""
        slots = self.plan.slots[layer]
        if slots is None or turns is None:  # some layers know no positions
            return turns
        slots = slots.to(states.device)
        if self.plan.positions == "renumbered":
            return self._renumbered(layer, slots, states, seen)
        if seen is not None:
            return turns
        if isinstance(turns, Tensor):  # complex numbers
            return slots.gather(turns.to(states.device))
        cosines, sines = (slots.gather(turn.to(states.device)) for turn in turns)
        return cosines, sines

    def _renumbered(self, layer: int, slots: PresentTokens, states: Tensor, seen: int | None) -> Turns:
        """Turns as if absent tokens had never been in the prompt: a token's position is its rank."""
        positions = self._ranks(slots, states, seen)
        if self.body.axes > 1:
            positions = positions.expand(self.body.axes, -1, -1)
        turn: Any = self.body.decoder.rotary_emb
        by_kind = "layer_type" in inspect.signature(turn.forward).parameters
        kind = {"layer_type": self.body.kinds[layer]} if by_kind else {}
        turned: Turns = turn(states, positions, **kind)
        return turned

    def _ranks(self, slots: PresentTokens, states: Tensor, seen: int | None) -> Tensor:
        """The rank of each token among those that are present, and of those that follow."""
        ranks = slots.filled().long().cumsum(1)
        if seen is None:
            return (ranks - 1).clamp(min=0)
        new = torch.arange(states.shape[1], device=ranks.device)
        return ranks[:, -1:] + seen - slots.length + new


def _checked(mask: Any, states: Tensor) -> Tensor | None:
    """The mask beside the states; of another kind there are some that cannot be cut."""
    if mask is not None and not isinstance(mask, Tensor):
        raise TypeError(f"absent tokens need a mask that is a tensor, not a {type(mask).__name__}")
    return None if mask is None else mask.to(states.device)
