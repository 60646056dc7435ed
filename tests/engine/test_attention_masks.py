"""Masks of every kind that transformers knows; an attention of ours stands in for FlashAttention."""

import copy

import pytest
import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import flash_attention_mask

from tests.engine.oracle import Gone, Oracle
from tests.engine.small_nets import LAYERS, UNSAID, net
from tests.engine.test_oracle import CLOSE, batch, edit_of
from vtmetrics.edits.edit import truncate
from vtmetrics.engine import edited
from vtmetrics.engine.approval import approved
from vtmetrics.engine.attention_masks import among_slots, over_cache
from vtmetrics.engine.presence import slots_for


def flash(_, query, key, value, attention_mask, scaling=None, position_ids=None, **__):
    """Like FlashAttention: a mask (B, keys) of what is no padding, or none; queries are the last keys."""
    assert attention_mask is None or attention_mask.shape == (key.shape[0], key.shape[2])
    assert position_ids is None or position_ids.shape[1] == query.shape[2]
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    reads = torch.ones(query.shape[2], key.shape[2], dtype=torch.bool).tril(key.shape[2] - query.shape[2])
    if attention_mask is not None:
        reads = reads & attention_mask.bool()[:, None, None, :]
    out = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=reads, scale=scaling)
    return out.nan_to_num().transpose(1, 2).contiguous(), None


@pytest.fixture(scope="module")
def flashing():
    AttentionInterface.register("flash_on_cpu", flash)
    AttentionMaskInterface.register("flash_on_cpu", flash_attention_mask)
    model = copy.deepcopy(net("llava"))
    model.get_decoder().config._attn_implementation = "flash_on_cpu"
    return model


CASES = {
    "truncate": (Gone("image", 2, LAYERS),),
    "ragged": (Gone("some", 1, LAYERS), Gone("question", 2, 4)),
    "evicted": (Gone("some", 3, LAYERS, evicted=True),),
}


@torch.no_grad()
@pytest.mark.parametrize("rows", ["one row", "ragged rows"])
@pytest.mark.parametrize("steps", CASES.values(), ids=CASES)
def test_masks_of_flash_attention_are_cut_like_others(flashing, rows, steps):
    inputs, layout = batch("llava", rows)
    how = {"max_new_tokens": 4, "do_sample": False, "suppress_tokens": UNSAID}
    with edited(flashing, edit_of(steps), layout):
        read, said = flashing(**inputs).logits, flashing.generate(**inputs, **how)
    generated = said[:, layout.length :]
    expected = Oracle(net("llava"), inputs, layout.masks, generated[:, :-1]).logits(steps)
    assert (read - expected[:, : layout.length])[layout.valid].abs().max() <= CLOSE
    allowed = expected[:, layout.length - 1 :].index_fill(2, torch.tensor(UNSAID), -torch.inf)
    assert torch.equal(allowed.argmax(-1), generated)


def test_a_mask_of_another_kind_is_refused():
    """Block masks of flex attention cannot be cut row by row."""
    model = copy.deepcopy(net("llava"))
    inputs, layout = batch("llava", "ragged rows")
    approved(model)
    AttentionMaskInterface.register("blocks", lambda **_: object())
    AttentionInterface.register("blocks", flash)
    model.get_decoder().config._attn_implementation = "blocks"
    with (
        edited(model, truncate(0), layout),
        pytest.raises(TypeError, match="a mask that is a tensor, not a object"),
    ):
        model(**inputs)


def test_several_tokens_after_a_cache_need_a_mask():
    slots = slots_for(torch.tensor([[True, False, True, True]]))
    with pytest.raises(ValueError, match="2 tokens at once after a cache need the mask"):
        over_cache(None, slots, 0, 2, flash=False)


@pytest.mark.parametrize("kind", ["none", "bool"])
def test_nothing_reads_padding_but_padding(kind):
    """Which reads at least itself: some kernels answer a softmax over nothing with NaN."""
    mask = None if kind == "none" else torch.ones(2, 1, 4, 4, dtype=torch.bool).tril()
    present = torch.tensor([[True, True, True, True], [True, False, False, True]])
    reads = among_slots(mask, slots_for(present), flash=False)
    assert reads.any(-1).all()
    assert reads[1, 0, 2:].tolist() == [[False, False, True, False], [False, False, True, True]]
    assert torch.equal(reads[0, 0], torch.ones(4, 4, dtype=torch.bool).tril())
