"""Predicted cost is what torch counts: of experts, of images that are read across, of latent caches."""

import pytest
import torch

from tests.engine.crossed_net import PATCHES, TILES, crossed_net, crossed_prompts
from tests.families.shrunk import random_net
from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.edit import PLAIN, enter_at, freeze, prune, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION
from vtmetrics.engine import edited, plan
from vtmetrics.engine.approval import approved
from vtmetrics.inputs.layout import Layout
from vtmetrics.readings.cost import counted_in
from vtmetrics.readings.predicted_cost import predicted, presence
from vtmetrics.unmeasured import NotMeasured

#: routed experts beside shared ones, without these, all of them for each token; latent caches; fused
#: projections; a table before the layers; logits of all words; windows
KINDS = (
    *("aria", "qwen3_vl_moe", "llama4", "kimi_k25", "fuyu", "gemma4", "video_llama_3"),
    *("gemma3", "unlimited_ocr"),
)
#: of whose caches something else is held than keys and values of the prompt
OTHERWISE_CACHED = ("unlimited_ocr",)
SIZE = 24
PICTURE = named("picture")
EDITS = [
    PLAIN,
    truncate(3, PICTURE),
    prune(PICTURE),
    freeze(PICTURE, first=2) >> truncate(5, PICTURE),
    truncate(2, PICTURE, early_keys="evicted"),
]


def prompt():
    """Words, some of which play a picture."""
    ids = torch.randint(3, 90, (1, SIZE), generator=torch.Generator().manual_seed(0))
    valid = torch.ones(1, SIZE, dtype=torch.bool)
    picture, readout = torch.zeros_like(valid), torch.zeros_like(valid)
    picture[:, 3:15], readout[:, -1] = True, True
    layout = Layout({"picture": picture, "readout": readout}, valid, ("a",))
    return {"input_ids": ids, "attention_mask": valid.long()}, layout


def both(net, inputs, layout, edit):
    """What torch counts in a prefill under the edit, and what is predicted of it."""
    body = approved(net)
    made = plan(edit, layout, body.depth)
    found = counted_in(lambda: net(**inputs, use_cache=True, logits_to_keep=1), edited(net, edit, layout))
    return found, predicted(body, presence(body, made, 0), layout.length)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_type_costs_is_what_torch_counts(kind):
    net = random_net(kind)
    for edit in EDITS:
        (flops, held), told = both(net, *prompt(), edit)
        assert flops == told[0], edit
        assert kind in OTHERWISE_CACHED or held == told[1], edit


@pytest.mark.parametrize("way", ["eager", "grouped_mm", "batched_mm"])
def test_experts_cost_the_same_however_they_are_computed(way):
    net = random_net("qwen3_vl_moe")
    usual = net.get_decoder().config._experts_implementation
    net.set_experts_implementation(way)
    try:
        for edit in EDITS[:3]:
            found, told = both(net, *prompt(), edit)
            assert found == told
    finally:
        net.set_experts_implementation(usual)


ACROSS = {
    "plain": (PLAIN, 2),
    "truncated": (truncate(2), 1),
    "half": (truncate(0, IMAGE.sample(0.5)), 2),
    "late": (enter_at(3), 1),
    "forgotten": (truncate(3, early_keys="evicted"), 1),
    "words": (truncate(2, QUESTION), 2),
    "frozen words": (freeze(QUESTION, first=1), 2),
    "none": (truncate(0), 0),
}


@pytest.mark.parametrize(("edit", "crossed"), ACROSS.values(), ids=ACROSS)
def test_images_that_are_read_across_cost_what_torch_counts(edit, crossed):
    """Beside its tower; and a layer that has none of them left costs nothing."""
    net, (inputs, layout) = crossed_net(), crossed_prompts(rows=1)
    found, told = both(net, across(net, inputs), layout, edit)
    assert found == told
    there = presence(approved(net), plan(edit, layout, approved(net).depth), 0)
    assert sum(there[layer].read > 0 for layer in approved(net).crossing) == crossed


def across(net, inputs):
    """The inputs with what the tower makes of their image, which is no part of the cost."""
    words = {name: inputs[name] for name in ("input_ids", "attention_mask")}
    width = net.get_input_embeddings().embedding_dim
    seen = torch.randn(1, TILES * PATCHES, width, generator=torch.Generator().manual_seed(0))
    return {**words, "cross_attention_states": seen, "cross_attention_mask": inputs["cross_attention_mask"]}


def test_what_is_not_known_is_refused_in_one_sentence():
    for kind, said in (
        ("ernie4_5_vl_moe", "one set of experts, and a Ernie4_5_VLMoeMoeBlock has several"),
        ("qwen3_5", "cost is predicted of attention, not of layer 0 of a qwen3_5"),
    ):
        body = approved(random_net(kind))
        made = plan(PLAIN, prompt()[1], body.depth)
        with pytest.raises(NotMeasured, match=said):
            predicted(body, presence(body, made, 0), SIZE)
