"""A matched twin: untrained weights whose image tokens are as long as the model's, layer by layer.

Lengths are measured on probes, pictures of our own.
Means are of logarithms: a few sinks, many times as long as all other tokens, hardly move them.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from math import exp, isfinite
from typing import Any

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn.functional import normalize

from vtmetrics.inputs import Scene, collate, encode
from vtmetrics.nets.anatomy import Anatomy, anatomy_of
from vtmetrics.nets.twins import untrained
from vtmetrics.unmeasured import NotMeasured

#: raised when norms come to be matched otherwise: every matched twin is another model then
MATCHING = 1
#: what writes into the states
WRITERS = ("self_attn.o_proj", "mlp.down_proj")
#: between which logarithms a layer's factor is sought, and how often that is halved: to a thousandth
REACH, HALVINGS = 10.0, 15
#: an update that is shorter than this share of its state is none
STILL = 1e-6
#: the pictures that lengths are measured on
PROBES = 8
#: large enough for hundreds of image tokens
SIZE = 448
#: how large a form is at least and at most, as a share of the picture's side
FORMS = (0.12, 0.35)


@dataclass(frozen=True)
class Lengths:
    """Mean logarithms over image tokens.

    `entering` are their lengths as each bridge from the vision tower hands them over, `states` those after
    each layer, `updates` how long each layer's update is as a share of the state that it is added to.
    """

    entering: tuple[float, ...]
    states: tuple[float, ...]
    updates: tuple[float, ...]

    @property
    def finite(self) -> bool:
        """Whether they are numbers, all of them."""
        return all(map(isfinite, (*self.entering, *self.states, *self.updates)))


@torch.no_grad()
def matched(net: Any, processor: Any, seed: int) -> Any:
    """The untrained twin with states as long as the net's, by its weights alone, measured on probes.

    Every word enters as long as in the net, and image tokens do on the mean. From layer to layer they grow as
    in the net, by a factor on all that the layer adds. A random update never shortens a state, and states
    may turn without growing: so no update is a smaller share of its state than in the net, and image tokens
    that have become longer by it stay so until the net's catch up. One factor a layer can't match the lengths
    of words as well: they follow.
    """
    its, twin = anatomy_of(net), untrained(net, seed)
    body = anatomy_of(twin)
    inputs, layout = collate([encode(processor, probe, answered=False) for probe in probes()], its.device)
    wanted = lengths(net, inputs, image := layout.named("image").to(its.device))
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


def _stretching(image: Tensor, goals: Sequence[float]) -> Callable[..., Any]:
    """A hook that scales what a layer adds until image tokens are as long after it as they are to be."""

    def stretch(layer: Any, args: tuple[Any, ...], given: dict[str, Any], output: Any) -> Any:
        written = [weight for writer in _writers(layer) for weight in writer.parameters()]
        fresh = [weight.clone() for weight in written]
        low, high = -REACH, REACH
        for _ in range(HALVINGS):
            factor = (low + high) / 2
            for weight, own in zip(written, fresh, strict=True):
                weight.copy_(own * exp(factor))
            output = layer.forward(*args, **given)
            found = moved(received(args, given), states_in(output), image)
            short = any(now < goal for now, goal in zip(found, goals, strict=True))
            low, high = (factor, high) if short else (low, factor)
        return output

    return stretch


@torch.no_grad()
def lengths(net: Any, inputs: Mapping[str, Tensor], image: Tensor) -> Lengths:
    """What a prefill of these inputs shows, whose image tokens are where `image` (B, S) says."""
    body = anatomy_of(net)
    bridges: dict[nn.Module, float] = {}
    layers: dict[nn.Module, tuple[float, float]] = {}

    def enter(bridge: nn.Module, _: Any, output: Tensor) -> None:
        bridges[bridge] = long(output)

    def step(layer: nn.Module, args: tuple[Any, ...], given: dict[str, Any], output: Any) -> None:
        layers[layer] = moved(received(args, given), states_in(output), image)

    with ExitStack() as undo:
        for bridge in body.bridges:
            undo.callback(bridge.register_forward_hook(enter).remove)
        for layer in body.layers:
            undo.callback(layer.register_forward_hook(step, with_kwargs=True).remove)
        net(**inputs, use_cache=False, logits_to_keep=1)
    states, updates = zip(*(layers[layer] for layer in body.layers), strict=True)
    return Lengths(tuple(bridges[bridge] for bridge in body.bridges), states, updates)


def received(args: tuple[Any, ...], given: Mapping[str, Any]) -> Tensor:
    """The states that a layer is called with."""
    states: Tensor = args[0] if args else given["hidden_states"]
    return states


def states_in(output: Any) -> Tensor:
    """The states in what a layer returns."""
    states: Tensor = output[0] if isinstance(output, tuple) else output
    return states


def moved(before: Tensor, after: Tensor, image: Tensor) -> tuple[float, float]:
    """Mean logarithms over image tokens: of their length after a layer, and of its update's share of it."""
    old, new = (states[image.to(states.device)].float() for states in (before, after))
    share = (new - old).norm(dim=-1) / old.norm(dim=-1)
    return long(new), float(share.clamp_min(STILL).log().mean())


def long(states: Tensor) -> float:
    """The mean logarithm of the lengths of states (..., D)."""
    return float(states.float().norm(dim=-1).log().mean())


@cache
def probes() -> tuple[Scene, ...]:
    """Coloured forms on a dark ground, one more in each picture, and a question that fits them all."""
    return tuple(
        Scene(f"probe {number}", (_picture(number),), "Describe the picture.", "Forms.", "probe", str(number))
        for number in range(PROBES)
    )


def _picture(number: int) -> Image.Image:
    drawn = random.Random(f"probe {number}")
    picture = Image.new("RGB", (SIZE, SIZE), tuple(drawn.choices(range(48), k=3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(number):
        wide, high = (SIZE * drawn.uniform(*FORMS) for _ in range(2))
        left, top = drawn.uniform(0, SIZE - wide), drawn.uniform(0, SIZE - high)
        colour = tuple(drawn.choices(range(256), k=3))
        form = drawn.choice([draw.rectangle, draw.ellipse])
        form((left, top, left + wide, top + high), fill=colour)
    return picture
