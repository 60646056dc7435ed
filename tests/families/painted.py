"""Painted pictures through the processors of types: how many image tokens they become, and where these lie.

Written into the page by python -m tests.families.painted. A count that the net
does not share, or a run without an edit that is not the net's own, ends it.
"""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from PIL import Image

from tests.families import pictured
from tests.suite import foreign_checkpoints
from vtmetrics.edits.edit import PLAIN
from vtmetrics.engine import centres, edited, places_known
from vtmetrics.inputs import Scene, collate, encode
from vtmetrics.nets.loading import load
from vtmetrics.nets.soundness import check_sound

KINDS = (*foreign_checkpoints.PROCESSORS, *pictured.MORE)
#: as large as the tower's picture, wider, and higher
SIZES = ((16, 16), (40, 16), (24, 56))
PAGE = Path(__file__).parents[2] / "docs" / "families.md"
BEGIN, END = "<!-- pixels -->\n", "<!-- /pixels -->"
PROMPT, ANSWER = "what is it?", "a cat"


@dataclass(frozen=True)
class Painted:
    """What pictures become: image tokens of each size, of two pictures, and whether places are known."""

    tokens: tuple[int, ...]
    two: int
    placed: bool


@cache
def checkpoint(kind):
    """A net and the processor of its type, loaded as a user's."""
    with tempfile.TemporaryDirectory() as where:
        build = (foreign_checkpoints if kind in foreign_checkpoints.PROCESSORS else pictured).build
        build(kind, Path(where))
        net, processor = load(Path(where))
    check_sound(net, processor)
    return net, processor


def scene(size, images=1, seed=0):
    """A question about pictures of noise."""
    noise = torch.randint(0, 256, (size[1], size[0], 3), generator=torch.Generator().manual_seed(seed))
    image = Image.fromarray(noise.to(torch.uint8).numpy())
    return Scene("one", (image,) * images, PROMPT, ANSWER, "t", "g")


def image_tokens(net, row):
    """How many image tokens a row has, in the line or beside it."""
    _, layout = collate([row])
    if layout.tiles is None:
        return int(row.masks["image"].sum())
    return int(layout.tiles.sum()) * net.model.vision_model.num_patches


def features(net, inputs):
    """How many vectors the net makes of the pixels."""
    if "aspect_ratio_ids" in inputs:
        given = {name: inputs[name] for name in ("pixel_values", "aspect_ratio_ids", "aspect_ratio_mask")}
        states = net.model.vision_model(**given).last_hidden_state
        ratios = net.config.vision_config.supported_aspect_ratios
        tiles = (ratios[number - 1] for number in inputs["aspect_ratio_ids"].flatten().tolist())
        return sum(down * across for down, across in tiles) * states.shape[-2]
    names = ("pixel_values", "image_sizes", "image_grid_thw", "pixel_attention_mask")
    given = {name: inputs[name] for name in names if name in inputs}
    found = net.base_model.get_image_features(**given, return_dict=True).pooler_output
    return sum(one.flatten(0, -2).shape[0] for one in found)


@torch.no_grad()
def painted(kind):
    """What becomes of pictures; a count that the net does not share, or a run that differs, is an error."""
    net, processor = checkpoint(kind)
    counts = []
    for size in SIZES:
        row = encode(processor, scene(size))
        inputs, layout = collate([row])
        counts.append(image_tokens(net, row))
        if counts[-1] != features(net, inputs):
            raise AssertionError(f"{kind}: {counts[-1]} image tokens, {features(net, inputs)} features")
        with edited(net, PLAIN, layout):
            found = net(**inputs).logits
        if not torch.equal(found, net(**inputs).logits):
            raise AssertionError(f"{kind}: a run without an edit is not the net's own")
    two = image_tokens(net, encode(processor, scene(SIZES[0], images=2)))
    return Painted(tuple(counts), two, _placed(net, processor))


def _placed(net, processor):
    return not places_known(net) and len(centres(net, processor, scene(SIZES[0]))) > 0


def why_not(kind):
    """What a type's processor lacks here; None if it could be built."""
    try:
        checkpoint(kind)
    except ImportError as error:
        return " ".join(str(error).split()).partition(" but ")[0].partition(". ")[0]
    return None


def pixels():
    """The table of all types whose processors are tried."""
    lines = [
        "| type | image tokens of a picture of 16 × 16, 40 × 16, 24 × 56 | of two | places known |",
        "|---|---|---|---|",
    ]
    for kind in sorted(KINDS):
        if why := why_not(kind):
            lines.append(f"| `{kind}` | not built here: {why} | – | – |")
            continue
        found = painted(kind)
        counts = ", ".join(map(str, found.tokens))
        lines.append(f"| `{kind}` | {counts} | {found.two} | {'yes' if found.placed else 'no'} |")
    return "\n".join(lines)


def written(text):
    """The page with this table."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{pixels()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
