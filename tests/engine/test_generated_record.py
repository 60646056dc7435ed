"""Records while a net generates: equal to those of the same text, read at once."""

import copy
from dataclasses import replace

import pytest
import torch

from tests.engine.oracle import continued
from tests.engine.small_nets import LAYERS, UNSAID, net, prompts
from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.edit import PLAIN, blind, freeze, prune, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION
from vtmetrics.engine import GENERATED, Record, edited, embedded, record_along

pytestmark = pytest.mark.usefixtures("no_gradients")
RAGGED, NEW = ((3, 5), (6, 3)), 5
SITES = ("states", "weights", "attention", "middle", "ffn")
HALF = IMAGE.sample(0.5)
EDITS = (PLAIN, truncate(2), prune(HALF), truncate(3, positions="renumbered"), freeze(IMAGE, first=2))


def written(model, edit, inputs, layout, sites):
    """What is generated, and what was recorded meanwhile."""
    records = {site: Record(GENERATED, site=site) for site in sites}
    with edited(model, edit, layout, record=records) as run:
        said = model.generate(**inputs, max_new_tokens=NEW, do_sample=False, suppress_tokens=UNSAID)
    return said[:, layout.length :], run.recorded


def forced(model, edit, inputs, layout, said, sites):
    """The same text in one call, and what is recorded of it."""
    longer, more = continued(inputs, said[:, :-1]), said.shape[1] - 1
    masks = {name: torch.nn.functional.pad(mask, (0, more)) for name, mask in layout.masks.items()}
    masks["written"] = torch.zeros_like(masks["image"])
    masks["written"][:, layout.length :] = True
    whole = replace(layout, masks=masks, valid=torch.nn.functional.pad(layout.valid, (0, more), value=True))
    records = {site: Record(named("written"), site=site) for site in sites}
    with edited(model, edit, whole, record=records) as run:
        model(**longer, use_cache=False)
    return run.recorded


def check(model, edit, family, sites, close):
    inputs, layout = prompts(family, RAGGED)
    inputs = {n: t.to(model.dtype) if t.is_floating_point() else t for n, t in inputs.items()}
    said, found = written(model, edit, inputs, layout, sites)
    wanted = forced(model, edit, inputs, layout, said, sites)
    for site in sites:
        assert len(found[site]) == NEW - 1
        for step, layers in enumerate(found[site]):
            assert len(layers) == len(wanted[site]) == LAYERS + (site == "states")
            for mine, theirs in zip(layers, wanted[site], strict=True):
                for row, whole in zip(mine, theirs, strict=True):
                    one = whole[:, step : step + 1] if site == "weights" else whole[step : step + 1]
                    one = one[..., : row.shape[-1]]
                    assert row.shape == one.shape
                    assert (row - one).abs().max() <= close


@pytest.mark.parametrize("edit", EDITS, ids=str)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_what_generated_tokens_hold_and_see_is_that_of_the_same_text(edit, attention):
    check(net("llava", attention), edit, "llava", SITES, 1e-5)


@pytest.mark.parametrize("family", ["qwen3_vl", "gemma3", "mistral3"])
def test_in_other_families_too(family):
    """Of several axes, with windows, and with halves that are weighed before they are added."""
    check(net(family), truncate(2), family, ("states", "weights"), 1e-5)


@pytest.mark.parametrize("edit", EDITS[:3], ids=str)
def test_in_double_precision_to_the_tenth_place(edit):
    model = copy.deepcopy(net("llava")).double()
    check(model, edit, "llava", SITES, 1e-10)


def test_generated_tokens_see_no_image_where_none_is_left():
    """Neither in layers that lack it, nor where its keys were forgotten, nor where they may not read it."""
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    seen = {
        truncate(3): [True] * 3 + [False] * 3,
        truncate(3, early_keys="evicted"): [False] * 6,
        blind(QUESTION, IMAGE, first=1, last=4): [True, False, False, False, True, True],
    }
    for edit, reads in seen.items():
        _, found = written(model, edit, inputs, layout, ["weights"])
        for step, layers in enumerate(found["weights"]):
            for layer, rows in enumerate(layers):
                for row, weights in enumerate(rows):
                    prompt = weights[..., : layout.length]
                    assert weights.shape == (4, 1, layout.length + step + 1)
                    assert torch.allclose(weights.sum(-1), torch.ones(()), atol=1e-5)
                    assert bool(prompt[..., layout.masks["image"][row]].any()) == reads[layer]
                    assert not prompt[..., ~layout.valid[row]].any()


def test_recording_changes_nothing_and_begins_anew_with_each_prompt():
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    how = {"do_sample": False, "suppress_tokens": UNSAID}
    records = {site: Record(GENERATED, lambda layer, _: layer, site) for site in SITES}
    records["prompt"] = Record(IMAGE, lambda layer, _: layer)
    with edited(model, truncate(3), layout, record=records) as run:
        for tokens in (NEW, 3):
            said = model.generate(**inputs, **how, max_new_tokens=tokens)
            assert run.recorded["states"] == [list(range(LAYERS + 1))] * (tokens - 1)
            assert run.recorded["ffn"] == [list(range(LAYERS))] * (tokens - 1)
            assert run.recorded["prompt"] == list(range(LAYERS + 1))
        model(**inputs)
        assert run.recorded["states"] == []
    with edited(model, truncate(3), layout):
        assert torch.equal(model.generate(**inputs, **how, max_new_tokens=3), said)


def test_where_nothing_is_generated_it_is_not_recorded_in_silence():
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    with pytest.raises(ValueError, match="nothing is generated where 'said' is recorded"):
        record_along(model, embedded(model, inputs), layout, PLAIN, {"said": Record(GENERATED)})
    with pytest.raises(ValueError, match="no generated token is in the vision tower"):
        Record(GENERATED, site="encoder")
