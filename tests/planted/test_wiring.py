"""What is planted is there: bit by bit, in the states and in the logits."""

import copy

import pytest
import torch

from fixtures.planted.behaviour import STILL, Behaviour
from fixtures.planted.wiring import wire
from tests.engine.small_nets import net, prompts
from vtmetrics.edits.edit import PLAIN, substitute, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION
from vtmetrics.engine.record import Record
from vtmetrics.engine.under_edit import edited

FAMILIES = ("llava", "qwen2_5_vl")
LENGTHS = ((3, 5), (1, 8))
REST = 89
FROM = 2


def planted(family, still=(), read=range(6)):
    """A net whose image tokens stand still in some layers, and whose words read them in some."""
    model = copy.deepcopy(net(family))
    wire(model, REST, Behaviour(image=dict.fromkeys(still, STILL), reads={"": dict.fromkeys(read, 3.0)}))
    return model


def shown(family, seed=0):
    """Prompts whose first token is the rest token; another seed shows other images under the same words."""
    inputs, layout = prompts(family, LENGTHS)
    first = layout.valid.int().argmax(1)
    inputs["input_ids"][torch.arange(len(first)), first] = REST
    pixels = torch.randn(inputs["pixel_values"].shape, generator=torch.Generator().manual_seed(seed))
    return inputs | {"pixel_values": pixels}, layout


def states(model, inputs, layout, tokens=IMAGE, edit=PLAIN):
    with torch.no_grad(), edited(model, edit, layout, record={"seen": Record(tokens)}) as run:
        logits = model(**inputs).logits[:, -1]
    return [torch.cat(layer) for layer in run.recorded["seen"]], logits


@pytest.mark.parametrize("family", FAMILIES)
def test_frozen_image_states_stay_to_the_last_bit(family):
    """Before the layer they move, from it on they don't; text goes on moving."""
    model = planted(family, still=range(FROM, 6))
    inputs, layout = shown(family)
    image, _ = states(model, inputs, layout)
    text, _ = states(model, inputs, layout, QUESTION)
    assert all(not torch.equal(image[layer], image[layer + 1]) for layer in range(FROM))
    assert all(torch.equal(image[FROM], state) for state in image[FROM:])
    assert all(not torch.equal(text[layer], text[layer + 1]) for layer in range(6))


@pytest.mark.parametrize("family", FAMILIES)
def test_frozen_image_states_are_interchangeable_and_read(family):
    """Substitution from any frozen layer changes nothing, another image's states or none do."""
    model = planted(family, still=range(FROM, 6))
    inputs, layout = shown(family)
    _, plain = states(model, inputs, layout)
    _, swapped = states(model, inputs, layout, edit=substitute(IMAGE, by=FROM, at=4))
    _, gone = states(model, inputs, layout, edit=truncate(4))
    _, other = states(model, shown(family, seed=1)[0], layout)
    assert torch.equal(swapped, plain)
    assert (gone - plain).abs().max() > 1e-3
    assert (other - plain).abs().max() > 1e-3


@pytest.mark.parametrize("family", FAMILIES)
def test_an_image_that_is_never_read_says_nothing(family):
    model = planted(family, read=())
    inputs, layout = shown(family)
    _, plain = states(model, inputs, layout)
    _, other = states(model, shown(family, seed=1)[0], layout)
    _, gone = states(model, inputs, layout, edit=truncate(0))
    assert torch.equal(other, plain)
    assert torch.allclose(gone, plain, atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_readers_that_stop_need_no_image_from_there_on(family):
    model = planted(family, read=range(3))
    inputs, layout = shown(family)
    _, plain = states(model, inputs, layout)
    _, late = states(model, inputs, layout, edit=truncate(3))
    _, early = states(model, inputs, layout, edit=truncate(2))
    assert torch.allclose(late, plain, atol=1e-5)
    assert (early - plain).abs().max() > 1e-3


def test_other_architectures_are_refused_by_name():
    with pytest.raises(ValueError, match="can be wired, not 'internvl'"):
        wire(copy.deepcopy(net("internvl")), REST, Behaviour())
