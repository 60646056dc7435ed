"""Mistakes that libraries of this kind have made, each with a run that would show it."""

import pytest
import torch
from transformers import DynamicCache, StaticCache
from transformers.cache_utils import DynamicLayer

from tests.engine.small_nets import LAYERS, UNSAID, net, prompts
from vtmetrics.edits.edit import PLAIN, prune, scale, substitute, truncate
from vtmetrics.edits.tokens import IMAGE, READOUT, TEXT
from vtmetrics.engine import Record, edited

pytestmark = pytest.mark.usefixtures("no_gradients")


def test_the_last_record_is_taken_before_the_final_norm():
    """`hidden_states[-1]` is not: the sharp change that papers report at the last layer is that norm."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    with edited(model, PLAIN, layout, record={"text": Record(TEXT)}) as run:
        hidden = model(**inputs, output_hidden_states=True).hidden_states
    last, text = run.recorded["text"][LAYERS][0], TEXT.mask(layout)[0]
    assert len(run.recorded["text"]) == len(hidden) == LAYERS + 1
    assert torch.equal(model.get_decoder().norm(last), hidden[-1][0, text])
    assert not torch.allclose(last, hidden[-1][0, text])
    assert all(torch.equal(run.recorded["text"][k][0], hidden[k][0, text]) for k in range(LAYERS))


def test_records_are_what_layers_receive_with_deepstack_in_it():
    """Qwen3-VL adds image features between layers, after the place where `hidden_states` are taken."""
    model = net("qwen3_vl")
    inputs, layout = prompts("qwen3_vl", ((3, 5),))
    received = []
    hooks = [
        layer.register_forward_pre_hook(lambda _, args: received.append(args[0].clone()))
        for layer in model.get_decoder().layers
    ]
    records = {"image": Record(IMAGE), "text": Record(TEXT)}
    with edited(model, PLAIN, layout, record=records) as run:
        hidden = model(**inputs, output_hidden_states=True).hidden_states
    for hook in hooks:
        hook.remove()
    image, text = layout.masks["image"][0], TEXT.mask(layout)[0]
    for k in range(LAYERS):
        assert torch.equal(run.recorded["image"][k][0], received[k][0, image])
        assert torch.equal(run.recorded["text"][k][0], hidden[k][0, text])
        assert torch.equal(run.recorded["image"][k][0], hidden[k][0, image]) == (k not in (1, 2, 3))


def test_what_was_recorded_does_not_change_when_the_net_writes_in_place():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))

    def spoil(_, args):
        args[0].zero_()

    with edited(model, PLAIN, layout, record={"image": Record(IMAGE)}) as run:
        model(**inputs)
        clean = [rows[0].clone() for rows in run.recorded["image"]]
        hook = model.get_decoder().layers[2].register_forward_pre_hook(spoil)
        model(**inputs)
        hook.remove()
    assert torch.equal(run.recorded["image"][2][0], clean[2])


def test_a_batch_row_is_not_taken_for_a_layers_first_output():
    """Layers return tensors: `output[0]` is the first row, not the states."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    sites = {site: Record(IMAGE, site=site) for site in ("states", "attention", "middle", "ffn")}
    with edited(model, PLAIN, layout, record=sites) as run:
        model(**inputs)
    for site in sites:
        assert [tuple(row.shape) for row in run.recorded[site][3]] == [(16, 32), (16, 32)]


def test_a_prompt_without_mask_or_cache_is_one_document():
    """Positions with a gap, no mask, no cache: transformers would take the prompt for several packed ones."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    bare = {name: value for name, value in inputs.items() if name != "attention_mask"}
    with edited(model, prune(IMAGE.sample(0.5)) >> truncate(3), layout):
        masked = model(**inputs, use_cache=True).logits
        assert torch.allclose(model(**bare, use_cache=False).logits, masked, atol=1e-5)


def test_zeroed_tokens_are_not_removed_tokens():
    """Their keys still draw attention: to zero is another edit, and is never called removal."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    last = READOUT.mask(layout)
    with edited(model, prune(IMAGE), layout):
        removed = model(**inputs).logits[last]
    with edited(model, scale(IMAGE, 0.0), layout):
        zeroed = model(**inputs).logits[last]
    assert (removed - zeroed).abs().max() > 1e-3


def test_every_layer_runs_once():
    """Looking at a layer a second time with the same cache would double its keys."""
    model = net("llava", "eager")
    inputs, layout = prompts("llava", ((3, 5),))
    calls = [0] * LAYERS

    def count(layer):
        def hook(*_):
            calls[layer] += 1

        return hook

    hooks = [m.register_forward_hook(count(k)) for k, m in enumerate(model.get_decoder().layers)]
    with edited(model, truncate(3), layout, record={"weights": Record(READOUT, site="weights")}):
        model(**inputs, use_cache=True)
    for hook in hooks:
        hook.remove()
    assert calls == [1] * LAYERS


def test_the_last_prompts_offsets_are_not_used_again():
    """M-RoPE models remember the offset of the last prompt, and would use it for one without ids."""
    model = net("qwen2_5_vl")
    inputs, alone = prompts("qwen2_5_vl", ((3, 5),))
    model.model.rope_deltas = None
    embedded = {"inputs_embeds": model.get_input_embeddings()(inputs["input_ids"])}
    with edited(model, PLAIN, alone):
        fresh = model(**embedded).logits
    model.generate(**inputs, max_new_tokens=2, do_sample=False, suppress_tokens=UNSAID)
    remembered = model.model.rope_deltas
    assert int(remembered) != 0
    with edited(model, PLAIN, alone):
        assert torch.equal(model(**embedded).logits, fresh)
    assert model.model.rope_deltas is remembered
    model.model.rope_deltas = None


def test_what_cannot_be_cut_is_refused():
    """Fixed caches, beams, chunks and prompts that another run has read."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    static = StaticCache(config=model.config, max_cache_len=64)
    read = model(**inputs, past_key_values=DynamicCache(config=model.get_decoder().config)).past_key_values
    with edited(model, truncate(2), layout):
        with pytest.raises(TypeError, match="a StaticCache is for compiled nets, which ignore hooks"):
            model(**inputs, past_key_values=static)
        with pytest.raises(ValueError, match="layout has 1 rows of 24 tokens, the inputs 2 of 24"):
            model.generate(**inputs, num_beams=2, max_new_tokens=2)
        with pytest.raises(ValueError, match="layout has 1 rows of 24 tokens, the inputs 1 of 23"):
            model(input_ids=inputs["input_ids"][:, 1:], pixel_values=inputs["pixel_values"])
        with pytest.raises(ValueError, match="continues only a prompt that it has read"):
            model(input_ids=torch.tensor([[5]]), past_key_values=read)


def test_a_prompt_that_was_read_without_the_edit_is_not_continued_under_it():
    """Its cache holds what the edit removes, and one row without padding has no mask that would say so."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    plain = model(**inputs, use_cache=True).past_key_values
    with edited(model, truncate(3), layout):
        other = model(**inputs, use_cache=True).past_key_values
    with edited(model, truncate(3), layout):
        other = model(**inputs, use_cache=True).past_key_values
        model(input_ids=torch.tensor([[5]]), past_key_values=other)
        with pytest.raises(ValueError, match="continues only a prompt that it has read"):
            model(input_ids=torch.tensor([[5]]), past_key_values=plain)


class Elsewhere(DynamicLayer):
    """A cache layer that holds some of its keys in another place."""


def test_a_cache_that_keeps_keys_elsewhere_is_refused():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    store = DynamicCache()
    store.layers = [Elsewhere() for _ in range(LAYERS)]
    with (
        pytest.raises(TypeError, match="from a DynamicLayer of a cache, not from a Elsewhere"),
        edited(model, truncate(2), layout),
    ):
        model(**inputs, past_key_values=store)


def test_removing_everything_is_refused():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    with (
        pytest.raises(ValueError, match="leaves nothing to run"),
        edited(model, prune(TEXT | READOUT | IMAGE), layout),
    ):
        model(**inputs)


def test_early_keys_are_not_evicted_under_a_given_answer():
    """Answer tokens that come with the prompt read it in one pass: there is no moment to evict at."""
    model = net("llava")
    _, layout = prompts("llava", ((3, 5),))
    layout.masks["answer"][0, -1] = True
    with (
        pytest.raises(ValueError, match="but the inputs hold an answer"),
        edited(model, truncate(2, early_keys="evicted"), layout),
    ):
        pass


def test_positions_are_counted_in_one_way():
    model = net("llava")
    _, layout = prompts("llava", ((3, 5),))
    both = truncate(2, positions="renumbered") >> truncate(1, TEXT)
    with pytest.raises(ValueError, match="kept or renumbered in one run"), edited(model, both, layout):
        pass


def test_a_bank_that_lacks_states_is_refused_before_the_run():
    model = net("llava")
    _, layout = prompts("llava", ((3, 5),))
    with (
        pytest.raises(ValueError, match="the bank lacks IMAGE of the own run at layer 5"),
        edited(model, substitute(IMAGE, by=5, at=2), layout),
    ):
        pass
