"""A trial of a family: its random net under edits, against an oracle that shares no code with the engine.

Prompts are words, some of which play the image: what the tower makes of pixels is not in question here.
"""

import random
from dataclasses import dataclass, replace

import torch

from tests.engine.oracle import Blinded, Frozen, Gone, Misread, Oracle, Replaced
from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.edit import PLAIN, Edit
from vtmetrics.edits.steps import Absence, Blind, Freeze, Substitute
from vtmetrics.edits.steps import Misread as Swap
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.engine import capture, edited, sources, sweep
from vtmetrics.engine.approval import approved
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.hooked_run import running
from vtmetrics.engine.layer_plan import plan
from vtmetrics.engine.presence import slots_for
from vtmetrics.inputs.layout import Layout

LENGTHS, PICTURE, NEW = (14, 11), (3, 9), 4
#: how far logits may be from the oracle's, and from the net's own where nothing is absent
CLOSE, PLAIN_CLOSE = 1e-5, 1e-6
#: how far an edit has to move logits, as a share of how they scatter
LEAST = 0.003
PRESENCE = ("truncation", "pruning", "late entry")
STATES = ("freezing", "substitution")
EDGES, SWAPPED = "edges", "keys of another"
ACROSS = ("truncation across", "pruning across", "late entry across", "edges across")
#: the image tokens that are read across, by the oracle's names for them
BESIDE = {"image": IMAGE, "some": IMAGE.sample(0.5)}


@dataclass(frozen=True)
class Tried:
    """How far each kind of edit was from the oracle and from the plain run, and no edit from the latter."""

    apart: dict[str, float]
    moved: dict[str, float]
    plain: float

    @property
    def exact(self):
        """Whether all are as near as they have to be, and each kind of edit did something."""
        near = self.plain <= PLAIN_CLOSE and all(apart <= CLOSE for apart in self.apart.values())
        return near and all(moved > LEAST for moved in self.moved.values())


def drawn(kind, body, chance):
    """A random edit of a kind, as the oracle's steps."""
    kind, _, across = kind.partition(" across")
    depth, some = body.depth, chance.choice(["image", "some"] if across else ["picture", "half"])
    first, last = sorted(chance.sample(range(depth + 1), 2))
    reading = [layer for layer in range(depth) if layer not in body.crossing]
    blind, later = chance.choice(["asked", "readout"]), chance.choice([True, False])
    start = 0 if across else chance.choice([layer for layer in range(depth - 1) if layer not in body.running])
    end = next((layer for layer in range(start, depth) if layer in body.running), depth)
    return {
        "truncation": [Gone(some, chance.randrange(1, depth), depth)],
        "pruning": [Gone(some, 0, depth)],
        "late entry": [Gone(some, 0, chance.randrange(1, depth))],
        "freezing": [Frozen(some, *chance.choice([(True, True), (True, False), (False, True)]), first, last)],
        "substitution": [Replaced(some, chance.randrange(depth), chance.randrange(1, depth))],
        EDGES: [Blinded(blind, some, start, chance.randrange(start + 1, end + 1), later)],
        SWAPPED: [Misread(some, chance.choice(reading))],
    }[kind]


def edit_of(steps):
    """The engine's edit for the oracle's steps."""
    return Edit(tuple(_step(step) for step in steps))


def _step(step):
    match step:
        case Gone(tokens, first, last):
            return Absence(BESIDE.get(tokens) or named(tokens), first, last)
        case Frozen(tokens, attention, ffn, first, last, decoding):
            return Freeze(named(tokens), first, last, attention, ffn, decoding)
        case Replaced(tokens, by, at):
            return Substitute(named(tokens), at, by)
        case Blinded(tokens, to, first, last, decoding):
            return Blind(named(tokens), first, last, BESIDE.get(to) or named(to), decoding)
        case Misread(tokens, at):
            return Swap(named(tokens), at)


def prompt(net=None):
    """Words in two rows, one padded on the left, and where those are that play the image.

    To a net that reads images across, one comes beside them.
    """
    size, chance = max(LENGTHS), torch.Generator().manual_seed(0)
    ids = torch.randint(3, 90, (len(LENGTHS), size), generator=chance)
    valid = torch.stack([torch.arange(size) >= size - length for length in LENGTHS])
    picture = torch.zeros_like(valid)
    for row, length in enumerate(LENGTHS):
        start = size - length
        picture[row, start + PICTURE[0] : start + PICTURE[1]] = True
    half = picture & (torch.rand(valid.shape, generator=chance) < 0.5)
    readout = torch.zeros_like(valid)
    readout[:, -1] = True
    asked = picture.cumsum(1) == picture.sum(1, keepdim=True)  # what follows the picture
    inputs = {"input_ids": ids.masked_fill(~valid, 0), "attention_mask": valid.long()}
    masks = {"picture": picture, "half": half, "asked": asked & ~picture, "readout": readout}
    layout = Layout(masks, valid, ("a", "b"))
    return (inputs, layout) if net is None or not approved(net).crossing else _across(net, inputs, layout)


def _across(net, inputs, layout):
    """The same, with an image of one tile beside the first row and one of two beside the second."""
    vision, tiles = net.config.vision_config, torch.tensor([[True, False], [True, True]])
    reads = (torch.arange(layout.length) >= max(LENGTHS) - min(LENGTHS))[None, :, None, None]
    chance = torch.Generator().manual_seed(0)
    image = {
        "pixel_values": torch.randn(2, 1, 2, 3, vision.image_size, vision.image_size, generator=chance),
        "aspect_ratio_ids": torch.tensor([[1], [2]]),
        "aspect_ratio_mask": tiles[:, None].long(),
        "cross_attention_mask": (reads & tiles[:, None, None]).long(),
    }
    masks = {**layout.masks, "image": torch.zeros_like(layout.valid)}
    return {**inputs, **image}, replace(layout, masks=masks, tiles=tiles)


def other(inputs, layout):
    """The same prompt with other words for an image: a donor."""
    chance = torch.Generator().manual_seed(1)
    words = torch.randint(3, 90, inputs["input_ids"].shape, generator=chance)
    return {**inputs, "input_ids": torch.where(layout.masks["picture"], words, inputs["input_ids"])}


def beside(net, layout):
    """The image tokens (B, n) that are read across, by the oracle's names for them."""
    if layout.tiles is None:
        return None
    image = layout.tiles.repeat_interleave(net.model.vision_model.num_patches, 1)
    there = Layout({"image": image}, image, layout.keys)
    return {name: tokens.mask(there) for name, tokens in BESIDE.items()}


@torch.no_grad()
def tried(net, times=2, kinds=(*PRESENCE, EDGES, *STATES, SWAPPED)):
    """The net under so many random edits of each kind."""
    body = approved(net)
    inputs, layout = prompt(net)
    kinds = (*kinds, *ACROSS) if body.crossing else kinds
    apart, moved = {}, {}
    for kind in kinds:
        chance = random.Random(kind)
        found = [_apart(net, inputs, layout, drawn(kind, body, chance)) for _ in range(times)]
        apart[kind], moved[kind] = (max(numbers) for numbers in zip(*found, strict=True))
    return Tried(apart, moved, max(_plain(body, inputs, layout, presence=kinds[0] in PRESENCE)))


def _apart(net, inputs, layout, steps):
    edit, depth = edit_of(steps), approved(net).depth
    donor = other(inputs, layout)
    bank = {}
    for run, seen in (("own", inputs), ("donor", donor)):
        bank |= capture(net, seen, layout, [one for one in sources(edit, depth) if one.run == run])
    with edited(net, edit, layout, bank):
        read = net(**inputs, use_cache=False).logits
        said = net.generate(
            **inputs,
            max_new_tokens=NEW,
            min_new_tokens=NEW,
            do_sample=False,
            suppress_tokens=list(range(100, 160)),
            return_dict_in_generate=True,
            output_logits=True,
        )
    ways = [sweep(net, inputs, layout, [edit], bank, together=together) for together in (False, True)]
    swept = [next(way).logits for way in ways]
    size = layout.length
    generated = said.sequences[:, size:]
    oracle = Oracle(net, inputs, layout.masks, generated[:, :-1], donor, beside(net, layout))
    expected = oracle.logits(steps)
    prefills = [(found - expected[:, :size])[layout.valid].abs().max() for found in (read, *swept)]
    steps_on = (torch.stack(said.logits, 1) - expected[:, size - 1 :]).abs().max()
    moved = (expected - oracle.logits([]))[:, size - 1 :]
    return max(map(float, (*prefills, steps_on))), float(moved.abs().max() / expected.std())


def _plain(body, inputs, layout, *, presence):
    """How far runs are from the net's own in which every token is present."""
    own = body.net(**inputs, use_cache=False).logits
    swept = next(sweep(body.net, inputs, layout, [PLAIN])).logits
    for logits in (gathered(body, inputs, layout, presence=presence), swept):
        yield float((logits - own)[layout.valid].abs().max())


def gathered(body, inputs, layout, *, presence=True):
    """The logits of a run without an edit, through all that absent tokens would go through."""
    made = plan(PLAIN, layout, body.depth)
    if presence:
        everyone = slots_for(layout.valid)
        made = replace(made, slots=(everyone,) * body.depth, cached=(everyone,) * body.depth)
    with running(EditedRun(body, made)):
        return body.net(**inputs, use_cache=False).logits
