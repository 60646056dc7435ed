"""What a prefill costs: counted in the real pass, by formula, and where tokens are only masked."""

from dataclasses import replace

import pytest
import torch

from fixtures.scenes.draw import draw
from tests.statistics.random_scores import one_each
from vtmetrics import IMAGE, PLAIN, QUESTION, Lab, Model, estimate, freeze, prune, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.lab.store import Store
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block
from vtmetrics.readings.cost import COUNTED, FORMULA, MASKED, apart, same
from vtmetrics.unmeasured import NotMeasured

EDITS = [
    PLAIN,
    truncate(0.5),
    truncate(0),
    prune(IMAGE.sample(0.3)),
    freeze(IMAGE, attention=False, first=3) >> truncate(0.75),
    freeze(IMAGE, first=2),
    freeze(IMAGE.sample(0.5), ffn=False) >> truncate(0.5),
]


@pytest.fixture(scope="module")
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


@pytest.fixture(scope="module")
def scenes():
    """Two of one shape, and another."""
    some = draw("words", "test", 8)
    return [some[0], *(scene for scene in some[1:] if scene.known["content"] in ("size", "value"))]


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_the_formula_says_what_is_counted(spec, scenes, attention):
    """What it leaves out, the turns of rotary positions, is a thousandth."""
    model = Model(replace(spec, attention=attention), Lab())
    both = (model.sweep(*EDITS).cost(scenes[:1], way) for way in (COUNTED, FORMULA))
    for edit, found, told in zip(EDITS, *both, strict=True):
        assert max(map(abs, apart(found.flops, told.flops).values.values())) < 0.002, edit
        assert set(same(found.kv_bytes, told.kv_bytes).values.values()) == {1.0}, edit


def test_the_cache_holds_what_is_there_in_each_layer(spec, scenes):
    """Counted by hand: two tensors of four bytes, tokens times the width of the key heads."""
    model = Model(spec, Lab())
    plain, cut = model.sweep(PLAIN, truncate(4)).cost(scenes)
    body = load_once(spec).net.get_decoder().config
    width = body.hidden_size // body.num_attention_heads * body.num_key_value_heads
    for scene in scenes:
        row = encode(load_once(spec).processor, scene, answered=False)
        gone = int(row.masks["image"].sum()) * (body.num_hidden_layers - 4)
        whole = row.length * body.num_hidden_layers
        assert plain.kv_bytes.values[scene.id] == whole * 2 * width * 4
        assert cut.kv_bytes.values[scene.id] == (whole - gone) * 2 * width * 4


def test_a_way_that_a_net_does_not_know_leaves_the_others(spec, scenes, monkeypatch):
    def refuse(*_):
        raise NotMeasured("cost is predicted of other layers")

    monkeypatch.setattr("vtmetrics.readings.cost.predicted", refuse)
    lab = Lab()
    assert len(Model(spec, lab).cost(scenes).flops.values) == len(scenes)
    told = Model(spec, lab).cost(scenes, PLAIN, FORMULA).flops
    assert set(told.missing.values()) == {"cost is predicted of other layers"}


def test_masking_alone_saves_nothing(spec, scenes):
    model = Model(spec, Lab())
    plain = model.cost(scenes)
    removed, hidden = (model.cost(scenes, truncate(0.25), way) for way in (COUNTED, MASKED))
    assert set(same(hidden.kv_bytes, plain.kv_bytes).values.values()) == {1.0}
    assert estimate(apart(hidden.flops, plain.flops)).value == pytest.approx(0, abs=1e-3)
    assert estimate(apart(removed.flops, plain.flops)).value < -0.4


@torch.no_grad()
def test_masked_and_removed_tokens_give_one_answer(spec, scenes):
    """They are the same intervention: only one of them is cheaper."""
    place = load_once(spec)
    runs = Block(place.net, place.processor, [encode(place.processor, s, answered=False) for s in scenes])
    edit = truncate(0.25, IMAGE | QUESTION.sample(2))
    found = []
    for within in (runs.edited(edit), runs.masked(edit)):
        with within:
            found.append(runs.prefill().logits)
    assert torch.allclose(*found, atol=1e-4)
    assert not torch.allclose(found[0], runs.prefill().logits, atol=1e-4)


def test_a_row_is_kept_for_each_number_way_edit_and_scene(spec, scenes, tmp_path):
    """Asked again, nothing runs."""
    first = Model(spec, Lab(Store(tmp_path))).sweep(PLAIN, truncate(0.5)).cost(scenes)
    chunk = Store(tmp_path).rows(Model(spec).digest)
    assert len(chunk) == 6 * 2 * len(scenes)
    assert {asked.reading for asked in chunk} >= {"flops(counted):2", "kv_bytes(masked):2"}
    load_once(spec).net.forward = None
    try:
        again = Model(spec, Lab(Store(tmp_path))).sweep(PLAIN, truncate(0.5)).cost(scenes)
    finally:
        del load_once(spec).net.forward
    assert [cost.flops.values for cost in again] == [cost.flops.values for cost in first]


def test_scenes_of_one_shape_are_counted_once(spec, scenes, monkeypatch):
    """Also of the twin, which is of the same architecture; and what the formula says takes no prefill."""
    monkeypatch.setattr("vtmetrics.readings.cost._COUNTED", {})
    asked, prefill = [], Block.prefill
    monkeypatch.setattr(Block, "prefill", lambda runs: asked.append(runs) or prefill(runs))
    lengths = {encode(load_once(spec).processor, scene, answered=False).length for scene in scenes}
    told = Model(spec, Lab()).cost(scenes, PLAIN, FORMULA)
    assert asked == []
    found = Model(spec, Lab()).cost(scenes)
    assert 0 < len(lengths) < len(scenes)
    assert len(asked) == 2 * len(lengths)
    assert Model(spec, Lab()).twin.cost(scenes).flops.values == found.flops.values
    assert len(asked) == 2 * len(lengths)
    assert told.kv_bytes.values == found.kv_bytes.values


def test_a_net_with_hooks_of_its_own_is_counted_for_itself(spec, scenes, monkeypatch):
    """What they cost no other net of its architecture costs."""
    monkeypatch.setattr("vtmetrics.readings.cost._COUNTED", {})
    plain = Model(spec, Lab()).cost(scenes[:1])
    layer = load_once(spec).net.get_decoder().layers[0]

    def burden(*_):
        torch.ones(300, 300).mm(torch.ones(300, 300))

    hook = layer.register_forward_pre_hook(burden)
    try:
        laden = Model(spec, Lab()).cost(scenes[:1])
    finally:
        hook.remove()
    (name,) = plain.flops.values
    assert laden.flops.values[name] - plain.flops.values[name] == 2 * 300**3


def test_how_far_two_costs_are_apart_is_a_share_of_the_larger():
    found, wanted = (one_each(values, "number", (0, float("inf"))) for values in ([2, 4, 3], [4, 2, 3]))
    assert list(apart(found, wanted).values.values()) == [-0.5, 0.5, 0]
    assert list(same(found, wanted).values.values()) == [0, 0, 1]
    lost = replace(wanted, values={"scene 0": 4.0}, missing={"scene 1": "out of memory", "scene 2": "too"})
    assert set(apart(found, lost).missing) == {"scene 1", "scene 2"}
