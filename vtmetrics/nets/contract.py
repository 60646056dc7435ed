"""The contract: what a decoder must have, and its layers must take, so that hooks can edit a net."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

#: what each layer is called with, beside its states and a cache
TAKEN = ("attention_mask", "position_embeddings")
#: by what name a layer takes the cache
CACHES = ("cache", "past_key_values")
#: what a layer may take beside that: nothing that belongs to single tokens
HARMLESS = {
    *("self", "hidden_states", "position_ids", "use_cache", "cache_position"),
    *("output_attentions", "output_router_logits", "output_hidden_states"),
}
#: what it may take that does: it is taken away with the token
PER_TOKEN = ("per_layer_input", "moe_mm_token_type_ids")
#: what layers take that read images across: `crossing` of the engine cuts it
READ_ACROSS = ("cross_attention_states", "cross_attention_mask", "full_text_row_masked_out_mask")
#: the attention of a layer that reads images across
CROSSING = "cross_attn"
#: what layers share, if the configuration says so of any
BETWEEN_ITS_LAYERS = {"shared_kv_states": "num_kv_shared_layers"}
#: what the parts are called
LAST_NORMS = ("norm", "final_layernorm", "embedding_norm")
MIXERS = ("self_attn", CROSSING, "linear_attn", "conv")
NETWORKS = ("mlp", "feed_forward")
#: parts of a decoder's input that it adds to states between layers, in the one way that is followed
FOLLOWED = ("visual_pos_masks", "deepstack_visual_embeds")
#: what the names of such parts have in them
SENT_BETWEEN = ("visual", "encoder", "deepstack")
#: kinds of layers that keep a running state in place of keys
RECURRENT = ("linear_attention", "conv", "mamba", "recurrent", "hybrid", "hybrid_sliding")
WINDOWS = ("sliding_attention", "chunked_attention", "reference_sliding_attention")
#: what says how wide a window is
WINDOW_SIZES = ("sliding_window", "attention_chunk_size")
#: a plain layer: each half adds what it makes, as it is, to what came
PLAIN_PARTS = {"self_attn", "mlp", "input_layernorm", "post_attention_layernorm"}
SCALES = ("residual_multiplier",)


def decoder_of(net: Any) -> Any:
    """The stack of layers that reads images and words in one line."""
    decoder = net.get_decoder() if hasattr(net, "get_decoder") else None
    return decoder if hasattr(decoder, "layers") else getattr(decoder, "model", decoder)


def check_contract(kind: str, decoder: Any) -> None:
    """Refuse by its name, in one sentence, a net whose decoder hooks cannot edit."""
    name = type(decoder).__name__
    if not hasattr(decoder, "layers") or named_part(decoder, LAST_NORMS) is None:
        raise ValueError(f"a {kind} can't be edited: its {name} has no layers with a norm behind them")
    between = set(inspect.signature(type(decoder).forward).parameters) - set(FOLLOWED)
    between -= {"mm_encoder_outputs"}
    if sent := sorted(part for part in between if any(word in part for word in SENT_BETWEEN)):
        raise ValueError(f"a {kind} can't be edited: its {name} takes {sent[0]}, which nothing follows")
    for layer in decoder.layers:
        if why := _breach(layer, decoder.config):
            raise ValueError(f"a {kind} can't be edited: its {type(layer).__name__} {why}")


def _breach(layer: nn.Module, config: Any) -> str | None:
    """What a layer lacks, or takes beside what is known."""
    parameters = inspect.signature(type(layer).forward).parameters.values()
    takes = {part.name for part in parameters if part.kind is not part.VAR_KEYWORD}
    for name in TAKEN:
        if name not in takes:
            return f"takes no {name}"
    if not takes & set(CACHES):
        return f"caches into none of {', '.join(CACHES)}"
    unused = {name for name, count in BETWEEN_ITS_LAYERS.items() if not getattr(config, count, 0)}
    if beside := sorted(takes - HARMLESS - unused - {*TAKEN, *CACHES, *PER_TOKEN, *READ_ACROSS}):
        return f"takes {beside[0]} beside its states, of which nothing is known"
    for names in (MIXERS, NETWORKS):
        if named_part(layer, names) is None:
            return f"has none of {', '.join(names)}"
    return None


def named_part(module: Any, names: Sequence[str]) -> Any:
    """The first of these parts that a module has; None if it has none."""
    return next((getattr(module, name) for name in names if hasattr(module, name)), None)


def kinds_of_layers(config: Any, layers: Sequence[nn.Module]) -> tuple[str, ...]:
    """What each layer is, by its configuration or parts: full attention, windowed, across, recurrent."""
    told = list(getattr(config, "layer_types", None) or ())
    usual = "sliding_attention" if _windowed(config) and not told else "full_attention"
    told += [usual] * (len(layers) - len(told))
    return tuple(_kind(kind, layer) for kind, layer in zip(told, layers, strict=False))


def _kind(told: str, layer: nn.Module) -> str:
    if hasattr(layer, CROSSING):
        return "cross_attention"
    return told if told in RECURRENT or hasattr(layer, MIXERS[0]) else RECURRENT[0]


def _windowed(config: Any) -> bool:
    return bool(getattr(config, "sliding_window", None)) and getattr(config, "use_sliding_window", True)


def window_of(config: Any) -> int:
    """How many tokens a layer with a window reads."""
    sizes = (getattr(config, name, None) for name in WINDOW_SIZES)
    return min((size for size in sizes if size), default=0)


def axes_of(config: Any) -> int:
    """How many numbers a token's position has: 3 where the rope has sections for time, height and width."""
    rope = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
    nested = [part for part in rope.values() if isinstance(part, Mapping)] if isinstance(rope, dict) else []
    return 3 if any(part.get("mrope_section") for part in (rope, *nested)) else 1


def is_plain(config: Any, layer: nn.Module) -> bool:
    """Whether each half of a layer adds to the states what it makes, as it is."""
    parts = {name for name, part in layer.named_children() if any(True for _ in part.parameters())}
    scaled = any(getattr(config, name, 1.0) != 1.0 for name in SCALES)
    return parts <= PLAIN_PARTS and "post_attention_layernorm" in parts and not scaled
