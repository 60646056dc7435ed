"""Images that are read across: absent tokens are, in layers and in the cache, as if they had been hidden."""

import copy
from dataclasses import replace

import pytest
import torch

from tests.engine.crossed_net import CROSSING, PATCHES, crossed_net, crossed_prompts
from tests.engine.oracle import Blinded, Frozen, Gone, Oracle, Replaced
from tests.engine.tiny_parts import LAYERS, UNSAID
from vtmetrics.edits.edit import PLAIN, Edit, blind, freeze, misread, scale, substitute, truncate
from vtmetrics.edits.steps import DONOR, MEAN, Absence, Blind, Freeze, Substitute
from vtmetrics.edits.tokens import ALL, IMAGE, QUESTION, READOUT, SYSTEM
from vtmetrics.engine import Record, capture, edited, encoded, masked, sources, sweep
from vtmetrics.engine.approval import approved
from vtmetrics.engine.borrowed_states import BorrowedStates
from vtmetrics.unmeasured import NotMeasured

pytestmark = pytest.mark.usefixtures("no_gradients")
CLOSE, NEW = 1e-5, 5
WORDS = {"question": QUESTION, "system": SYSTEM, "readout": READOUT}
TOKENS = {"image": IMAGE, "some": IMAGE.sample(0.5), **WORDS}
STEPS = {
    "no image from the start": [Gone("image", 0, LAYERS)],
    "truncated between the layers that read": [Gone("image", 2, LAYERS)],
    "truncated, and its keys forgotten": [Gone("image", 2, LAYERS, evicted=True)],
    "half of it": [Gone("some", 0, LAYERS)],
    "half of it from a layer on": [Gone("some", 3, LAYERS)],
    "half of it forgotten": [Gone("some", 6, LAYERS, evicted=True)],
    "half of it, then all": [Gone("some", 0, LAYERS), Gone("image", 4, LAYERS, evicted=True)],
    "late": [Gone("image", 0, 3)],
    "words alone": [Gone("system", 1, LAYERS)],
    "words and half": [Gone("question", 2, 5), Gone("some", 1, LAYERS, evicted=True)],
    "renumbered": [Gone("system", 1, LAYERS, renumbered=True), Gone("some", 1, LAYERS, renumbered=True)],
    "frozen words": [Frozen("system", True, True, 1, 5), Gone("image", 4, LAYERS)],
    "a question that is blind": [Blinded("question", "image", 0, LAYERS)],
    "blind to half, and on": [Blinded("question", "some", 0, 3, decoding=True)],
    "blind from a layer on, and on": [Blinded("system", "image", 2, LAYERS, decoding=True)],
    "the last word is blind": [Blinded("readout", "image", 0, LAYERS)],
    "half is gone, of the rest some are hidden": [
        Gone("some", 0, LAYERS),
        Blinded("question", "image", 3, LAYERS, decoding=True),
    ],
    "blind twice, and words are gone": [
        Blinded("system", "some", 0, LAYERS),
        Blinded("question", "image", 0, 2, decoding=True),
        Gone("question", 4, LAYERS),
    ],
    "replaced words": [Replaced("system", 1, 3), Gone("some", 4, LAYERS)],
}
#: some in the other kind of attention
EAGER = ("late", "words and half", "frozen words", "blind to half, and on")


def edit_of(steps):
    made = []
    for step in steps:
        tokens = TOKENS[step.tokens]
        match step:
            case Gone(_, first, last, renumbered, evicted):
                ways = "renumbered" if renumbered else "kept", "evicted" if evicted else "kept"
                made.append(Absence(tokens, first, None if last == LAYERS else last, *ways))
            case Frozen(_, attention, ffn, first, last, decoding):
                made.append(Freeze(tokens, first, last, attention, ffn, decoding))
            case Blinded(_, to, first, last, decoding):
                made.append(Blind(tokens, first, last, TOKENS[to], decoding))
            case Replaced(_, by, at):
                made.append(Substitute(tokens, at, by))
    return Edit(tuple(made))


def hidden(layout):
    """The image tokens by name, where they stand beside the line; drawn as the edit draws them."""
    image = layout.tiles.repeat_interleave(PATCHES, 1)
    beside = replace(layout, masks={"image": image}, valid=image, tiles=None)
    return {"image": image, "some": TOKENS["some"].mask(beside)}


@pytest.mark.parametrize(("name", "steps"), STEPS.items(), ids=STEPS)
def test_edits_are_what_the_oracle_says(name, steps):
    """In a prompt, in a sweep, and over generated words; in ragged rows with one tile and with two."""
    net, edit = crossed_net("eager" if name in EAGER else "sdpa"), edit_of(steps)
    inputs, layout = crossed_prompts()
    bank = capture(net, inputs, layout, sources(edit, LAYERS))
    how = {"max_new_tokens": NEW, "do_sample": False, "suppress_tokens": UNSAID}
    with edited(net, edit, layout, bank):
        prompt = net(**inputs).logits
        said = net.generate(**inputs, **how, return_dict_in_generate=True, output_logits=True)
    (swept,) = sweep(net, inputs, layout, [edit], bank)
    written = said.sequences[:, layout.length :]
    oracle = Oracle(net, inputs, layout.masks, written[:, :-1], beside=hidden(layout))
    expected, plain = oracle.logits(steps), oracle.logits([])
    for found in (prompt, swept.logits):
        assert (found - expected[:, : layout.length])[layout.valid].abs().max() <= CLOSE
    assert (torch.stack(said.logits, 1) - expected[:, layout.length - 1 :]).abs().max() <= CLOSE
    assert (expected - plain)[:, layout.length - 1 :].abs().max() > 100 * CLOSE


def test_a_run_without_an_edit_is_the_nets_own():
    net, (inputs, layout) = crossed_net(), crossed_prompts()
    own = net(**inputs).logits
    with edited(net, PLAIN, layout):
        assert torch.equal(net(**inputs).logits, own)
    assert torch.equal(next(sweep(net, inputs, layout, [PLAIN])).logits, own)
    with edited(net, truncate(2), layout):
        net(**inputs)
    assert torch.equal(net(**inputs).logits, own)


def test_without_its_image_a_prompt_is_one_of_words_alone():
    """What the net itself does where no image came."""
    net, (inputs, layout) = crossed_net(), crossed_prompts()
    words = {name: inputs[name] for name in ("input_ids", "attention_mask")}
    with edited(net, truncate(0), layout):
        assert torch.equal(net(**inputs).logits, net.forward(**words).logits)


@pytest.mark.parametrize(
    ("edit", "held"), [(PLAIN, (34, 34)), (truncate(2), (34, 0)), (truncate(0, IMAGE.sample(0.5)), (25, 25))]
)
def test_what_is_absent_is_in_no_cache(edit, held):
    net, (inputs, layout) = crossed_net(), crossed_prompts()
    with edited(net, edit, layout):
        cache = net(**inputs, use_cache=True).past_key_values
    kept = [cache.layers[layer].keys for layer in CROSSING]
    assert tuple(0 if keys is None else keys.shape[2] for keys in kept) == held


UNDEFINED = {
    "freeze": freeze(IMAGE),
    "freeze all": freeze(ALL),
    "substitute": substitute(IMAGE, by=MEAN, at=2),
    "a donor's": substitute(IMAGE, by=DONOR, at=2),
    "scale": scale(IMAGE, 0.1),
    "blind": blind(IMAGE, QUESTION),
    "misread": misread(IMAGE, at=1),
}


@pytest.mark.parametrize("edit", UNDEFINED.values(), ids=UNDEFINED)
def test_what_such_tokens_do_not_have_is_refused_in_one_sentence(edit):
    net, (inputs, layout) = crossed_net(), crossed_prompts()
    said = "image tokens of a mllama are read across: they can be absent from layers, but hold no states"
    with pytest.raises(NotMeasured, match=said):
        list(sweep(net, inputs, layout, [edit], dict.fromkeys(sources(edit, LAYERS))))


def test_nor_are_they_recorded_captured_or_only_hidden():
    net, (inputs, layout) = crossed_net(), crossed_prompts()
    said = pytest.raises(NotMeasured, match="are read across")
    with said, edited(net, PLAIN, layout, record={"image": Record(IMAGE)}):
        pass
    with said:
        capture(net, inputs, layout, [BorrowedStates("own", 2, IMAGE)])
    with said, masked(net, truncate(2), layout):
        pass
    with said, edited(net, PLAIN, layout, record={"shares": Record(QUESTION, site="weights")}):
        pass


def test_states_of_words_are_recorded():
    net, (inputs, layout) = crossed_net(), crossed_prompts()
    with edited(net, truncate(4), layout, record={"words": Record(QUESTION)}) as run:
        net(**inputs)
    seen = run.recorded["words"]
    assert len(seen) == LAYERS + 1
    assert all(torch.equal(a, b) for a, b in zip(seen[4], seen[5], strict=True))  # passed over


def test_inputs_of_other_images_are_refused():
    net, (inputs, layout) = crossed_net(), crossed_prompts()
    other = replace(layout, tiles=layout.tiles[:, :1])
    said = pytest.raises(ValueError, match="the layout has 17 image tokens to be read across, the inputs 34")
    with said, edited(net, truncate(2, IMAGE.sample(0.5)), other):
        net(**inputs)


def test_images_are_not_encoded_ahead():
    """Features would be read a second time with every word that is generated."""
    net, (inputs, _) = crossed_net(), crossed_prompts()
    assert encoded(net, inputs) == inputs


def test_a_decoder_that_looks_at_images_elsewhere_is_refused_at_first_use():
    """Without image tokens it would not be what it is where no image came."""
    net = copy.deepcopy(crossed_net())
    own = net.get_decoder().forward

    def louder(**given):
        out = own(**given)
        if given.get("cross_attention_states") is not None:
            out.last_hidden_state = 4 * out.last_hidden_state
        return out

    net.get_decoder().forward = louder
    said = "a mllama can't be edited: with an image that is read across, logits of a prompt are"
    with pytest.raises(ValueError, match=said):
        approved(net)
