"""Frozen tokens ask nobody: what is computed is what others need, and what comes out is the same."""

import pytest
import torch

from tests.engine.oracle import Blinded, Frozen, Gone
from tests.engine.small_nets import LAYERS, RECIPES, net, prompts
from tests.engine.test_oracle import check
from vtmetrics.edits.edit import PLAIN, blind, freeze, truncate
from vtmetrics.edits.tokens import ALL, IMAGE, QUESTION, READOUT
from vtmetrics.engine import Record, edited

ONE, RAGGED = ((3, 5),), ((3, 5), (6, 3))
CASES = {
    "alone": (Frozen("image", True, False, 1, 4),),
    "among the gone": (Frozen("image", True, True, 1, 5), Gone("some", 2, LAYERS)),
    "twice": (Frozen("some", True, False, 0, 5), Frozen("question", True, False, 2, LAYERS, True)),
    "among the blind": (Frozen("image", True, True, 2, 5), Blinded("question", "some", 1, 4, True)),
}
pytestmark = pytest.mark.usefixtures("no_gradients")


def queries(model, edit, rows=ONE, record=None):
    """How many tokens each layer makes queries for."""
    inputs, layout = prompts("llava", rows)
    seen = []
    with edited(model, edit, layout, record=record):
        hooks = [
            layer.self_attn.q_proj.register_forward_hook(lambda _, args, __: seen.append(args[0].shape[1]))
            for layer in model.get_decoder().layers
        ]
        model(**inputs)
        for hook in hooks:
            hook.remove()
    return seen


@pytest.mark.parametrize("rows", ["one row", "ragged rows"])
@pytest.mark.parametrize("steps", CASES.values(), ids=CASES)
@pytest.mark.parametrize("family", RECIPES)
def test_nothing_is_lost_by_not_asking(family, steps, rows):
    check(family, "sdpa", rows, steps)


def test_queries_are_made_for_those_who_ask():
    """8 of 24 tokens, in the layers in which the image is frozen; 11 of 26 where rows are ragged."""
    assert queries(net("llava"), freeze(IMAGE, first=2, last=4)) == [24, 24, 8, 8, 24, 24]
    assert queries(net("llava"), freeze(IMAGE, attention=False)) == [24] * LAYERS
    assert queries(net("llava"), freeze(IMAGE, first=2) >> truncate(4)) == [24, 24, 8, 8, 8, 8]
    assert queries(net("llava"), freeze(IMAGE), RAGGED) == [9] * LAYERS
    assert queries(net("llava"), PLAIN) == [24] * LAYERS


def test_whoever_looks_at_attention_sees_all_of_it():
    """Where weights are recorded, or returned by eager attention, frozen tokens have asked as well."""
    record = {"image": Record(IMAGE, site="weights")}
    assert queries(net("llava"), freeze(IMAGE, first=2), record=record) == [24] * LAYERS
    assert queries(net("llava", "eager"), freeze(IMAGE, first=2)) == [24] * LAYERS
    inputs, layout = prompts("llava", ONE)
    found = []
    for attention in ("sdpa", "eager"):
        with edited(net("llava", attention), freeze(IMAGE, first=2), layout, record=record) as run:
            net("llava", attention)(**inputs)
        found.append(run.recorded["image"])
    for mine, theirs in zip(*found, strict=True):
        assert torch.allclose(mine[0], theirs[0], atol=1e-6)


def test_where_nobody_asks_nothing_is_updated():
    """There is no attention of no queries, so all of it is computed, and dropped."""
    inputs, layout = prompts("llava", ONE)
    everyone = ALL | READOUT
    with edited(net("llava"), freeze(everyone), layout, record={"all": Record(everyone)}) as run:
        net("llava")(**inputs)
    states = run.recorded["all"]
    assert all(torch.equal(states[0][0], layer[0]) for layer in states)
    assert queries(net("llava"), freeze(everyone)) == [24] * LAYERS


def test_the_net_attends_as_before_when_it_is_over():
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    before = model(**inputs).logits
    with edited(model, freeze(IMAGE | QUESTION) >> blind(QUESTION, IMAGE), layout):
        model(**inputs)
    assert model.get_decoder().config._attn_implementation == "sdpa"
    assert torch.equal(model(**inputs).logits, before)
