"""A prompt that was read: one plain prefill with its keys and values, from which generation goes on.

Below the layer where an edit begins, a prompt is read as without it. There nothing is computed again: layers
hand on what the plain prefill has come to, and the cache gets its keys and values.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edits import Edit
from vtmetrics.engine.approval import FewWords, approved, check_equal, compared
from vtmetrics.engine.borrowed_states import taken_from
from vtmetrics.engine.hooked_run import refuse_second
from vtmetrics.engine.input_check import refuse_other_media
from vtmetrics.engine.kv_cache import passed_cache
from vtmetrics.engine.layer_inputs import by_name
from vtmetrics.engine.net_tail import standing_in
from vtmetrics.nets import Anatomy, offsets_kept


@dataclass(frozen=True, eq=False)
class PromptPrefix:
    """What layers of the plain prefill have come to, and the keys and values of all of them."""

    outputs: Mapping[int, Any]
    cached: tuple[tuple[Tensor, Tensor], ...]

    @contextmanager
    def below(self, net: nn.Module, layer: int) -> Iterator[None]:
        """Inside the `with`, no layer below this one reads the prompt again; what follows it, all do."""
        with _handing_on(approved(net), self, layer):
            yield


@contextmanager
def _handing_on(body: Anatomy, prefix: PromptPrefix, layer: int) -> Iterator[None]:
    with ExitStack() as undo:
        for number in range(layer):
            module: Any = body.layers[number]
            undo.enter_context(standing_in(module, _Known(body, prefix, number, module.forward)))
        yield


class _Known:
    """What a layer does in place of its own forward() while the prompt is read."""

    def __init__(self, body: Anatomy, prefix: PromptPrefix, number: int, own: Any) -> None:
        self.body, self.prefix, self.number, self.own = body, prefix, number, own

    def __call__(self, *args: Any, **given: Any) -> Any:
        states, told = by_name(self.body.layers[self.number], args, given)
        store = passed_cache(told)
        if store is None or store.get_seq_length(self.number):
            return self.own(*args, **given)
        store.update(*self.prefix.cached[self.number], self.number)
        # what comes before the last layer that is handed on, nobody sees
        return self.prefix.outputs.get(self.number, (states,) if self.body.tupled else states)


def shares_prompts(net: nn.Module) -> bool:
    """Whether generation may go on from another's prefill: where each layer caches keys of all tokens."""
    return set(approved(net).kinds) == {"full_attention"}


def leaves_at(net: nn.Module, edit: Edit) -> int:
    """The layer below which a prompt is read as without the edit, and nothing is looked at."""
    body = approved(net)
    sources = [source.layer for source in taken_from(edit, body.depth) if source.run == "own"]
    return min([edit.begins(body.depth), *sources, body.depth])


@torch.no_grad()
def prompt_prefix(net: nn.Module, inputs: Mapping[str, Any], layers: Iterable[int]) -> PromptPrefix:
    """The plain prefill of these inputs, from which others may go on at these layers."""
    refuse_other_media(inputs)
    body = approved(net)
    compared(body, "from a prompt that was read before", _compare_prefix)
    return _prefix(body, inputs, layers)


def _prefix(body: Anatomy, inputs: Mapping[str, Any], layers: Iterable[int]) -> PromptPrefix:
    refuse_second(body)
    outputs: dict[int, Any] = {}

    def keep(number: int) -> Any:
        def hook(_: nn.Module, __: Any, output: Any) -> None:
            outputs[number] = output

        return hook

    with ExitStack() as undo:
        undo.enter_context(offsets_kept(body.net))
        for layer in {layer for layer in layers if layer > 0}:
            undo.callback(body.layers[layer - 1].register_forward_hook(keep(layer - 1)).remove)
        store = body.net(**inputs, use_cache=True, logits_to_keep=1).past_key_values
    return PromptPrefix(outputs, tuple((layer.keys, layer.values) for layer in store.layers))


def _compare_prefix(body: Anatomy, prompt: FewWords) -> None:
    half = body.depth // 2
    prefix, own = _prefix(body, prompt.inputs(), [half]), prompt.read(body.net)
    with _handing_on(body, prefix, half):
        again = prompt.read(body.net)
    check_equal(body, again[0], own[0], "a prompt")
    check_equal(body, again[1], own[1], "a word after a prompt")
