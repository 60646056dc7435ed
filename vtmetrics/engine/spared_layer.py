"""Spared layers: where both halves leave the same tokens as they are, a layer updates the others alone."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.layer_plan import Gate
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.engine.watched_attention import asking

#: what a layer whose halves follow each other hands to its attention as it came
HANDED_ON = {
    *("self", "hidden_states", "attention_mask", "position_ids", "past_key_values", "use_cache"),
    *("position_embeddings", "kwargs"),
}


def updated_alone(run: EditedRun, layer: int) -> PresentTokens | None:
    """The slots of the tokens that a layer updates, if both halves update these and nobody looks inside."""
    halves = [run.plan.attention.get(layer, ()), run.plan.ffn.get(layer, ())]
    module: Any = run.body.layers[layer]
    looked_at = any(record.site not in ("states", "encoder") for record in run.records.values())
    if not all(halves) or looked_at or module.training or run.body.tupled:
        return None
    taken = set(inspect.signature(type(module).forward).parameters)
    if not run.body.plain(layer) or not taken <= HANDED_ON or "forward" in vars(module):
        return None
    frozen = [_frozen(gates) for gates in halves]
    if any(gate.decoding for gates in halves for gate in gates) or not frozen[0].equal(frozen[1]):
        return None
    return asking(run, layer)


def _frozen(gates: Sequence[Gate]) -> Tensor:
    return torch.stack([gate.mask for gate in gates]).any(0)


def open_alone(run: EditedRun, layer: int, slots: PresentTokens) -> Callable[..., Tensor]:
    """What a layer does in place of its own forward(): these tokens are updated, and all are read."""
    module: Any = run.body.layers[layer]
    own = module.forward

    def forward(hidden_states: Tensor, **given: Any) -> Tensor:
        if run.decoding:
            made: Tensor = own(hidden_states, **given)
            return made
        there = slots.to(hidden_states.device)
        attended, *_ = module.self_attn(hidden_states=module.input_layernorm(hidden_states), **given)
        states = there.gather(hidden_states) + attended
        states = states + module.mlp(module.post_attention_layernorm(states))
        return there.restore(states, hidden_states)

    return forward
