"""Growing batches: many short runs side by side, equal to runs of their own, in fewer calls of layers."""

import copy
from importlib import import_module
from types import SimpleNamespace

import pytest
import torch

from tests.engine.small_nets import LAYERS, RECIPES, net, prompts
from tests.engine.test_shared_prefix import CUTS, MATRIX, OTHERS, filled
from vtmetrics.edits.edit import DONOR, NOISE, enter_at, freeze, prune, substitute, truncate
from vtmetrics.edits.tokens import IMAGE, READOUT, SYSTEM, TEXT
from vtmetrics.engine import edited, sweep

GROWING = import_module("vtmetrics.engine.growing_batch")
EDITS = [
    *CUTS,
    *OTHERS,
    *MATRIX[::9],
    *(truncate(k, IMAGE.sample(2)) for k in (2, 4)),
    truncate(1, positions="renumbered"),
    prune(IMAGE.sample(0.5)),
    enter_at(4),
    truncate(2) >> substitute(SYSTEM, by=NOISE, at=4),
    truncate(1) >> substitute(TEXT, by=DONOR, at=3),
]
pytestmark = pytest.mark.usefixtures("no_gradients")


def ended(model, inputs, layout, edits, bank=None, **how):
    return {one.edit: one for one in sweep(model, inputs, layout, edits, bank, **how)}


def calls_of_layers(model, call):
    """How often the decoder's layers are called, when the net has been compared with itself before."""
    call()
    calls = []
    hooks = [m.register_forward_hook(lambda *_: calls.append(1)) for m in model.get_decoder().layers]
    call()
    for hook in hooks:
        hook.remove()
    return len(calls)


@pytest.mark.parametrize("family", RECIPES)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_a_batch_ends_as_runs_of_their_own(family, attention):
    """Ragged rows, windows, runs of several lengths, and with or without being told what is read."""
    model = net(family, attention)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    bank = filled(model, inputs, layout, EDITS)
    for read in (None, READOUT):
        looked_at = layout.valid if read is None else read.mask(layout)
        alone = ended(model, inputs, layout, EDITS, bank, read=read, together=False)
        found = ended(model, inputs, layout, EDITS, bank, read=read, together=True)
        assert found.keys() == alone.keys()
        for edit, one in found.items():
            for ours, theirs in ((one.logits, alone[edit].logits), (one.states, alone[edit].states)):
                torch.testing.assert_close(
                    ours[looked_at], theirs[looked_at], rtol=0, atol=1e-5, msg=str(edit)
                )


def test_all_cuts_take_no_more_calls_than_the_net_has_layers():
    """Each cut's own rest before; one call a layer now, beside those of the plain run."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    cuts = CUTS[1:LAYERS]
    plain = LAYERS - 1

    def swept(*, together):
        return calls_of_layers(model, lambda: ended(model, inputs, layout, cuts, together=together))

    assert swept(together=False) == plain + sum(LAYERS - k for k in range(1, LAYERS))
    assert swept(together=True) == plain + LAYERS - 1


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_a_batch_grows_no_further_than_memory_has_room(at_once, monkeypatch):
    """Where there is none, those that have left go on to their end, and the next begin another batch."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5), (5, 3)))
    whole = ended(model, inputs, layout, CUTS, together=True)
    sizes, taken = [], []
    size, take = GROWING._size, GROWING.GrowingBatch.take
    monkeypatch.setattr(GROWING, "_size", lambda *given: sizes.append(size(*given)) or sizes[-1])

    def counted(batch, *given):
        take(batch, *given)
        taken.append(len(batch._members))

    monkeypatch.setattr(GROWING.GrowingBatch, "take", counted)
    ended(model, inputs, layout, CUTS[:1], together=True)
    monkeypatch.setattr(GROWING, "spare_bytes", lambda _: at_once * sizes[0])
    taken.clear()
    found = ended(model, inputs, layout, CUTS, together=True)
    assert max(taken) == at_once
    assert found.keys() == whole.keys()
    for edit, one in found.items():
        torch.testing.assert_close(one.logits, whole[edit].logits, rtol=0, atol=1e-5)


@pytest.mark.parametrize("turn", [1, -1])
def test_runs_of_one_length_go_together_if_all_of_them_need_a_mask_or_none(turn):
    """Of two rows without padding one loses more tokens by the first edit, and both as many by the second."""
    model = net("llava", "sdpa")
    inputs, layout = prompts("llava", ((3, 5), (5, 3)))
    assert layout.valid.all()
    edits = [truncate(1, SYSTEM), truncate(1, IMAGE.sample(3))][::turn]
    alone = ended(model, inputs, layout, edits, together=False)
    for edit, one in ended(model, inputs, layout, edits, together=True).items():
        torch.testing.assert_close(one.logits, alone[edit].logits, rtol=0, atol=1e-5, msg=str(edit))


def test_positions_of_three_axes_are_not_joined():
    """They are no rows'; what they say of tokens is in what they were turned into."""
    of_axes, of_rows = torch.zeros(3, 2, 5), torch.zeros(2, 5)
    assert GROWING._of_rows_alone({"position_ids": of_axes}) == {"position_ids": None}
    assert GROWING._of_rows_alone({"position_ids": of_rows})["position_ids"] is of_rows


def test_a_run_takes_the_room_of_its_longest_layer_to_come():
    """Where tokens come back, as many as then are there."""

    def size(*present, layer=1):
        slots = [None if count is None else SimpleNamespace(size=count) for count in present]
        return GROWING._size(SimpleNamespace(plan=SimpleNamespace(slots=slots)), torch.zeros(2, 8, 4), layer)

    assert size(None, 2, 5) == size(None, 5, 5) > size(None, 2, 2)
    assert size(2, 2, None) == size(8, 8, 8)


def test_a_processor_runs_each_edit_by_itself():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    cuts = CUTS[1:LAYERS]
    calls = calls_of_layers(model, lambda: ended(model, inputs, layout, cuts))
    assert calls == LAYERS - 1 + sum(LAYERS - k for k in range(1, LAYERS))


def test_frozen_and_whole_runs_stay_alone():
    """What layers compute otherwise for them, and what lacks no token where it leaves."""
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    halted_where_it_leaves = truncate(2) >> freeze(SYSTEM, first=2, last=3)
    edits = [OTHERS[0], OTHERS[4], MATRIX[1], CUTS[LAYERS], halted_where_it_leaves]
    bank = filled(model, inputs, layout, edits)
    alone = ended(model, inputs, layout, edits, bank, together=False)
    found = ended(model, inputs, layout, edits, bank, together=True)
    assert list(found) == list(alone)
    assert all(torch.equal(one.logits, alone[edit].logits) for edit, one in found.items())


def test_a_batch_is_refused_while_its_net_is_edited():
    model = net("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    runs = sweep(model, inputs, layout, CUTS[:4], together=True)
    next(runs)
    with edited(model, truncate(0), layout):
        model(**inputs)
        with pytest.raises(ValueError, match="is being edited already"):
            next(runs)


def test_a_net_that_can_not_go_side_by_side_is_refused_before_it_does(monkeypatch):
    """One that mixes rows up where there are more than two; runs by themselves may be edited."""
    model = copy.deepcopy(net("llava"))  # a new net, which was never compared
    inputs, layout = prompts("llava", ((3, 5),))
    layer = model.get_decoder().layers[-1]
    real = layer.forward

    def crowded(states, **given):
        output = real(states, **given)
        return output.roll(1, 0) if len(states) > 2 else output

    monkeypatch.setattr(layer, "forward", crowded)
    assert len(ended(model, inputs, layout, CUTS, together=False)) == len(CUTS)
    with pytest.raises(ValueError, match=r"can't be edited: side by side, logits of a prompt are"):
        ended(model, inputs, layout, CUTS, together=True)


def test_in_double_precision_nothing_is_left_of_the_difference():
    model = copy.deepcopy(net("llava")).double()
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    inputs = {k: v.double() if v.is_floating_point() else v for k, v in inputs.items()}
    alone = ended(model, inputs, layout, CUTS, together=False)
    for edit, one in ended(model, inputs, layout, CUTS, together=True).items():
        torch.testing.assert_close(one.logits, alone[edit].logits, rtol=0, atol=1e-12)
