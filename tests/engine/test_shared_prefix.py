"""Sweeps: many edits for little more than one run, and the same bits as separate runs."""

from importlib import import_module

import pytest
import torch

from tests.engine.small_nets import LAYERS, RECIPES, net, prompts
from vtmetrics.edits.edit import (
    DONOR,
    NOISE,
    PLAIN,
    enter_at,
    freeze,
    prune,
    scale,
    substitute,
    truncate,
    window,
)
from vtmetrics.edits.tokens import IMAGE, READOUT, SYSTEM, TEXT
from vtmetrics.engine import BorrowedStates, capture, edited, sources, sweep
from vtmetrics.engine.plain_run import embedded
from vtmetrics.engine.record import Record
from vtmetrics.engine.shared_prefix import record_along

CUTS = [truncate(k) for k in range(LAYERS + 1)]
MATRIX = [substitute(IMAGE, by=a, at=b) for a in range(LAYERS) for b in range(LAYERS)]
OTHERS = [
    PLAIN,
    enter_at(2),
    window(1, 4),
    prune(IMAGE.sample(2)),
    freeze(IMAGE, first=2),
    truncate(3, positions="renumbered"),
    scale(TEXT, 0.5, at=LAYERS),
    substitute(SYSTEM, by=NOISE, at=4) >> truncate(5),
    substitute(IMAGE, by=DONOR, at=3),
]
PLAIN_RUN = import_module("vtmetrics.engine.plain_run")
pytestmark = pytest.mark.usefixtures("no_gradients")


def filled(model, inputs, layout, edits):
    """A bank for the edits, with another prompt's states where a donor's are needed."""
    needed = {source for edit in edits for source in sources(edit, LAYERS)}
    own = {source for source in needed if source.run == "own"}
    donors, where = prompts(model.config.model_type, ((3, 5), (6, 3))[: layout.rows], seed=7)
    return capture(model, inputs, layout, own) | capture(model, donors, where, needed - own)


@pytest.mark.parametrize("family", RECIPES)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_a_sweep_gives_the_bits_of_separate_runs(family, attention):
    model = net(family, attention)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    edits = [*CUTS, *OTHERS, *MATRIX[::5]]
    bank = filled(model, inputs, layout, edits)
    swept = {resumed.edit: resumed for resumed in sweep(model, inputs, layout, edits, bank)}
    assert set(swept) == set(edits)
    for edit in edits:
        with edited(model, edit, layout, bank):
            assert torch.equal(model(**inputs).logits, swept[edit].logits), edit


def test_a_sweep_goes_on_from_the_plain_run_that_another_made(monkeypatch):
    """As far as that came, where there is room for it."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    alone = [resumed.logits for resumed in sweep(model, inputs, layout, CUTS[:4])]
    calls = []
    hook = model.get_decoder().layers[0].register_forward_hook(lambda *_: calls.append(0))
    for room, made in ((2**20, 1), (0, 2)):
        monkeypatch.setattr(PLAIN_RUN, "spare_bytes", lambda _, room=room: room)
        trunk = embedded(model, inputs)
        list(sweep(model, inputs, layout, CUTS[1:3], trunk=trunk))
        again = [resumed.logits for resumed in sweep(model, inputs, layout, CUTS[1:4], trunk=trunk)]
        assert (len(trunk.path), len(calls)) == ((4, made) if room else (1, made))
        assert all(map(torch.equal, alone[1:], again))
        calls.clear()
    hook.remove()


def test_captured_states_come_of_as_many_layers_as_they_need(monkeypatch):
    """Of none, where an earlier run has come by them; and they are what a whole run holds."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    with edited(model, PLAIN, layout, record={"seen": Record(IMAGE)}) as run:
        model(**inputs)
    calls = []
    hooks = [m.register_forward_hook(lambda *_: calls.append(1)) for m in model.get_decoder().layers]
    trunk = embedded(model, inputs)
    for layer, made in ((4, 4), (2, 0), (5, 1), (LAYERS, 1)):
        wanted = BorrowedStates("own", layer, IMAGE)
        found = capture(model, inputs, layout, [wanted], trunk)[wanted]
        assert len(calls) == made
        assert all(map(torch.equal, found.split(), run.recorded["seen"][layer]))
        calls.clear()
    monkeypatch.setattr(PLAIN_RUN, "spare_bytes", lambda _: 0)
    capture(model, inputs, layout, [BorrowedStates("own", layer, IMAGE) for layer in (3, 1)])
    assert len(calls) == 3
    for hook in hooks:
        hook.remove()


@pytest.mark.parametrize(("family", "room"), [*((family, 2**20) for family in RECIPES), ("llava", 0)])
def test_records_along_a_plain_run_have_the_bits_of_a_run_of_their_own(family, room, monkeypatch):
    monkeypatch.setattr(PLAIN_RUN, "spare_bytes", lambda _: room)
    model = net(family)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    edits = [PLAIN, truncate(0), prune(IMAGE.sample(2)), freeze(IMAGE, first=2), OTHERS[-1], *MATRIX[9:20:5]]
    bank = filled(model, inputs, layout, edits)
    trunk, records = embedded(model, inputs), {"image": Record(IMAGE), "text": Record(TEXT)}
    for edit in edits:
        with edited(model, edit, layout, bank, record=records) as run:
            model(**inputs)
        along = record_along(model, trunk, layout, edit, records, bank)
        assert along.keys() == records.keys()
        for name, layers in along.items():
            for ours, theirs in zip(layers, run.recorded[name], strict=True):
                assert all(map(torch.equal, ours, theirs)), (edit, name)


@pytest.mark.parametrize("family", RECIPES)
def test_a_sweep_that_is_told_what_is_read_gives_the_same_there(family):
    """The rest of the last layer is spared, also where an edit comes after it; sums may round otherwise."""
    model = net(family)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    edits = [*CUTS, *OTHERS, *MATRIX[::7], substitute(IMAGE, by=LAYERS, at=LAYERS)]
    bank, read = filled(model, inputs, layout, edits), READOUT.mask(layout)
    whole = {resumed.edit: resumed for resumed in sweep(model, inputs, layout, edits, bank)}
    spared = {resumed.edit: resumed for resumed in sweep(model, inputs, layout, edits, bank, read=READOUT)}
    assert set(spared) == set(whole)
    for edit, resumed in spared.items():
        torch.testing.assert_close(resumed.logits[read], whole[edit].logits[read], msg=str(edit))
        torch.testing.assert_close(resumed.states[read], whole[edit].states[read], msg=str(edit))


def test_the_last_layer_feeds_only_what_is_read_forward():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5), (5, 3)))  # without padding
    fed = []
    hook = model.get_decoder().layers[-1].mlp.register_forward_hook(lambda _, args, __: fed.append(args[0]))
    runs = list(sweep(model, inputs, layout, CUTS, read=READOUT))
    hook.remove()
    read = int(READOUT.mask(layout).sum())
    assert [states.shape[:-1].numel() for states in fed] == [read] * len(runs) == [2] * len(CUTS)


def test_a_sweep_is_refused_while_its_net_is_edited():
    """Whether the edit was there first or came in between; when it is gone the sweep may begin anew."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    with edited(model, truncate(0), layout):
        model(**inputs)
        with pytest.raises(ValueError, match="is being edited already"):
            next(sweep(model, inputs, layout, [PLAIN]))
    runs = sweep(model, inputs, layout, CUTS)
    first = next(runs)
    with edited(model, truncate(0), layout):
        assert torch.equal(model(**inputs).logits, first.logits)
    second = next(runs)
    with edited(model, truncate(0), layout):
        model(**inputs)
        with pytest.raises(ValueError, match="is being edited already"):
            next(runs)
    assert second.edit == truncate(1)


def test_a_sweep_keeps_the_positions_that_are_asked_for():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    for last in sweep(model, inputs, layout, CUTS, keep=2):
        with edited(model, last.edit, layout):
            out = model(**inputs, logits_to_keep=2, output_hidden_states=True)
        assert torch.equal(last.logits, out.logits)
        assert torch.equal(last.states, out.hidden_states[-1])


def test_a_depth_sweep_runs_every_layer_once_and_suffixes_without_the_image():
    """Tokens times layers: L layers of the whole prompt, and for each cut the rest of the text."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    sizes, seen = [], []
    layers = model.get_decoder().layers
    hooks = [m.register_forward_hook(lambda _, args, __: sizes.append(args[0].shape[1])) for m in layers]
    hooks.append(model.get_encoder(modality="image").register_forward_hook(lambda *_: seen.append(1)))
    list(sweep(model, inputs, layout, CUTS[1:-1]))
    for hook in hooks:
        hook.remove()
    assert len(seen) == 1
    assert sizes.count(24) == LAYERS - 1
    assert sizes.count(8) == sum(LAYERS - k for k in range(1, LAYERS))


def test_a_substitution_matrix_runs_half_of_the_layers():
    """Each cell sets out where it begins, and cells of the diagonal are the plain run."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    bank = filled(model, inputs, layout, MATRIX)
    calls = []
    hooks = [m.register_forward_hook(lambda *_: calls.append(1)) for m in model.get_decoder().layers]
    list(sweep(model, inputs, layout, MATRIX, bank))
    for hook in hooks:
        hook.remove()
    assert len(calls) == LAYERS + (LAYERS - 1) * LAYERS * (LAYERS + 1) // 2


def test_a_sweep_leaves_the_net_alone_even_when_it_is_left_early():
    model = net("qwen2_5_vl")
    inputs, layout = prompts("qwen2_5_vl", ((3, 5),))
    plain = model(**inputs).logits
    model.model.rope_deltas = None
    swept = sweep(model, inputs, layout, CUTS)
    next(swept)
    assert torch.equal(model(**inputs).logits, plain)
    next(swept)
    swept.close()
    assert torch.equal(model(**inputs).logits, plain)
    assert not any(layer._forward_pre_hooks for layer in model.get_decoder().layers)


def test_a_sweep_without_the_states_it_needs_is_refused():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    with pytest.raises(ValueError, match=f"the bank lacks {BorrowedStates('donor', 3, IMAGE)}"):
        list(sweep(model, inputs, layout, [PLAIN, substitute(IMAGE, by=DONOR, at=3)]))
