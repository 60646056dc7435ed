"""Runs that failed somewhere in torch: they work, or say what is wanted."""

import copy

import pytest
import torch
from accelerate import cpu_offload

from tests.engine.small_nets import LAYERS, UNSAID, net, prompts
from vtmetrics.edits.edit import prune, scale, truncate
from vtmetrics.edits.tokens import IMAGE, READOUT, TEXT
from vtmetrics.engine import Record, edited, masked, sweep

pytestmark = pytest.mark.usefixtures("no_gradients")
ONE, TWO = ((3, 5),), ((3, 5), (6, 3))


def test_the_nets_own_norm_can_be_called_by_who_looks():
    """A logit lens: the norm bears a hook, which is meant for the end of a prompt."""
    model = net("llava")
    inputs, layout = prompts("llava", ONE)
    lens = Record(TEXT, lambda _, rows: model.lm_head(model.get_decoder().norm(rows[0])))
    with edited(model, truncate(3), layout, record={"lens": lens}) as run:
        logits = model(**inputs).logits
        model.get_decoder().norm(run.recorded["lens"][0].new_zeros(1, 2, 32))
    assert len(run.recorded["lens"]) == LAYERS + 1
    assert torch.allclose(run.recorded["lens"][-1], logits[TEXT.mask(layout)], atol=1e-5)


def test_a_net_whose_weights_are_offloaded_is_edited_like_any_other():
    model = copy.deepcopy(net("llava"))
    inputs, layout = prompts("llava", ONE)
    with edited(model, truncate(2) >> scale(TEXT, 2.0), layout):
        here = model(**inputs).logits
    cpu_offload(model, "cpu")
    assert model.get_input_embeddings().weight.is_meta
    with edited(model, truncate(2) >> scale(TEXT, 2.0), layout):
        assert torch.equal(model(**inputs).logits, here)


def test_a_cache_is_not_cropped_over_tokens_that_it_lacks():
    """Shapes would differ somewhere in attention; behind them it may be cropped."""
    model = net("llava")
    inputs, layout = prompts("llava", ONE)
    more = torch.tensor([[5]])
    with edited(model, truncate(2), layout):
        cache = model(**inputs, use_cache=True).past_key_values
        first = model(input_ids=more, past_key_values=cache).logits
        cache.crop(-1)
        assert torch.equal(model(input_ids=more, past_key_values=cache).logits, first)
        with pytest.raises(ValueError, match="behind the last token that it lacks, to 19 or more, not 18"):
            cache.crop(-7)


def test_masking_is_of_one_prefill_and_not_under_an_edit():
    model = net("llava")
    inputs, layout = prompts("llava", TWO)
    with edited(model, truncate(2), layout):
        model(**inputs)
        with pytest.raises(ValueError, match="edited already"), masked(model, prune(IMAGE), layout):
            pass
    with (
        masked(model, prune(IMAGE), layout),
        pytest.raises(ValueError, match=rf"one prefill of {layout.length} tokens, and 1 came"),
    ):
        model.generate(**inputs, max_new_tokens=3, do_sample=False, suppress_tokens=UNSAID)


@pytest.mark.parametrize(
    ("how", "hint"),
    [
        ({"use_cache": False}, "goes on from a cache that holds the prompt"),
        ({"prefill_chunk_size": 8}, "a prompt is read whole, in one call"),
        ({"num_beams": 3}, "beams are declared, as edited"),
    ],
    ids=str,
)
def test_a_prompt_of_another_shape_says_what_may_be_meant(how, hint):
    model = net("llava")
    inputs, layout = prompts("llava", ONE)
    with pytest.raises(ValueError, match=hint), edited(model, truncate(2), layout, read=READOUT):
        model.generate(**inputs, **how, max_new_tokens=3, do_sample=False, suppress_tokens=UNSAID)


def test_inputs_in_the_place_of_a_layout_say_what_is_wanted():
    """`edited(net, edit, inputs)`: where image tokens are, a processor does not say."""
    model = net("llava")
    inputs, _ = prompts("llava", ((3, 5),))
    with pytest.raises(TypeError, match=r"wants the Layout of the inputs .*collate.* not a dict"):
        edited(model, truncate(2), inputs).__enter__()
    with pytest.raises(TypeError, match="wants the Layout of the inputs"):
        next(sweep(model, inputs, inputs, [truncate(2)]))
