"""Edges: tokens that do not read others, on every family, and what they still learn on other ways."""

import copy

import pytest
import torch

from tests.engine.oracle import Blinded, Gone
from tests.engine.small_nets import LAYERS, RECIPES, net, prompts
from tests.engine.test_oracle import check
from vtmetrics.edits.edit import PLAIN, blind, freeze, prune, scale, truncate
from vtmetrics.edits.picked_tokens import attended
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT, SYSTEM, TEXT
from vtmetrics.engine import Record, approved, edited, sweep
from vtmetrics.engine.attention_edges import ClosedEdges

RAGGED, ONE = ((3, 5), (6, 3)), ((3, 5),)
EVERYONE = TEXT | READOUT
CASES = {
    "in the middle": (Blinded("question", "image", 1, 4),),
    "and what is written": (Blinded("readout", "some", 2, LAYERS, True), Gone("question", 4, LAYERS)),
}
pytestmark = pytest.mark.usefixtures("no_gradients")


def logits(edit, rows=RAGGED, family="llava", attention="sdpa"):
    inputs, layout = prompts(family, rows)
    with edited(net(family, attention), edit, layout):
        return net(family, attention)(**inputs).logits, layout


@pytest.mark.parametrize("rows", ["one row", "ragged rows"])
@pytest.mark.parametrize("steps", CASES.values(), ids=CASES)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("family", RECIPES)
def test_who_reads_whom_is_what_the_oracle_says(family, attention, steps, rows):
    """Every logit that is read, and eight tokens that are generated."""
    check(family, attention, rows, steps)


@pytest.mark.parametrize("rows", [ONE, RAGGED], ids=["one row", "ragged rows"])
def test_nobody_who_reads_an_image_is_as_if_there_were_none(rows):
    """All text blind from the first layer on, or no image from the first layer on."""
    hidden, layout = logits(blind(EVERYONE, IMAGE), rows)
    gone, _ = logits(prune(IMAGE), rows)
    text = EVERYONE.mask(layout)
    assert torch.allclose(hidden[text], gone[text], atol=1e-5)
    assert not torch.allclose(hidden[text], logits(PLAIN, rows)[0][text], atol=1e-3)


def test_from_a_layer_on_it_is_a_truncation():
    hidden, layout = logits(blind(EVERYONE, IMAGE, first=3))
    gone, _ = logits(truncate(3))
    assert torch.allclose(hidden[EVERYONE.mask(layout)], gone[EVERYONE.mask(layout)], atol=1e-5)


def test_tokens_that_read_nobody_read_themselves():
    """Their attention is the value of their own; others, and later tokens, see nothing missing."""
    inputs, layout = prompts("llava", RAGGED)
    record = {"weights": Record(QUESTION, site="weights")}
    with edited(net("llava", "eager"), blind(QUESTION, EVERYONE | IMAGE), layout, record=record) as run:
        net("llava", "eager")(**inputs)
    for weights, asked in zip(run.recorded["weights"][2], layout.named("question"), strict=True):
        own = asked.nonzero().squeeze(1)
        assert torch.equal(weights[:, torch.arange(len(own) - 1), own[:-1]], torch.ones(4, len(own) - 1))
        assert weights[:, -1, own[-1]].max() < 1


def test_reading_those_who_come_later_is_nothing_to_forbid():
    assert torch.equal(logits(blind(SYSTEM, IMAGE | QUESTION))[0], logits(PLAIN)[0])


def test_the_readout_is_blind_only_if_it_is_named():
    hidden, layout = logits(blind(TEXT, IMAGE, first=LAYERS - 1))
    assert torch.allclose(hidden[layout.named("readout")], logits(PLAIN)[0][layout.named("readout")])
    hidden, _ = logits(blind(READOUT, IMAGE, first=LAYERS - 1))
    assert not torch.allclose(hidden[layout.named("readout")], logits(PLAIN)[0][layout.named("readout")])


def test_a_sweep_of_edges_is_its_separate_runs():
    """From one plain run, whose layers are given no mask where no row is padded."""
    edits = [blind(QUESTION, IMAGE, first=k) for k in range(LAYERS)]
    edits += [blind(READOUT, IMAGE, first=2) >> truncate(4), blind(IMAGE, IMAGE) >> freeze(IMAGE, first=3)]
    for rows in (ONE, RAGGED):
        inputs, layout = prompts("llava", rows)
        found = {ended.edit: ended.logits for ended in sweep(net("llava"), inputs, layout, edits)}
        for edit in edits:
            assert torch.equal(found[edit][layout.valid], logits(edit, rows)[0][layout.valid]), edit


def test_edges_are_edited_where_attention_takes_a_mask_of_pairs():
    model = copy.deepcopy(net("llava"))
    inputs, layout = prompts("llava", RAGGED)
    approved(model)  # it is compared with itself in what there is
    model.get_decoder().config._attn_implementation = "flash_on_paper"
    with (
        edited(model, blind(QUESTION, IMAGE), layout),
        pytest.raises(ValueError, match="edited in sdpa or eager attention, not in flash_on_paper"),
    ):
        model(**inputs)


def test_several_tokens_after_a_prompt_read_each_other_in_order():
    """Where a layer is given no mask at all."""
    edges = ClosedEdges([], torch.tensor([[False, True, True]]))
    reads = edges.after(None, 4, torch.zeros(1, 2, 8))
    assert reads[0, 0].tolist() == [
        [True, False, False, True, True, False],
        [True, False, False, True, True, True],
    ]
    assert ClosedEdges([], None).after(None, 4, torch.zeros(1, 2, 8)) is None


def test_edges_have_a_text_and_pick_whom_they_name():
    edit = blind(QUESTION, attended(0.5, at=2), first=0.25, decoding=False)
    assert str(edit) == "blind(QUESTION, attended(0.5, at=2), first=0.25, last=None, decoding=False)"
    assert eval(str(edit)) == edit  # noqa: S307 # the text is our own
    assert attended(0.5, at=2) in edit.tokens
    assert edit.named
    assert (edit.begins(12), str(edit.on(12))) == (3, str(edit).replace("0.25", "3"))
    assert blind(QUESTION, IMAGE, first=4, last=4).on(12) == PLAIN
    with pytest.raises(TypeError, match="an edit is of tokens such as IMAGE or TEXT, not of 'image'"):
        blind(QUESTION, "image")
    assert (scale(IMAGE, 2.0) >> edit).tokens == (IMAGE, QUESTION, attended(0.5, at=2))
