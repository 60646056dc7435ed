"""A plain run as far as it was made: what each layer is given, and the states between layers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.engine.approval import approved
from vtmetrics.engine.hooked_run import refuse_second
from vtmetrics.engine.input_check import refuse_other_media
from vtmetrics.engine.net_tail import passed_over
from vtmetrics.nets import Anatomy, offsets_kept, spare_bytes


@dataclass(frozen=True, eq=False)
class Trunk:
    """The plain run: the states at the inputs of layers, and what each layer is given beside them, if called.

    `path` begins with what a net hands to its first layer. Where memory has room for all of it, it is `kept`,
    so that whatever else is asked of the same inputs finds the plain run made.
    """

    path: dict[int, Tensor]
    given: Sequence[Mapping[str, Any] | None]
    visual: Tensor | None
    features: Sequence[Tensor]
    kept: bool

    def walk(self, body: Anatomy, layers: Iterable[int]) -> Iterator[tuple[int, Tensor]]:
        """The states at the inputs of these layers, the last of which may be the norm; then the run ends."""
        here = 0
        states = self.path[here]
        for layer in sorted(set(layers)):
            made = max(known for known in self.path if known <= layer)
            if made > here:
                here, states = made, self.path[made]
            while here < layer:
                here, states = here + 1, self.after(body, here, states)
            yield layer, states

    def after(self, body: Anatomy, layer: int, states: Tensor) -> Tensor:
        """What a layer of the plain run makes of its input."""
        if layer + 1 in self.path:
            return self.path[layer + 1]
        states = output_of(body, layer, states, self)
        if self.kept:
            self.path[layer + 1] = states
        return states


class _AtLastLayerError(Exception):
    """The net has come to its last layer: nothing later is wanted of that call."""


@torch.no_grad()
def embedded(net: nn.Module, inputs: Mapping[str, Any]) -> Trunk:
    """Run the net up to its first layer, and see what each layer would be given."""
    refuse_other_media(inputs)  # before the net is compared with itself
    return plain_run_of(approved(net), inputs)


def plain_run_of(body: Anatomy, inputs: Mapping[str, Any]) -> Trunk:
    """The same of a net that is known already."""
    refuse_second(body)
    refuse_other_media(inputs)
    caught: dict[str, Any] = {}
    given: list[Mapping[str, Any] | None] = [None] * body.depth

    def decoder(_: nn.Module, __: Any, told: dict[str, Any]) -> None:
        caught["visual"] = told.get("visual_pos_masks")
        caught["features"] = told.get("deepstack_visual_embeds") or ()

    def see(layer: int, states: Tensor, told: Mapping[str, Any]) -> Any:
        caught.setdefault("path", {0: states})
        given[layer] = told
        if layer + 1 == body.depth:
            raise _AtLastLayerError
        return (states,) if body.tupled else states

    with ExitStack() as undo:
        undo.enter_context(offsets_kept(body.net))
        undo.callback(body.decoder.register_forward_pre_hook(decoder, with_kwargs=True).remove)
        undo.enter_context(passed_over(body, see))
        with suppress(_AtLastLayerError):
            body.net(**inputs, use_cache=False)
    first_states = caught["path"][0]
    room = first_states.nbytes * body.depth <= spare_bytes(first_states.device)
    return Trunk(given=given, kept=room, **caught)


def output_of(body: Anatomy, layer: int, states: Tensor, trunk: Trunk) -> Tensor:
    """A layer's output, with the image features that the decoder adds after it."""
    given = trunk.given[layer]
    if given is None:  # the decoder passes over it, as where there is no image to look at
        return states
    output = body.layers[layer](states, **given)
    states = output[0] if body.tupled else output
    if layer < len(trunk.features):
        states = body.decoder._deepstack_process(states, trunk.visual, trunk.features[layer])  # noqa: SLF001
    return states
