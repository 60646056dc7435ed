"""The cache holds what is there, layer by layer, and nothing else: the memory saved is real."""

import pytest

from tests.engine.small_nets import LAYERS, RECIPES, UNSAID, net, prompts
from vtmetrics.edits.edit import enter_at, freeze, prune, pyramid, scale, truncate, window
from vtmetrics.edits.tokens import IMAGE, READOUT, TEXT
from vtmetrics.engine import Record, edited
from vtmetrics.engine.kv_cache import cache_of_layer

pytestmark = pytest.mark.usefixtures("no_gradients")


def cached(edit, family="llava", rows=((3, 5),), new=0):
    """The cache after a prompt, or after so many generated tokens."""
    model = net(family)
    inputs, layout = prompts(family, rows)
    how = {"do_sample": False, "suppress_tokens": UNSAID, "return_dict_in_generate": True}
    with edited(model, edit, layout):
        if new:
            return model.generate(**inputs, max_new_tokens=new, **how).past_key_values
        return model(**inputs, use_cache=True).past_key_values


def lengths(cache):
    return [layer.keys.shape[2] for layer in cache.layers]


HALF = IMAGE.sample(0.5)
# 8 tokens of text and 16 of an image, in 6 layers.
EXPECTED = {
    truncate(2): [24, 24, 8, 8, 8, 8],
    truncate(0): [8] * 6,
    truncate(1.0): [24] * 6,
    prune(HALF): [16] * 6,
    pyramid({1: HALF, 4: IMAGE}): [24, 16, 16, 16, 8, 8],
    enter_at(2): [8, 8, 24, 24, 24, 24],
    window(2, 4): [24, 24, 8, 8, 24, 24],
    truncate(4, early_keys="evicted"): [8] * 6,
    truncate(4, HALF, early_keys="evicted") >> truncate(5): [16, 16, 16, 16, 16, 8],
    freeze(IMAGE): [24] * 6,
}


@pytest.mark.parametrize("edit", EXPECTED, ids=str)
def test_each_layer_caches_the_tokens_that_it_saw(edit):
    assert lengths(cached(edit)) == EXPECTED[edit]


@pytest.mark.parametrize("family", RECIPES)
def test_bytes_are_exactly_the_sum_over_layers(family):
    """Keys and values, of the heads that are kept, in float32: no copy of a removed token hides anywhere."""
    cache = cached(truncate(2), family, new=4)
    head, text = net(family).get_decoder().layers[0].self_attn.head_dim, 8
    tokens = [text + (RECIPES[family].tokens if k < 2 else 0) + 3 for k in range(LAYERS)]
    held = [
        layer.keys.untyped_storage().nbytes() + layer.values.untyped_storage().nbytes()
        for layer in cache.layers
    ]
    assert held == [2 * 2 * head * 4 * count for count in tokens]


def test_the_length_that_a_layer_reports_is_that_of_the_whole_sequence():
    """Masks and positions of generated tokens go by it, whatever a layer lacks."""
    cache = cached(truncate(2), new=4)
    assert [cache.get_seq_length(k) for k in range(LAYERS)] == [27] * LAYERS


def test_ragged_rows_cache_as_much_as_the_longest_needs():
    assert lengths(cached(truncate(2), rows=((3, 5), (6, 4), (2, 2)))) == [26, 26, 10, 10, 10, 10]


def test_a_cache_of_another_name_is_not_overlooked():
    """One that is not seen stays whole, and every number under the edit is wrong."""
    store = object()
    assert cache_of_layer({"past_key_values": store, "use_cache": True}) is store
    assert cache_of_layer({"cache": store, "past_key_values": None}) is store
    assert cache_of_layer({"use_cache": False}) is None
    with pytest.raises(ValueError, match="calls its cache otherwise"):
        cache_of_layer({"kv": store, "use_cache": True})


def went_through(edit, **given):
    """How many tokens each layer's attention and feed-forward network got."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    through = []
    hooks = [
        part.register_forward_hook(lambda _, args, __: through.append(args[0].shape[-2]))
        for layer in model.get_decoder().layers
        for part in (layer.self_attn.q_proj, layer.mlp.up_proj)
    ]
    with edited(model, edit, layout, **given):
        model(**inputs)
    for hook in hooks:
        hook.remove()
    return through


def test_a_cut_net_really_computes_less():
    """Counted in tokens that go through each layer, not in time."""
    frozen = went_through(truncate(2) >> freeze(IMAGE, attention=False, last=2))
    assert frozen == [24, 8] * 2 + [8, 8] * 4


def test_what_nobody_reads_is_not_computed():
    """The update with which tokens leave for good, and the last one of tokens that are not read."""
    assert went_through(truncate(2)) == [24, 24] * 2 + [8, 8] * 4
    assert went_through(truncate(2), read=READOUT) == [24, 24, 24, 8] + [8, 8] * 3 + [8, 1]
    assert went_through(window(2, 4), read=TEXT | READOUT) == [24, 24] * 2 + [8, 8] * 2 + [24, 24, 24, 8]
    kept = went_through(truncate(2) >> scale(IMAGE, 2.0, at=4), read=TEXT | READOUT)
    assert kept == [24, 24] * 2 + [8, 8] * 4, "a later step has to do with them"
    assert went_through(truncate(2), read=READOUT, record={"all": Record()}) == went_through(truncate(2))
