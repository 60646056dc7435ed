"""Runs that would be silently wrong, each refused by name or made right."""

import copy
import threading

import pytest
import torch

from tests.engine.small_nets import net, prompts
from vtmetrics.edits.edit import PLAIN, freeze, truncate
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.engine import edited, sweep

ONE, TWO = ((3, 5),), ((3, 5), (6, 3))


@pytest.mark.parametrize("reentrant", [False, True])
def test_backward_after_the_edit_is_refused_where_layers_run_again(reentrant):
    """Their gates would be gone: gradients were wrong by as much as they are large, and nothing said so."""
    model = copy.deepcopy(net("llava")).requires_grad_(requires_grad=True).train()
    inputs, layout = prompts("llava", TWO)
    with edited(model, freeze(IMAGE), layout):
        kept = model(**inputs, use_cache=False).logits.square().mean()
    kept.backward()  # nothing runs again without checkpointing
    model.activation_checkpointing_enable({"use_reentrant": reentrant})
    model.enable_input_require_grads()
    with edited(model, freeze(IMAGE), layout):
        loss = model(**inputs, use_cache=False).logits.square().mean()
    with pytest.raises(RuntimeError, match=r"call backward\(\) inside the `with`"):
        loss.backward()
    with edited(model, truncate(3), layout):
        loss = model(**inputs, use_cache=False).logits.square().mean()
    loss.backward()  # presence acts on what layers are given, which is kept


@pytest.mark.usefixtures("no_gradients")
def test_a_function_compiled_around_the_net_is_edited():
    """It was made before the hooks, and would be plain."""
    model = net("llava")
    inputs, layout = prompts("llava", ONE)
    caller = torch.compile(lambda **given: model(**given).logits, backend="eager")
    plain = caller(**inputs, use_cache=False)
    with edited(model, truncate(2), layout):
        cut, expected = caller(**inputs, use_cache=False), model(**inputs, use_cache=False).logits
    assert torch.allclose(cut, expected, atol=1e-5)
    assert not torch.allclose(cut, plain, atol=1e-3)
    assert torch.allclose(caller(**inputs, use_cache=False), plain, atol=1e-5)


def test_an_edit_under_which_nothing_ran_is_refused():
    model = net("llava")
    _, layout = prompts("llava", ONE)
    with pytest.raises(ValueError, match="nothing ran under truncate"), edited(model, truncate(2), layout):
        pass
    with pytest.raises(KeyError), edited(model, truncate(2), layout):  # what went wrong before is what counts
        raise KeyError


@pytest.mark.parametrize("what", ["image tokens", "padding"])
@pytest.mark.parametrize("verb", ["forward", "generate", "sweep"])
@pytest.mark.usefixtures("no_gradients")
def test_inputs_of_the_layouts_shape_with_other_tokens_are_refused(verb, what):
    model = net("llava")
    inputs, _ = prompts("llava", ((3, 5), (2, 4)))
    _, layout = prompts("llava", ((4, 4), (2, 4)) if what == "image tokens" else ((3, 5), (3, 5)))
    if what == "padding":
        layout.masks["image"].copy_(inputs["input_ids"] == model.config.image_token_id)
    refused = pytest.raises(ValueError, match=f"the {what} of the inputs and of the layout differ: look at")
    if verb == "sweep":
        with refused:
            next(sweep(model, inputs, layout, [PLAIN]))
        return
    with refused, edited(model, truncate(2), layout):
        model.generate(**inputs, max_new_tokens=2) if verb == "generate" else model(**inputs)


@pytest.mark.usefixtures("no_gradients")
def test_padding_that_nothing_masks_is_refused():
    model = net("llava")
    inputs, layout = prompts("llava", TWO)
    del inputs["attention_mask"]
    with pytest.raises(ValueError, match="the padding of the inputs"), edited(model, truncate(2), layout):
        model(**inputs)


@pytest.mark.usefixtures("no_gradients")
def test_another_thread_is_refused_and_disturbs_nothing():
    """It would have been edited as well, and have taken the states of this one."""
    model = net("llava")
    inputs, layout = prompts("llava", ONE)
    said = []

    def meanwhile():
        for call in (model, model.model):
            with torch.no_grad(), pytest.raises(ValueError, match="edited by another thread") as refused:
                call(**inputs)
            said.append(refused)

    with edited(model, truncate(2), layout):
        before = model(**inputs).logits
        cache = model(**inputs, use_cache=True).past_key_values
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
        model(input_ids=torch.tensor([[5]]), past_key_values=cache)
        assert torch.equal(model(**inputs).logits, before)
    assert len(said) == 2


@pytest.mark.usefixtures("no_gradients")
def test_a_cache_is_not_carried_out_of_an_edit_under_mrope():
    """The offsets of the prompt's positions stay behind: what went on without them was wrong by up to 1.3."""
    model = net("qwen2_5_vl")
    inputs, layout = prompts("qwen2_5_vl", ONE)
    more = torch.tensor([[5]])
    for edit in (PLAIN, truncate(2)):
        with edited(model, edit, layout):
            cache = model(**inputs, use_cache=True).past_key_values
            model(input_ids=more, past_key_values=cache)
        assert cache.get_seq_length() == layout.length + 1
        with pytest.raises(ValueError, match="a cache that was filled under an edit is continued inside"):
            model(input_ids=more, past_key_values=cache)
