"""Hooks that take records inside of a net's layers."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.engine.token_rows import TokenRows, placed_in, rows_of


def hook_records(run: EditedRun, undo: ExitStack) -> None:
    """Take the records that lie inside of layers; those between layers are taken on the way."""
    for name, record in run.records.items():
        if record.site == "encoder":
            _follow_encoder(run, name, undo)
        elif record.site != "states":
            mask = record.tokens.mask(run.plan.layout)
            for layer, module in enumerate(run.body.layers):
                slots = run.plan.slots[layer]
                placed = rows_of(mask) if slots is None else placed_in(slots, mask)
                undo.callback(_hook(run, name, layer, module, placed).remove)


def _hook(run: EditedRun, name: str, layer: int, module: Any, placed: TokenRows) -> Any:
    site = run.records[name].site

    # Decoding is not recorded, nor what a layer does a second time, for its gradients.
    def take(output: Tensor) -> None:
        if run.reading:
            run.read(name, layer, placed.split(output))

    def take_weights(weights: Tensor | None) -> None:
        if not run.reading:
            return
        if weights is None:
            raise ValueError(f"attention weights exist in eager attention, not in {run.body.attention}")
        run.read(name, layer, _weights(weights, placed, run.plan.slots[layer], run.plan.layout.length))

    if site == "middle":
        return module.post_attention_layernorm.register_forward_pre_hook(lambda _, args: take(args[0]))
    if site == "ffn":
        return module.mlp.register_forward_hook(lambda _, __, output: take(output))
    if site == "attention":
        return module.self_attn.register_forward_hook(lambda _, __, output: take(output[0]))
    return module.self_attn.register_forward_hook(lambda _, __, output: take_weights(output[1]))


def _weights(
    weights: Tensor, placed: TokenRows, slots: PresentTokens | None, length: int
) -> tuple[Tensor, ...]:
    """The weights (heads, n, S) of each row's tokens, from those among slots (B, heads, n, n)."""
    weights = weights.detach()
    if slots is not None:
        slots = slots.to(weights.device)
        kept = weights * slots.filled()[:, None, None, :]
        index = slots.index[:, None, None, :].expand_as(weights)
        weights = weights.new_zeros(*weights.shape[:3], length).scatter(3, index, kept)
    rows, _, queries, _ = weights.shape
    flat = weights.transpose(1, 2).reshape(rows * queries, -1, length)
    taken = flat.index_select(0, placed.flat.to(flat.device))
    return tuple(row.transpose(0, 1) for row in torch.split(taken, list(placed.counts)))


def _follow_encoder(run: EditedRun, name: str, undo: ExitStack) -> None:
    blocks = run.body.encoder

    def before(layer: int) -> Callable[..., None]:
        def hook(_: nn.Module, args: tuple[Tensor, ...], given: dict[str, Any]) -> None:
            states = args[0] if args else given["hidden_states"]
            run.read(name, layer, (states.detach().clone(),))

        return hook

    def after(_: nn.Module, __: Any, output: Any) -> None:
        states = output[0] if isinstance(output, tuple) else output
        run.read(name, len(blocks), (states.detach().clone(),))

    for layer, block in enumerate(blocks):
        undo.callback(block.register_forward_pre_hook(before(layer), with_kwargs=True).remove)
    undo.callback(blocks[-1].register_forward_hook(after).remove)
