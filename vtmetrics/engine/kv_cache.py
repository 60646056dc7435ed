"""The KV cache: layers that hold fewer tokens than the sequence has, and say how long it is."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch

from vtmetrics.engine.presence import PresentTokens

#: what a cache is called among the arguments of a decoder and its layers: transformers 5.24 has renamed it
ARGUMENTS = ("cache", "past_key_values")


def passed_cache(arguments: Mapping[str, Any]) -> Any:
    """The cache that a decoder or a layer is given, if there is one."""
    return next((arguments[name] for name in ARGUMENTS if arguments.get(name) is not None), None)


def cache_of_layer(arguments: Mapping[str, Any]) -> Any:
    """The same, of a layer that has to be given one if it caches: none of it may stay whole unnoticed."""
    store = passed_cache(arguments)
    if store is None and arguments.get("use_cache"):
        raise ValueError(
            f"a layer caches into none of {', '.join(ARGUMENTS)}: this transformers calls its cache otherwise"
        )
    return store


def check_cache(store: Any, layer: int) -> None:
    """Only a cache that grows token by token can hold fewer tokens in some layers than in others."""
    from transformers.cache_utils import DynamicLayer  # noqa: PLC0415 # `import vtmetrics` stays cheap

    # By name: what is derived from it holds some of its keys elsewhere, quantised or slid away.
    if layer < len(store.layers) and type(store.layers[layer]) not in (DynamicLayer, _short()):
        kind = type(store.layers[layer]).__name__
        raise TypeError(f"tokens can be absent from a DynamicLayer of a cache, not from a {kind}")


def open_windows(store: Any) -> None:
    """Let layers with windows keep all of their keys: where tokens are absent, masks alone say who is near.

    A layer that has slid keys away already stays as it is, and is refused where a token is to be absent.
    """
    from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer  # noqa: PLC0415 # as below

    for number, layer in enumerate(store.layers):
        if isinstance(layer, DynamicSlidingWindowLayer) and not layer.get_seq_length():
            store.layers[number] = DynamicLayer()


def check_shortened(store: Any, layer: int, cached: PresentTokens) -> None:
    """A sequence goes on only with the keys of the prompt that was read without these tokens."""
    short = store.layers[layer]
    if not isinstance(short, _short()) or short.absent != cached.length - cached.size:
        raise ValueError("an edited run continues only a prompt that it has read, row by row")


@cache
def _short() -> Any:
    from transformers.cache_utils import DynamicLayer  # noqa: PLC0415 # `import vtmetrics` stays cheap

    class ShortLayer(DynamicLayer):  # type: ignore[misc]
        """A layer that lacks `absent` tokens, but reports the whole length, as masks and positions need."""

        absent = 0
        kept: PresentTokens

        def get_seq_length(self) -> int:
            held = super().get_seq_length()
            return held + self.absent if held else 0

        def crop(self, tokens_to_remove: int) -> None:
            left = self.get_seq_length() - abs(tokens_to_remove)
            gone = (~self.kept.present()).any(0).nonzero()
            if left < (first := int(gone.max()) + 1):
                raise ValueError(
                    f"a cache is cropped behind the last token that it lacks, to {first} or more, not {left}"
                )
            super().crop(tokens_to_remove)

    return ShortLayer


def shorten(store: Any, layer: int, prefilled: PresentTokens | None, kept: PresentTokens) -> None:
    """Keep only these tokens of what the layer has cached, and let it report the whole length."""
    whole = store.layers[layer]
    short = _short()()
    vars(short).update(vars(whole))
    short.absent, short.kept = kept.length - kept.size, kept
    if kept is not prefilled:
        there = kept.to(whole.keys.device).index
        index = there if prefilled is None else _slot_of(prefilled.to(whole.keys.device)).gather(1, there)
        across = index[:, None, :, None]
        short.keys = whole.keys.gather(2, across.expand(-1, whole.keys.shape[1], -1, whole.keys.shape[3]))
        short.values = whole.values.gather(
            2, across.expand(-1, whole.values.shape[1], -1, whole.values.shape[3])
        )
    store.layers[layer] = short


@cache
def _closed(kind: Any) -> Any:
    def update(*_: Any, **__: Any) -> None:
        raise ValueError(
            "a cache that was filled under an edit is continued inside the `with`: "
            "outside of it the net no longer knows the offsets of the prompt's positions"
        )

    return type(f"Closed{kind.__name__}", (kind,), {"update": update})


def close_cache(store: Any) -> None:
    """Refuse whatever would go on from this cache; what it holds can still be read."""
    if store.layers:
        kind: Any = type(store.layers[0])
        store.layers[0].__class__ = _closed(kind)


def _slot_of(slots: PresentTokens) -> torch.Tensor:
    """The slot (B, S) in which each present token stands."""
    numbers = torch.arange(slots.size, device=slots.index.device).expand(slots.rows, -1)
    return torch.zeros(slots.rows, slots.length, dtype=torch.long, device=slots.index.device).scatter(
        1, slots.index, numbers
    )
