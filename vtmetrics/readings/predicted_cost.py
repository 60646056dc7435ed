"""Predicted cost: FLOPs of a prefill and bytes of its cache, from the shapes of weights and who is there.

What every token is multiplied with is read off the layers: of experts those alone that a token is sent to. In
layers that read images across, words ask, and the image tokens that are there are read.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor, nn

from vtmetrics.engine import Gate, LayerPlan, read_across
from vtmetrics.nets import Anatomy
from vtmetrics.unmeasured import NotMeasured

#: how a configuration says to how many experts a token is sent
SENT_TO = ("num_experts_per_tok", "moe_topk", "moe_top_k", "moe_k", "top_k_experts")
#: what experts are told where they compute only those tokens that are sent to them
ROUTED = {"top_k_index"}
#: projections of those who ask, by the first letters of their names; that behind attention; and those of what
#: is cached: keys and values, or what both are made of as they are read
ASKING, BEHIND = "q_", ("o_proj", "out_proj", "dense")
KEYS_AND_VALUES, COMPRESSED = ("k_proj", "v_proj"), "kv_a_proj_with_mqa"


class LayerPresence(NamedTuple):
    """How many tokens a layer has, asks with, updates in its second half, reads, and leaves in the cache."""

    there: int
    asking: int
    fed: int
    read: int
    kept: int


Presence = tuple[LayerPresence, ...]


def presence(body: Anatomy, made: LayerPlan, row: int) -> Presence:
    """Who is there in each layer, in a row of the batch.

    Eager attention is asked by all tokens, and so is any whose projections have other names than usual:
    frozen ones are spared elsewhere.
    """
    across, found = read_across(body, made), list[LayerPresence]()
    for layer, slots in enumerate(made.slots):
        mask = made.layout.valid if slots is None else slots.present()
        kept = made.cached[layer]
        left = made.layout.valid if kept is None else kept.present()
        asking = _open(mask, made.attention.get(layer, ())) if _spared(body, layer) else mask
        fed = _open(mask, made.ffn.get(layer, ()))
        there, asked, updated, held = (int(each[row].sum()) for each in (mask, asking, fed, left))
        if layer not in body.crossing:
            found.append(LayerPresence(there, asked, updated, there, held))
            continue
        read, later = (int(count[row]) for count in across[layer])
        found.append(
            LayerPresence(there, asked, updated, read, later) if read else LayerPresence(0, 0, 0, 0, 0)
        )
    return tuple(found)


def _spared(body: Anatomy, layer: int) -> bool:
    parts = all(getattr(body.mixer(layer), name, None) is not None for name in ("q_proj", "o_proj"))
    return parts and body.attention == "sdpa" and layer not in body.crossing


def _open(mask: Tensor, gates: Sequence[Gate]) -> Tensor:
    """The tokens that none of the gates freezes."""
    for gate in gates:
        mask = mask & ~gate.mask
    return mask


def predicted(body: Anatomy, there: Presence, length: int) -> tuple[int, int]:
    """FLOPs of one prompt's prefill and bytes of its cache, from the layers' weights and from who is there.

    FLOPs = 2 (Σ a q + b r + w q r + c n + f n' + d V + g N), bytes = Σ k m times those of a number. Sums are
    over layers with n tokens, q that ask, r that are read, n' whose second half is computed and m that are
    cached; a and b are what a token who asks and one who is read is multiplied with, w the widths of queries
    and values, k those of what is cached, f and c are those of the second half and of all else; V the words
    of one row of logits, of all N tokens where a net knows no fewer, and g what stands before the layers.
    """
    if body.recurrent is not None:
        raise NotMeasured(f"cost is predicted of attention, not of layer {body.recurrent} of a {body.family}")
    head: Any = body.head
    few = "logits_to_keep" in inspect.signature(body.net.forward).parameters
    flops = head.weight.numel() * (1 if few else length) + _before(body) * length
    bytes_ = 0
    for layer, (n, q, fed, read, kept) in enumerate(there):
        attention = projections_of(body.mixer(layer))
        second, rest = _halves(body, layer)
        flops += attention.asked * q + attention.read * read + attention.scored * q * read
        flops += second * fed + rest * n
        bytes_ += attention.cached * kept
    return 2 * flops, bytes_ * body.decoder.dtype.itemsize


def _before(body: Anatomy) -> int:
    """What the decoder itself multiplies each token with, before its first layer."""
    return sum(_size(part) for part in body.decoder.children() if hasattr(part, "in_features"))


@dataclass(frozen=True)
class Projections:
    """What attention multiplies for who asks, who is read, and each pair; and what it caches of a token."""

    asked: int
    read: int
    scored: int
    cached: int


def projections_of(attention: nn.Module) -> Projections:
    """The sizes of an attention's projections, whatever they are called."""
    parts: dict[str, Any] = {
        n: part for n, part in attention.named_children() if hasattr(part, "in_features")
    }
    behind = next((parts[name] for name in BEHIND if name in parts), None)
    if behind is None:
        kind, known = type(attention).__name__, ", ".join(BEHIND)
        raise NotMeasured(f"cost is predicted of attention with one of {known} behind it, not of a {kind}")
    asks = [part for name, part in parts.items() if name.startswith(ASKING)]
    queries = asks[-1].out_features if asks else behind.in_features
    scored = queries + behind.in_features
    cached = [parts[name].out_features for name in KEYS_AND_VALUES if name in parts]
    asked = sum(map(_size, [*asks, behind]))
    whole = sum(map(_size, parts.values()))
    # one table may be for both; where none is, keys are as wide as queries, and values as what comes of them
    kept = sum(cached) * 2 // len(cached) if cached else scored
    kept = parts[COMPRESSED].out_features if COMPRESSED in parts else kept
    return Projections(asked, whole - asked, scored, kept)


def _halves(body: Anatomy, layer: int) -> tuple[int, int]:
    """What a token is multiplied with in the second half of a layer, and in all but that and attention."""
    second, attention = body.ffn(layer), body.mixer(layer)
    every = sum(sizes_in(part, body.decoder.config) for part in body.layers[layer].children())
    own = sizes_in(second, body.decoder.config)
    return own, every - own - sizes_in(attention, body.decoder.config)


def sizes_in(module: nn.Module, config: Any) -> int:
    """What one token is multiplied with in a module: of experts, those alone that it is sent to."""
    stacks = [part for part in module.modules() if _is_stack(part)]
    if len(stacks) > 1:
        raise NotMeasured(
            f"cost is predicted of one set of experts, and a {type(module).__name__} has several"
        )
    if hasattr(module, "in_features"):
        return _size(module)
    own = sum(
        _shared(module, name, weight, config) for name, weight in module.named_parameters(recurse=False)
    )
    return own + sum(sizes_in(part, config) for part in module.children())


def _is_stack(module: nn.Module) -> bool:
    """Whether a module is several experts side by side."""
    return any(weight.ndim == 3 for weight in module.parameters(recurse=False))


def _size(linear: Any) -> int:
    return int(linear.in_features * linear.out_features)


def _shared(module: nn.Module, name: str, weight: Tensor, config: Any) -> int:
    """What a token has of a module's own weight: all of a table, and as many experts' as it is sent to."""
    if weight.ndim < 2 or name.endswith("bias"):  # what is added multiplies nothing
        return 0
    if weight.ndim == 2 or not ROUTED & set(inspect.signature(module.forward).parameters):
        return weight.numel()
    sent = next((int(getattr(config, n)) for n in SENT_TO if isinstance(getattr(config, n, None), int)), None)
    if sent is None:
        raise NotMeasured(
            f"cost is predicted of experts where {', '.join(SENT_TO)} say to how many a token is sent, "
            f"not of a {type(module).__name__}"
        )
    return weight.numel() // len(weight) * sent
