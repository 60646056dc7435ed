"""Painted pictures through the processors of types: how many image tokens they become, and where these lie.

Written into the page by python -m tests.families.painted. A count that the net
does not share, or a run without an edit that is not the net's own, ends it.
"""

import inspect
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch
import transformers as hf
from PIL import Image
from transformers.models.auto.image_processing_auto import IMAGE_PROCESSOR_MAPPING_NAMES

from tests.families import pictured
from tests.families.trial import gathered
from tests.suite import foreign_checkpoints
from vtmetrics.edits.edit import PLAIN, freeze, scale, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT
from vtmetrics.engine import centres, edited, places_known, sweep
from vtmetrics.engine.approval import approved
from vtmetrics.inputs import Scene, collate, encode
from vtmetrics.nets.families import FAMILY_OF
from vtmetrics.nets.loading import load, processor_of
from vtmetrics.nets.soundness import check_sound

#: all types that can be edited
KINDS = tuple(sorted(FAMILY_OF))
#: as large as the tower's picture, wider, and higher
SIZES = ((16, 16), (40, 16), (24, 56))
PAGE = Path(__file__).parents[2] / "docs" / "families.md"
BEGIN, END = "<!-- pixels -->\n", "<!-- /pixels -->"
PROMPT, ANSWER = "what is it?", "a cat"
#: how far logits may be from the net's own, where all tokens are gathered and where a row is padded
GATHERED, PADDED = 1e-5, 1e-5


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
        encode(processor_of(Path(where), kind), scene(SIZES[0]))
        net, processor = load(Path(where), attention=pictured.attention(kind))
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
    known = inspect.signature(net.base_model.get_image_features).parameters
    given = {name: value for name, value in inputs.items() if name in known}
    found = net.base_model.get_image_features(**given, return_dict=True).pooler_output
    return sum(one.flatten(0, -2).shape[0] for one in found)


def counted(kind, net, row):
    """How many image tokens a row has; an error if the net makes another number of the pixels."""
    inputs, _ = collate([row])
    found, made = image_tokens(net, row), features(net, inputs)
    if found != made:
        raise AssertionError(f"{kind}: {found} image tokens, {made} features")
    return found


@torch.no_grad()
def painted(kind):
    """What becomes of pictures; a count that the net does not share, or a run that differs, is an error."""
    net, processor = checkpoint(kind)
    counts = []
    for size in SIZES:
        row = encode(processor, scene(size))
        counts.append(counted(kind, net, row))
        check_words(kind, processor, row)
        check_plain(kind, net, row)
    check_padding(kind, net, processor)
    check_edited(kind, net, processor)
    unlike = tuple(scene(size).images[0] for size in SIZES)
    row = encode(processor, replace(scene(SIZES[0]), images=unlike))
    counted(kind, net, row)
    check_plain(kind, net, row)
    two = counted(kind, net, encode(processor, scene(SIZES[0], images=2)))
    return Painted(tuple(counts), two, _placed(net, processor))


def check_words(kind, processor, row):
    """The question and the answer are found in what a processor writes."""
    ids, said = row.inputs["input_ids"][0], processor.tokenizer.decode
    found = {name: said(ids[row.masks[name]]) for name in ("question", "answer", "readout")}
    before = said(ids[row.masks["answer"].roll(-1)])
    if (found["question"], found["answer"].strip(), found["readout"]) != (PROMPT, ANSWER, before):
        raise AssertionError(f"{kind}: {found} where {PROMPT!r} and {ANSWER!r} were written")
    if not row.masks["answer"][-1]:
        raise AssertionError(f"{kind}: something follows the answer")


def check_plain(kind, net, row):
    """A run without an edit is the net's own, and so is one in which every token is gathered."""
    inputs, layout = collate([row])
    own = net(**inputs).logits
    with edited(net, PLAIN, layout):
        found = net(**inputs).logits
    body = approved(net)
    everyone = gathered(body, inputs, layout, presence=not body.running)
    if not torch.equal(found, own) or not torch.allclose(everyone, own, atol=GATHERED):
        raise AssertionError(f"{kind}: a run without an edit is not the net's own")


def check_padding(kind, net, processor):
    """A shorter prompt beside a longer one says under an edit what it says alone."""
    edit = scale(IMAGE, 2.0, at=2) if approved(net).running else truncate(2)
    one = encode(processor, scene(SIZES[0]))
    longer = encode(processor, scene(SIZES[0], seed=1), answered=False)
    (both, layout), (alone, own) = collate([one, longer]), collate([one])
    with edited(net, edit, layout):
        found = net(**both).logits[:1, -one.length :]
    with edited(net, edit, own):
        wanted = net(**alone).logits
    if not torch.allclose(found, wanted, atol=PADDED):
        far = float((found - wanted).abs().max())
        raise AssertionError(f"{kind}: {far:.0e} from what it says alone beside a longer prompt")
    if torch.allclose(wanted, net(**alone).logits, atol=1e-3):
        raise AssertionError(f"{kind}: an edit does nothing")


def check_edited(kind, net, processor):
    """A sweep that spares what nobody reads says what an edited run says, and so does generation."""
    row = encode(processor, scene(SIZES[1]), answered=False)
    inputs, layout = collate([row])
    leaving = scale(IMAGE, 2.0, at=2) if approved(net).running else truncate(2)
    for edit in (leaving, freeze(QUESTION, first=1)):
        with edited(net, edit, layout):
            wanted = net(**inputs).logits[:, -1]
            said = net.generate(
                **inputs,
                max_new_tokens=2,
                min_new_tokens=2,
                do_sample=False,
                return_dict_in_generate=True,
                output_logits=True,
            )
        (swept,) = sweep(net, inputs, layout, [edit], keep=1, read=READOUT)
        for found in (swept.logits[:, -1], said.logits[0]):
            if not torch.allclose(found, wanted, atol=PADDED):
                far = float((found - wanted).abs().max())
                raise AssertionError(f"{kind}: {far:.0e} between ways to run {edit}")


def _placed(net, processor):
    return not places_known(net) and len(centres(net, processor, scene(SIZES[0]))) > 0


def why_not(kind):
    """What a type's processor lacks here, or does instead; None if it could be built."""
    try:
        if kind in pictured.MORE or kind in foreign_checkpoints.PROCESSORS:
            checkpoint(kind)
        else:
            _image_processor(kind)
    except (ImportError, ValueError, TypeError) as error:
        if kind not in pictured.LACKING and not isinstance(error, ImportError):
            raise
        said = " ".join(str(error).split()).partition(" but it was")[0].partition(". ")[0]
        return f"its processor ends in {said}" if isinstance(error, TypeError) else said
    return None


def _image_processor(kind):
    """The part for images of a type that has no recipe, since it can't be had without torchvision."""
    if kind not in IMAGE_PROCESSOR_MAPPING_NAMES:
        raise ValueError("transformers has no processor for it, its net reads words alone")
    names = IMAGE_PROCESSOR_MAPPING_NAMES[kind]
    getattr(hf, next(iter(names.values())))()
    raise AssertionError(f"{kind} has a processor and wants a recipe")


def pixels():
    """The table of all types whose processors are tried."""
    lines = [
        "| type | image tokens of a picture of 16 × 16, 40 × 16, 24 × 56 | of two | places known |",
        "|---|---|---|---|",
    ]
    for kind in KINDS:
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
