"""Waiting: how often the host waits for a device, counted on a far one; for more layers no more often."""

import copy
import pkgutil
from functools import partial
from importlib import import_module

import pytest
import torch

from tests.engine.far_device import FAR, FarTensor, far_away
from tests.readings.read_bundles import READ
from vtmetrics import DONOR, IMAGE, PLAIN, freeze, prune, substitute, truncate
from vtmetrics.edits import Picked
from vtmetrics.engine.approval import approved, compared
from vtmetrics.engine.growing_batch import compare_together
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.loading import load
from vtmetrics.readings import cost, probe_curve
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import AnswerBundle, Bundle

EDITS = [
    PLAIN,
    truncate(0.5),
    prune(IMAGE.sample(4)),
    freeze(IMAGE, first=1),
    substitute(IMAGE, by=1, at=2),
    substitute(IMAGE, by=DONOR, at=1),
]


@pytest.fixture(scope="module")
def shipped(directories):
    return load(str(directories["llava"]))


@pytest.fixture(autouse=True)
def room(monkeypatch):
    for module in ("plain_run", "growing_batch"):
        monkeypatch.setattr(import_module(f"vtmetrics.engine.{module}"), "spare_bytes", lambda _: 2**30)


def cut(net, layers):
    """The net with its first layers alone."""
    less = copy.deepcopy(net)
    less.get_decoder().layers = less.get_decoder().layers[:layers]
    less.get_decoder().config.num_hidden_layers = layers
    return less


def read(net, processor, scenes, bundle, edits):
    block = Block(net, processor, [encode(processor, scene) for scene in scenes])
    bundle.prepare(block, edits)
    return [(edit, *row) for edit in edits for row in bundle.read(block, edit)]


def waits(shipped, scenes, bundle, edits, layers, rows):
    """How often somebody waits, where all that is read is what the CPU says but for rounding."""
    net, processor = cut(shipped[0], layers), shipped[1]
    expected = read(net, processor, scenes[:rows], bundle, edits)
    compared(approved(net), "side by side", compare_together)  # once, and not what is counted
    cost._COUNTED.clear()  # what was found near is found again far away
    probe_curve._KNOWN.clear()
    with far_away(net) as device:
        found = read(net, processor, scenes[:rows], bundle, edits)
    for (*ours, row), (*theirs, wanted) in zip(found, expected, strict=True):
        assert (ours, row._replace(value=None)) == (theirs, wanted._replace(value=None))
        near = None if wanted.value is None else pytest.approx(wanted.value, rel=1e-3, abs=1e-5)
        assert row.value == near
    return len(device.waits)


def test_a_far_device_notices_whoever_waits_for_it():
    here = torch.arange(6.0)
    with far_away(torch.nn.Linear(2, 2)) as device:
        there = here.to(FAR)
        assert device.waits.pop() == torch.ops.aten._to_copy
        assert isinstance(there + 1, FarTensor)
        assert isinstance(here.to(FAR, non_blocking=True), FarTensor)
        assert device.waits == []
        for look in (
            torch.Tensor.cpu,
            lambda x: x.tolist(),
            torch.Tensor.nonzero,
            lambda x: x.sum().item(),
            lambda x: bool((x > 1).any()),
            lambda x: x[x > 1],
            lambda x: x[torch.tensor([1, 2])],
        ):
            look(there)
            assert device.waits.pop() is not None, look
            assert device.waits == []
        there.add_(1)
        assert there.tolist() == (here + 1).tolist()
        with pytest.raises(RuntimeError, match="tensors on two devices"):
            there + here


def test_answers_wait_for_no_row_layer_or_word(shipped, scenes):
    """Once for the numbers of all edits together, and for what is looked at before the first layer runs."""
    few = waits(shipped, scenes, AnswerBundle(), EDITS, layers=3, rows=2)
    assert few == waits(shipped, scenes, AnswerBundle(), EDITS, layers=6, rows=2)
    assert few == waits(shipped, scenes, AnswerBundle(), EDITS, layers=3, rows=4)
    assert few <= 4 * len(EDITS)


@pytest.mark.parametrize("name", READ)
def test_a_bundle_waits_for_no_row_or_layer_but_where_a_reason_is_told(shipped, name):
    """Counted beside two scenes in three layers: for three layers more, and for two scenes more."""
    asked = READ[name]
    counted = partial(waits, shipped, asked.scenes(), asked.bundle(), [PLAIN])
    few = counted(layers=3, rows=2)
    assert counted(layers=6, rows=2) - few == 3 * asked.a_layer
    assert counted(layers=3, rows=4) - few == 2 * asked.a_row
    assert bool(asked.why) == bool(asked.a_layer or asked.a_row)


def test_every_bundle_and_every_pick_is_counted():
    """Whoever writes a new one says how often it waits."""
    members = [name for name in vars(Bundle) if not name.startswith("_")]
    assert members == ["answered", "at_once", "names", "prepare", "read"]
    made = [one.bundle() for one in READ.values()]
    there = {kind for kind in classes_in("vtmetrics.readings") if all(hasattr(kind, one) for one in members)}
    assert there - {Bundle} == {type(bundle) for bundle in made}
    kinds = {kind for kind in classes_in("vtmetrics.edits") if issubclass(kind, Picked)}
    picks = [getattr(bundle, "tokens", IMAGE).picks() for bundle in made]
    assert kinds - {Picked} == {type(pick) for some in picks for pick in some}


def classes_in(package):
    """The classes that the modules of a package define."""
    for found in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
        for one in vars(import_module(found.name)).values():
            if isinstance(one, type) and one.__module__ == found.name:
                yield one
