"""What holds between runs, whatever the weights: no reference is needed to see it broken."""

import pytest
import torch

from tests.engine.small_nets import LAYERS, RECIPES, UNSAID, net, prompts
from vtmetrics.edits.edit import (
    MEAN,
    NOISE,
    PLAIN,
    enter_at,
    freeze,
    prune,
    pyramid,
    scale,
    substitute,
    truncate,
    window,
)
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT, SYSTEM, TEXT
from vtmetrics.engine import capture, edited, sources
from vtmetrics.inputs.layout import Layout

WINDOWED = {"gemma3", "mistral3"}
RAGGED = ((3, 5), (6, 3), (2, 2))
pytestmark = pytest.mark.usefixtures("no_gradients")


def logits(model, inputs, edit, layout, **given):
    bank = capture(model, inputs, layout, sources(edit, LAYERS))
    with edited(model, edit, layout, bank):
        return model(**inputs, **given).logits


def row(inputs, layout, number):
    """One row of a batch alone, without its padding."""
    start = int(layout.valid[number].int().argmax())
    alone = {name: value[number : number + 1] for name, value in inputs.items()}
    for name in ("input_ids", "attention_mask", "mm_token_type_ids", "token_type_ids"):
        if name in alone:
            alone[name] = alone[name][:, start:]
    if "image_grid_thw" in inputs:
        size = inputs["pixel_values"].shape[0] // layout.rows
        alone["pixel_values"] = inputs["pixel_values"][number * size : (number + 1) * size]
    masks = {name: mask[number : number + 1, start:] for name, mask in layout.masks.items()}
    valid = layout.valid[number : number + 1, start:]
    return alone, Layout(masks, valid, layout.keys[number : number + 1]), start


DO_NOTHING = [
    PLAIN,
    truncate(1.0),
    enter_at(0),
    window(3, 3),
    window(4, 2),
    prune(IMAGE & SYSTEM),
    freeze(IMAGE & TEXT),
    scale(IMAGE, 1.0, at=2),
    substitute(IMAGE, by=3, at=3),
]


@pytest.mark.parametrize("edit", DO_NOTHING, ids=str)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_an_edit_that_changes_nothing_gives_the_same_bits(edit, attention):
    model = net("qwen2_5_vl", attention)
    inputs, layout = prompts("qwen2_5_vl", RAGGED)
    assert torch.equal(logits(model, inputs, edit, layout), model(**inputs).logits)


@pytest.mark.parametrize("family", RECIPES)
def test_a_row_of_a_batch_is_the_row_alone(family):
    """Neither padding nor neighbours change a scene; draws of tokens and noise belong to the scene too."""
    model = net(family)
    inputs, layout = prompts(family, RAGGED)
    edit = truncate(4, IMAGE.sample(0.5)) >> substitute(IMAGE, by=NOISE, at=2) >> freeze(SYSTEM, last=3)
    together = logits(model, inputs, edit, layout)
    for number in range(layout.rows):
        alone, single, start = row(inputs, layout, number)
        assert torch.allclose(logits(model, alone, edit, single)[0], together[number, start:], atol=1e-5)


STEPS = [truncate(4, IMAGE.sample(0.5)), window(1, 3, QUESTION), enter_at(2, SYSTEM)]


@pytest.mark.parametrize("order", [(0, 2, 1), (1, 0, 2), (2, 1, 0)])
def test_presence_does_not_depend_on_the_order_of_steps(order):
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    forwards = STEPS[0] >> STEPS[1] >> STEPS[2]
    shuffled = STEPS[order[0]] >> STEPS[order[1]] >> STEPS[order[2]]
    assert torch.equal(logits(model, inputs, forwards, layout), logits(model, inputs, shuffled, layout))


def test_a_pyramid_is_a_truncation_after_another():
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    half = IMAGE.sample(0.5)
    stages = logits(model, inputs, pyramid({1: half, 4: IMAGE}), layout)
    assert torch.equal(stages, logits(model, inputs, truncate(1, half) >> truncate(4), layout))
    assert torch.equal(
        logits(model, inputs, enter_at(2) >> truncate(4), layout),
        logits(model, inputs, window(0, 2) >> window(4, 1.0), layout),
    )


@pytest.mark.parametrize("family", RECIPES)
def test_reading_and_generating_agree(family):
    """The first generated token follows the logits that a forward pass gives; masks alone fail at this."""
    model = net(family)
    inputs, layout = prompts(family, RAGGED)
    edit = truncate(2, IMAGE.sample(0.5)) >> truncate(4)
    with edited(model, edit, layout):
        read = model(**inputs).logits[:, -1]
        said = model.generate(
            **inputs, max_new_tokens=1, output_logits=True, return_dict_in_generate=True, do_sample=False
        )
    assert torch.allclose(said.logits[0], read, atol=1e-5)


@pytest.mark.parametrize("by", [0, 6, NOISE, MEAN], ids=str)
def test_substitution_spares_the_readout_unless_it_is_named(by):
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    last = {**layout.masks, "system": layout.masks["system"] | layout.masks["readout"]}
    layout = Layout(last, layout.valid, layout.keys)
    edit = substitute(TEXT, by=by, at=5)
    spared = substitute(TEXT - READOUT, by=by, at=5)
    named = substitute(TEXT | READOUT, by=by, at=5)
    assert torch.equal(logits(model, inputs, edit, layout), logits(model, inputs, spared, layout))
    assert not torch.allclose(logits(model, inputs, edit, layout), logits(model, inputs, named, layout))


def test_a_cache_can_be_fed_several_tokens_at_once():
    """A prompt goes on by a few tokens, as in a second turn, and gives what one long prompt gives."""
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    extra = torch.tensor([[5, 6, 7]] * layout.rows)
    longer = torch.cat([inputs["attention_mask"], torch.ones_like(extra)], 1)
    with edited(model, truncate(2), layout):
        cache = model(**inputs, use_cache=True).past_key_values
        together = model(input_ids=extra, attention_mask=longer, past_key_values=cache).logits
    with edited(model, truncate(2), layout):
        cache = model(**inputs, use_cache=True).past_key_values
        one = []
        for i, seen in enumerate(range(layout.length + 1, layout.length + 4)):
            given = {"attention_mask": longer[:, :seen], "past_key_values": cache}
            one.append(model(input_ids=extra[:, [i]], **given))
    assert torch.allclose(together, torch.cat([out.logits for out in one], 1), atol=1e-5)


@pytest.mark.parametrize("family", sorted(RECIPES.keys() - WINDOWED))
def test_pruned_and_renumbered_is_a_prompt_without_an_image(family):
    """Nothing of the image is left: what the net then reads and says is what it does with text alone.

    Windows are as wide as they were: tokens that were far apart don't become neighbours.
    """
    model = net(family)
    inputs, layout = prompts(family, ((3, 5),))
    text = ~layout.masks["image"][0]
    named = {"input_ids", "attention_mask", "token_type_ids"} & inputs.keys()
    alone = {name: inputs[name][:, text] for name in named}
    how = {"max_new_tokens": 4, "do_sample": False, "suppress_tokens": UNSAID}
    with edited(model, prune(IMAGE, positions="renumbered"), layout):
        read, said = model(**inputs).logits[:, text], model.generate(**inputs, **how)
    assert torch.allclose(read, model(**alone).logits, atol=1e-5)
    assert torch.equal(said[:, -4:], model.generate(**alone, **how)[:, -4:])
