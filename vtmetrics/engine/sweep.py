"""Many edits of the same inputs: one plain run, which every edited run leaves where it begins to differ."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edit import Edit
from vtmetrics.engine.edited import keep_offsets, refuse_second, running
from vtmetrics.engine.plan import plan
from vtmetrics.engine.rows import States, rows_of
from vtmetrics.engine.run import Run
from vtmetrics.engine.sources import Bank, Source, passes_by, taken_from
from vtmetrics.families import Anatomy, anatomy
from vtmetrics.layout import Layout
from vtmetrics.step import Substitute, aimed


@dataclass(frozen=True, eq=False)
class Resumed:
    """How an edited run ended: logits of the last positions (B, keep, V), states after the norm (B, S, D)."""

    edit: Edit
    logits: Tensor
    states: Tensor


@dataclass(frozen=True, eq=False)
class Trunk:
    """What a net hands to its first layer, and what every layer is given beside the states."""

    states: Tensor
    given: dict[str, Any]
    visual: Tensor | None
    features: Sequence[Tensor]


class _AtLayerZeroError(Exception):
    """The net has come to its first layer: nothing later is wanted of that call."""


@torch.no_grad()
def sweep(
    net: nn.Module,
    inputs: Mapping[str, Any],
    layout: Layout,
    edits: Sequence[Edit],
    bank: Bank | None = None,
    keep: int = 0,
) -> Iterator[Resumed]:
    """The runs under all edits, those that begin at earlier layers first; equal to separate runs.

    `keep` is how many of the last positions get logits (0: all); `bank` holds what `sources` names for each.
    """
    body = anatomy(net)
    layout = layout.to(body.device)
    waiting = {edit: _sets_out(edit, body.depth) for edit in edits}
    wanted = _wanted(body, waiting, bank or {})
    held: dict[Source, States] = dict(bank or {})
    trunk = _embedded(body, net, inputs)
    states = trunk.states
    for layer in range(body.depth + 1):
        for source in wanted:
            if source.layer == layer:
                held[source] = rows_of(aimed(source.tokens, layout)).take(states)
        for edit in [edit for edit, begins in waiting.items() if begins == layer]:
            yield _resumed(body, edit, layout, held, trunk, states, keep)
        refuse_second(body)  # whoever takes the runs one by one may edit in between, but not meanwhile
        if layer < max(waiting.values()):
            states = _layer(body, layer, states, trunk)


def _sets_out(edit: Edit, layers: int) -> int:
    """Where a run leaves the plain one; tokens that are given what they hold never make it leave."""
    own = edit.on(layers)
    if all(isinstance(step, Substitute) and step.by == step.at for step in own.steps):
        return layers
    return min(own.begins(layers), layers)


def _wanted(body: Anatomy, edits: Mapping[Edit, int], bank: Bank) -> list[Source]:
    """The states that the plain run comes by before they are needed."""
    wanted: dict[Source, None] = {}
    for edit in edits:
        for source in taken_from(edit, body.depth):
            if source not in bank and not passes_by(source, edit, body.depth):
                raise ValueError(f"the bank lacks {source}, which {edit} needs")
            if source not in bank:
                wanted[source] = None
    return list(wanted)


def _embedded(body: Anatomy, net: nn.Module, inputs: Mapping[str, Any]) -> Trunk:
    """Run the net up to its first layer."""
    refuse_second(body)
    caught: dict[str, Any] = {}

    def decoder(_: nn.Module, __: Any, given: dict[str, Any]) -> None:
        caught["visual"] = given.get("visual_pos_masks")
        caught["features"] = given.get("deepstack_visual_embeds") or ()

    def first(_: nn.Module, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        caught["states"] = args[0] if args else given["hidden_states"]
        caught["given"] = {name: value for name, value in given.items() if name != "hidden_states"}
        raise _AtLayerZeroError

    with ExitStack() as undo:
        keep_offsets(body.net, undo)
        undo.callback(body.decoder.register_forward_pre_hook(decoder, with_kwargs=True).remove)
        undo.callback(body.layers[0].register_forward_pre_hook(first, with_kwargs=True).remove)
        with suppress(_AtLayerZeroError):
            net(**inputs, use_cache=False)
    return Trunk(**caught)


def _layer(body: Anatomy, layer: int, states: Tensor, trunk: Trunk) -> Tensor:
    """A layer's output, with the image features that the decoder adds after it."""
    states = body.layers[layer](states, **trunk.given)
    if layer < len(trunk.features):
        states = body.decoder._deepstack_process(states, trunk.visual, trunk.features[layer])  # noqa: SLF001
    return states


def _resumed(
    body: Anatomy, edit: Edit, layout: Layout, bank: Bank, trunk: Trunk, states: Tensor, keep: int
) -> Resumed:
    with running(Run(body, plan(edit, layout, body.depth), bank)) as run:
        run.begin(states, None)
        for layer in range(_sets_out(edit, body.depth), body.depth):
            states = _layer(body, layer, states, trunk)
        states = body.norm(states)
    return Resumed(edit, body.head(states[:, -keep:]), states)
