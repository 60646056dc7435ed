"""Twins: the same architecture with weights that know nothing, to compare representations with."""

import copy
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from math import exp
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from vtmetrics.inputs.encoding import collate, encode
from vtmetrics.nets.anatomy import Anatomy, anatomy
from vtmetrics.nets.matched_twin import Lengths, lengths, moved, received
from vtmetrics.nets.probes import probes
from vtmetrics.unmeasured import NotMeasured

#: raised when norms come to be matched otherwise: every matched twin is another model then
MATCHING = 1
#: what writes into the states
WRITERS = ("self_attn.o_proj", "mlp.down_proj")
#: between which logarithms a layer's factor is sought, and how often that is halved: to a thousandth
REACH, HALVINGS = 10.0, 15


def untrained(net: Any, seed: int) -> Any:
    """The same configuration with fresh weights, drawn by the seed as transformers initialises them."""
    whole = net.get_base_model() if hasattr(net, "peft_config") else net
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        twin = type(whole)(copy.deepcopy(whole.config))
    return _like(twin, whole)


def scrambled(net: Any, seed: int) -> Any:
    """The same weights, the entries of every tensor in another order: all norms and histograms are kept."""
    twin = copy.deepcopy(net)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in twin.parameters():
            order = torch.randperm(weight.numel(), generator=generator).to(weight.device)
            weight.copy_(weight.flatten()[order].view_as(weight))
    return _like(twin, net)


@torch.no_grad()
def matched(net: Any, processor: Any, seed: int) -> Any:
    """The untrained twin with states as long as the net's, by its weights alone, measured on probes.

    Every word enters as long as in the net, and image tokens do on the mean. From layer to layer they grow as
    in the net, by a factor on all that the layer adds. A random update never shortens a state, and states
    may turn without growing: so no update is a smaller share of its state than in the net, and image tokens
    that have become longer by it stay so until the net's catch up. One factor a layer can't match the lengths
    of words as well: they follow.
    """
    its, twin = anatomy(net), untrained(net, seed)
    body = anatomy(twin)
    inputs, layout = collate([encode(processor, probe, answered=False) for probe in probes()], its.device)
    wanted = lengths(net, inputs, image := layout.named("image"))
    if why := _unmatchable(body, wanted):
        raise NotMeasured(f"a norm-matched twin {why}")
    for mine, own in zip(_entering(body), _entering(its), strict=True):
        mine.copy_(normalize(mine.float(), dim=-1) * own.float().norm(dim=-1, keepdim=True))
    found = lengths(twin, inputs, image)
    for bridge, goal, now in zip(body.bridges, wanted.entering, found.entering, strict=True):
        for weight in bridge.parameters():
            weight.mul_(exp(goal - now))
    with ExitStack() as undo:
        for layer, *goals in zip(body.layers, wanted.states, wanted.updates, strict=True):
            undo.callback(layer.register_forward_hook(_stretching(image, goals), with_kwargs=True).remove)
        twin(**inputs, use_cache=False, logits_to_keep=1)
    return twin


def _unmatchable(body: Anatomy, wanted: Lengths) -> str:
    for layer in body.layers:
        if len(_writers(layer)) < len(WRITERS):
            return f"scales {' and '.join(WRITERS)} of each layer, and a {type(layer).__name__} lacks one"
    return "" if wanted.finite else "is as long as its model, whose image tokens have no finite length"


def _writers(layer: nn.Module) -> list[nn.Module]:
    """What writes into the states."""
    return [module for name, module in layer.named_modules() if name in WRITERS]


def _entering(body: Anatomy) -> list[Tensor]:
    """What enters the decoder without being computed: words, and what ends a row of image tokens."""
    rows = getattr(body.net.base_model, "image_newline", None)
    return [body.net.get_input_embeddings().weight, *([] if rows is None else [rows])]


def _stretching(image: Tensor, goals: Sequence[float]) -> Callable[..., Tensor]:
    """A hook that scales what a layer adds until image tokens are as long after it as they are to be."""

    def stretch(layer: Any, args: tuple[Any, ...], given: dict[str, Any], output: Tensor) -> Tensor:
        written = [weight for writer in _writers(layer) for weight in writer.parameters()]
        fresh = [weight.clone() for weight in written]
        low, high = -REACH, REACH
        for _ in range(HALVINGS):
            factor = (low + high) / 2
            for weight, own in zip(written, fresh, strict=True):
                weight.copy_(own * exp(factor))
            output = layer.forward(*args, **given)
            found = moved(received(args, given), output, image)
            short = any(now < goal for now, goal in zip(found, goals, strict=True))
            low, high = (factor, high) if short else (low, factor)
        return output

    return stretch


def _like(twin: Any, net: Any) -> Any:
    # the rotary frequencies are float32 whatever the weights are: to(dtype) would round them
    for weight in twin.parameters():
        weight.data = weight.data.to(net.dtype)
    return twin.to(net.device).eval().requires_grad_(requires_grad=False)
