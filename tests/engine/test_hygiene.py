"""A net that has been edited is the net that it was."""

import pytest
import torch

from tests.engine.small_nets import RECIPES, UNSAID, net, prompts
from vtmetrics.edits.edit import PLAIN, freeze, scale, substitute, truncate
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.engine import Record, edited
from vtmetrics.engine.approval import approved

EVERYTHING = (
    truncate(3, early_keys="evicted") >> substitute(IMAGE, by=0, at=1) >> freeze(IMAGE) >> scale(IMAGE, 2.0)
)
RECORDS = {
    site: Record(IMAGE, site=site) for site in ("states", "attention", "middle", "ffn", "weights", "encoder")
}


def anatomy_of(model):
    """Every hook and attribute of every part, and every weight's bits."""
    parts = {}
    for name, module in model.named_modules():
        parts[name] = {
            key: dict(value) if isinstance(value, dict) else repr(value)
            for key, value in vars(module).items()
            if key not in ("_parameters", "_buffers", "_modules")
        }
        parts[name]["class"] = type(module)
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    return parts, weights


def assert_same(before, after):
    assert before[0] == after[0]
    assert all(torch.equal(value, after[1][name]) for name, value in before[1].items())


def generate(model, inputs):
    return model.generate(**inputs, max_new_tokens=3, do_sample=False, suppress_tokens=UNSAID)


@pytest.mark.parametrize("family", RECIPES)
def test_nothing_is_left_of_an_edit(family):
    """Hooks, attributes, classes, weights, logits and words are those of before."""
    model = net(family, "eager")
    inputs, layout = prompts(family, ((3, 5), (2, 4)))
    logits, words = model(**inputs).logits, generate(model, inputs)
    if hasattr(model.model, "rope_deltas"):
        model.model.rope_deltas = None
    before = anatomy_of(model)
    plain = approved(model).plain(0)  # of other layers the halves are not recorded
    with edited(model, EVERYTHING, layout, record=RECORDS if plain else {}):
        model(**inputs)
        generate(model, inputs)
    assert_same(before, anatomy_of(model))
    assert torch.equal(model(**inputs).logits, logits)
    assert torch.equal(generate(model, inputs), words)


def explode(*_):
    raise RuntimeError("in the middle of a layer")


@pytest.mark.parametrize("where", ["layer", "reduce", "inside", "plan"])
def test_nothing_is_left_after_an_error(where, monkeypatch):
    model = net("qwen3_vl", "eager")
    inputs, layout = prompts("qwen3_vl", ((3, 5),))
    logits = model(**inputs).logits
    model.model.rope_deltas = None
    before = anatomy_of(model)
    records = {**RECORDS, "bad": Record(IMAGE, explode)} if where == "reduce" else RECORDS
    wrong = substitute(IMAGE, by=5, at=2) if where == "plan" else PLAIN

    def run():
        with edited(model, EVERYTHING >> wrong, layout, record=records):
            if where == "inside":
                explode()
            model(**inputs)

    if where == "layer":
        monkeypatch.setattr(model.get_decoder().layers[3].mlp.act_fn, "forward", explode)
    with pytest.raises((RuntimeError, ValueError)):
        run()
    monkeypatch.undo()
    assert_same(before, anatomy_of(model))
    with edited(model, PLAIN, layout):
        assert torch.equal(model(**inputs).logits, logits)


def test_a_second_edit_of_the_same_net_is_refused():
    """Two edits at once are one composed edit; the refusal leaves the first at work."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    with edited(model, truncate(2), layout):
        cut = model(**inputs).logits
        with pytest.raises(ValueError, match="compose edits with >>"), edited(model, truncate(3), layout):
            pass
        assert torch.equal(model(**inputs).logits, cut)
    with edited(model, truncate(3), layout):
        assert not torch.equal(model(**inputs).logits, cut)


def test_two_nets_may_be_edited_at_once():
    inputs, layout = prompts("llava", ((3, 5),))
    first, second = net("llava"), net("llava", "eager")
    with edited(first, truncate(2), layout), edited(second, truncate(2), layout):
        assert torch.allclose(first(**inputs).logits, second(**inputs).logits, atol=1e-5)


@pytest.mark.parametrize("hidden_first", [True, False])
@pytest.mark.parametrize("family", ["llava", "qwen3_vl"])
def test_hidden_states_are_the_same_in_either_order(family, hidden_first):
    """Transformers' own hooks stay for good once they are used: before the edit or during it is all one."""
    net.cache_clear()
    model = net(family)
    inputs, layout = prompts(family, ((3, 5),))
    if hidden_first:
        model(**inputs, output_hidden_states=True)
    with edited(model, substitute(IMAGE, by=1, at=3), layout, record={"all": Record(IMAGE)}) as run:
        seen = model(**inputs, output_hidden_states=True).hidden_states
    net.cache_clear()
    other = net(family)
    if not hidden_first:
        other(**inputs, output_hidden_states=True)
    with edited(other, substitute(IMAGE, by=1, at=3), layout):
        expected = other(**inputs, output_hidden_states=True).hidden_states
    assert len(seen) == len(expected)
    assert all(torch.equal(a, b) for a, b in zip(seen, expected, strict=True))
    assert torch.equal(run.recorded["all"][3][0], run.recorded["all"][1][0])


def test_hooks_of_others_are_left_alone():
    """LLaVA's own choice of image features runs on hooks: clearing a net's hooks breaks it."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    calls = []
    mine = model.get_decoder().layers[2].register_forward_hook(lambda *_: calls.append(1))
    with edited(model, truncate(1), layout):
        model(**inputs)
    model(**inputs)
    mine.remove()
    assert len(calls) == 2
