"""Edited runs against the oracle: every logit of the prompt, every logit and every token that is generated.

HYPOTHESIS_PROFILE=slow draws a large matrix at random; otherwise the same small one is drawn every time.
"""

import os
from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.oracle import Blinded, Frozen, Gone, Oracle, Replaced, Scaled
from tests.engine.small_nets import LAYERS, RECIPES, UNSAID, net, prompts
from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.edit import PLAIN, Edit
from vtmetrics.edits.steps import Absence, Blind, Freeze, Scale, Substitute
from vtmetrics.edits.tokens import READOUT
from vtmetrics.engine import capture, edited, sources
from vtmetrics.inputs.layout import Layout

SLOW = os.environ.get("HYPOTHESIS_PROFILE") == "slow"
CLOSE = 1e-5
NEW = 8
ROWS = {"one row": ((3, 5),), "ragged rows": ((3, 5), (6, 3), (2, 2))}

sets = st.sampled_from(["image", "some", "question", "system"])
layers = st.integers(0, LAYERS)
spans = st.tuples(layers, layers).map(sorted)
gone = st.builds(lambda tokens, span: Gone(tokens, *span), sets, spans)
truncated = st.builds(lambda tokens, first: Gone(tokens, first, LAYERS), sets, layers)
replaced = st.builds(Replaced, sets, by=layers, at=layers)
scaled = st.builds(Scaled, sets, st.sampled_from([0.0, 0.01, 2.0]), layers)
frozen = st.builds(
    lambda tokens, which, span, decoding: Frozen(tokens, *which, *span, decoding),
    sets,
    st.sampled_from([(True, True), (True, False), (False, True)]),
    spans,
    st.booleans(),
)
blinded = st.builds(
    lambda by, to, span, decoding: Blinded(by, to, *span, decoding), sets, sets, spans, st.booleans()
)
step_lists = st.lists(st.one_of(truncated, gone, replaced, scaled, frozen, blinded), min_size=1, max_size=3)
edits = st.builds(
    lambda steps, **ways: [replace(step, **ways) if isinstance(step, Gone) else step for step in steps],
    step_lists,
    renumbered=st.booleans(),
    evicted=st.booleans(),
)


def edit_of(steps):
    """The engine's edit for the oracle's steps."""
    return Edit(tuple(_step(step) for step in steps))


def _step(step):
    match step:
        case Gone(tokens, first, last, renumbered, evicted):
            positions, keys = "renumbered" if renumbered else "kept", "evicted" if evicted else "kept"
            return Absence(named(tokens), first, None if last == LAYERS else last, positions, keys)
        case Replaced(tokens, by, at):
            return Substitute(named(tokens), at, by)
        case Scaled(tokens, factor, at):
            return Scale(named(tokens), at, factor)
        case Frozen(tokens, attention, ffn, first, last, decoding):
            return Freeze(named(tokens), first, None if last == LAYERS else last, attention, ffn, decoding)
        case Blinded(tokens, to, first, last, decoding):
            return Blind(named(tokens), first, None if last == LAYERS else last, named(to), decoding)


def batch(family, rows, seed=0):
    """Prompts, in which some image tokens are drawn that have no name of their own."""
    inputs, layout = prompts(family, ROWS[rows], seed)
    drawn = torch.rand(layout.valid.shape, generator=torch.Generator().manual_seed(seed)) < 0.5
    masks = {**layout.masks, "some": layout.masks["image"] & drawn}
    return inputs, Layout(masks, layout.valid, layout.keys)


@torch.no_grad()
def differences(family, attention, rows, steps, read):
    """How far the logits, read and generated, are from the oracle's, and whether the tokens agree."""
    model, edit = net(family, attention), edit_of(steps)
    inputs, layout = batch(family, rows)
    bank = capture(model, inputs, layout, sources(edit, LAYERS))
    with edited(model, edit, layout, bank):
        prompt = model(**inputs).logits
    with edited(model, edit, layout, bank, read=read):
        said = model.generate(
            **inputs,
            max_new_tokens=NEW,
            do_sample=False,
            suppress_tokens=UNSAID,
            return_dict_in_generate=True,
            output_logits=True,
        )
    size = layout.length
    generated = said.sequences[:, size:]
    expected = Oracle(model, inputs, layout.masks, generated[:, :-1]).logits(steps)
    prompt = (prompt - expected[:, :size])[layout.valid].abs().max()
    steps_on = (torch.stack(said.logits, 1) - expected[:, size - 1 :]).abs().max()
    allowed = expected[:, size - 1 :].index_fill(2, torch.tensor(UNSAID), -torch.inf)
    return float(prompt), float(steps_on), bool((allowed.argmax(-1) == generated).all())


def check(family, attention, rows, steps, read=READOUT):
    prompt, generated, same = differences(family, attention, rows, steps, read)
    assert prompt <= CLOSE
    assert generated <= CLOSE
    assert same


@pytest.mark.parametrize("family", RECIPES)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@settings(
    max_examples=150 if SLOW else 3,
    derandomize=not SLOW,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(rows=st.sampled_from(list(ROWS)), steps=edits, read=st.sampled_from([READOUT, None]))
def test_edited_runs_are_what_the_oracle_says(family, attention, rows, steps, read):
    """Any composition of steps, on any family, in one row or ragged ones, read and generated.

    What is generated is the same where what nobody reads of the prompt is left out.
    """
    check(family, attention, rows, steps, read)


NAMED = {
    "truncate": (Gone("image", 3, LAYERS),),
    "before deepstack ends": (Gone("image", 1, LAYERS),),
    "prune": (Gone("some", 0, LAYERS),),
    "pyramid": (Gone("some", 1, LAYERS), Gone("image", 4, LAYERS)),
    "enter": (Gone("image", 0, 2),),
    "window": (Gone("image", 2, 4),),
    "substitute": (Replaced("image", 1, 3),),
    "substitute from above": (Replaced("image", 5, 2),),
    "freeze": (Frozen("image", True, True, 1, 5),),
    "freeze while decoding": (Frozen("image", True, True, 2, 5, True),),
    "scale": (Scaled("image", 0.01, 0),),
    "renumbered": (Gone("some", 2, LAYERS, renumbered=True),),
    "evicted": (Gone("image", 3, LAYERS, evicted=True),),
    "both": (Gone("some", 2, LAYERS, renumbered=True, evicted=True),),
    "blind": (Blinded("question", "image", 1, 4),),
    "blind to itself": (Blinded("image", "image", 0, LAYERS),),
    "blind at last": (Blinded("readout", "image", 3, LAYERS, True),),
    "blind and truncated": (Blinded("question", "image", 1, 3, True), Gone("some", 2, LAYERS)),
    "blind to what is gone": (
        Blinded("question", "some", 2, 5, True),
        Gone("image", 3, LAYERS, evicted=True),
    ),
    "blind where renumbered": (Blinded("question", "image", 2, 5, True), Gone("some", 1, 4, renumbered=True)),
    "composed": (Gone("image", 4, LAYERS), Replaced("image", 1, 3), Scaled("question", 0.5, 2)),
}


@pytest.mark.parametrize("steps", NAMED.values(), ids=NAMED)
@pytest.mark.parametrize("family", ["llava", "qwen3_vl"])
def test_every_kind_of_edit_is_what_the_oracle_says(family, steps):
    """One fixed case of each kind, on ragged rows."""
    check(family, "sdpa", "ragged rows", steps)


def test_the_oracle_notices_an_edit_that_is_not_there():
    """A run under another edit, or under none, is not taken for the edited one."""
    model, steps = net("llava"), NAMED["truncate"]
    inputs, layout = batch("llava", "ragged rows")
    expected = Oracle(model, inputs, layout.masks, inputs["input_ids"][:, :0]).logits(steps)
    for edit in (PLAIN, edit_of(NAMED["prune"]), edit_of(NAMED["before deepstack ends"])):
        with edited(model, edit, layout):
            assert (model(**inputs).logits - expected)[layout.masks["readout"]].abs().max() > 100 * CLOSE
