"""The net's tail: logits from states behind the last norm, by whatever the net itself does with them."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from vtmetrics.engine.layer_inputs import by_name
from vtmetrics.nets import Anatomy


class _Ended(dict[str, Any]):
    """An output that holds final states, and nothing else that a net may ask for."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)

    def __getitem__(self, name: Any) -> Any:
        return self["last_hidden_state"] if name == 0 else super().__getitem__(name)


@contextmanager
def standing_in(module: nn.Module, forward: Callable[..., Any]) -> Iterator[None]:
    """Inside the `with`, a module does this in place of its own forward()."""
    own = module.__dict__.get("forward")
    module.__dict__["forward"] = forward
    try:
        yield
    finally:
        del module.__dict__["forward"]
        if own is not None:  # accelerate has put one there
            module.__dict__["forward"] = own


def logits_of(body: Anatomy, states: Tensor, keep: int) -> Tensor:
    """The logits of the last positions (0: all): the head, and what scales, caps or masks what it says."""
    net = body.net
    inner = body.decoder if net.base_model is net else net.base_model
    kept = {"logits_to_keep": keep} if "logits_to_keep" in inspect.signature(net.forward).parameters else {}
    states = states if kept else states[:, -keep:]
    with standing_in(inner, lambda *_, **__: _Ended(last_hidden_state=states)):
        logits: Tensor = net.forward(inputs_embeds=states, use_cache=False, return_dict=True, **kept).logits
    return logits


class _Standing(nn.Module):
    """What is called in place of a layer, and has all that the layer has."""

    def __init__(self, layer: nn.Module, number: int, see: Callable[..., Any]) -> None:
        super().__init__()
        self.__dict__.update(layer=layer, number=number, see=see)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["layer"], name)

    def forward(self, *args: Any, **given: Any) -> Any:
        states, told = by_name(self.layer, args, given)
        return self.see(self.number, states, told)


@contextmanager
def passed_over(body: Anatomy, see: Callable[..., Any]) -> Iterator[None]:
    """Inside the `with`, `see(layer, states, given)` is called in place of each layer."""
    own = body.decoder.layers
    standing = [_Standing(layer, number, see) for number, layer in enumerate(own)]
    body.decoder.layers = nn.ModuleList(standing)
    try:
        yield
    finally:
        body.decoder.layers = own
