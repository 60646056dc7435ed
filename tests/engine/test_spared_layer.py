"""Layers that update some tokens alone make what two gates make; and no more is spared than may be."""

import pytest
import torch

from tests.engine.small_nets import LAYERS, RECIPES, UNSAID, net, prompts
from vtmetrics.edits.edit import freeze, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT
from vtmetrics.engine import Record, approved, edited, hooks, plan, sweep
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.spared_layer import updated_alone

pytestmark = pytest.mark.usefixtures("no_gradients")
RAGGED = ((3, 5), (6, 3))
EDITS = (
    freeze(IMAGE, first=1),
    freeze(IMAGE.sample(0.5), first=2, last=4) >> truncate(4),
    truncate(2, IMAGE.sample(0.5)) >> freeze(IMAGE | QUESTION, first=1),
)
#: families whose layers are plain, and take nothing that is not handed on
PLAIN_ONES = (
    "llava",
    "llava_next",
    "llava_onevision",
    "qwen2_vl",
    "qwen3_vl",
    "internvl",
    "paligemma",
    "mistral3",
)


def results(model, edit, inputs, layout):
    """What is read, swept and generated."""
    how = {"max_new_tokens": 4, "do_sample": False, "suppress_tokens": UNSAID}
    with edited(model, edit, layout, read=READOUT):
        read = model(**inputs, logits_to_keep=1).logits
        said = model.generate(**inputs, **how, return_dict_in_generate=True, output_logits=True)
    with edited(model, edit, layout):
        whole = model(**inputs).logits[layout.valid]
    (swept,) = sweep(model, inputs, layout, [edit])
    return [read, whole, swept.logits[layout.valid], torch.stack(said.logits)]


@pytest.mark.parametrize("rows", [RAGGED[:1], RAGGED], ids=["one row", "ragged"])
@pytest.mark.parametrize("edit", EDITS, ids=str)
@pytest.mark.parametrize("family", PLAIN_ONES)
def test_what_is_spared_is_what_gates_stop(family, edit, rows, monkeypatch):
    model, (inputs, layout) = net(family), prompts(family, rows)
    found = results(model, edit, inputs, layout)
    monkeypatch.setattr(hooks, "updated_alone", lambda *_: None)
    for mine, theirs in zip(found, results(model, edit, inputs, layout), strict=True):
        assert torch.allclose(mine, theirs, atol=2e-6)


def run_of(family, edit, attention="sdpa", **records):
    model, (_, layout) = net(family, attention), prompts(family, RAGGED)
    return EditedRun(approved(model), plan(edit, layout, LAYERS), records=records)


@pytest.mark.parametrize("family", RECIPES)
def test_layers_are_spared_where_both_halves_are_closed(family):
    run = run_of(family, freeze(IMAGE, first=2, last=4))
    closed = [updated_alone(run, layer) is not None for layer in range(LAYERS)]
    assert closed == [
        layer in (2, 3) and family in (*PLAIN_ONES, "qwen2_5_vl", "smolvlm") for layer in range(LAYERS)
    ]


@pytest.mark.parametrize(
    "run",
    [
        run_of("llava", freeze(IMAGE, ffn=False)),
        run_of("llava", freeze(IMAGE, attention=False)),
        run_of("llava", freeze(IMAGE, ffn=False) >> freeze(QUESTION, attention=False)),
        run_of("llava", freeze(IMAGE, decoding=True)),
        run_of("llava", freeze(IMAGE), attention="eager"),
        run_of("llava", freeze(IMAGE), added=Record(IMAGE, site="ffn")),
        run_of("llava", freeze(IMAGE), seen=Record(READOUT, site="weights")),
    ],
    ids=["attention", "ffn", "of others", "while decoding", "eager", "an update is recorded", "attention is"],
)
def test_nothing_is_spared_where_less_is_closed_or_somebody_looks(run):
    assert all(updated_alone(run, layer) is None for layer in range(LAYERS))


def test_what_is_between_layers_is_recorded_as_it_is():
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    with edited(model, freeze(IMAGE, first=2), layout, record={"image": Record(IMAGE)}) as run:
        model(**inputs)
    seen = run.recorded["image"]
    assert all(torch.equal(a, b) for a, b in zip(seen[2], seen[LAYERS], strict=True))
    assert not torch.equal(seen[1][0], seen[2][0])
