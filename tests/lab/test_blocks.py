"""Blocks: which scenes are measured side by side, and what is made of them once."""

from dataclasses import replace
from itertools import chain

import pytest

from fixtures.scenes.draw import draw
from vtmetrics import DONOR, IMAGE, QUESTION, Lab, Model, agree, correct, over_depth, substitute, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.row import StoredValue

EDITS = [truncate(0.5), substitute(IMAGE, by=0.25, at=0.5), substitute(IMAGE, by=DONOR, at=0.25)]


@pytest.fixture(scope="module")
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


def test_answers_of_one_length_are_measured_side_by_side(monkeypatch, spec):
    """So that little is padded, and texts that are written together end together."""
    blocks = []

    def measured(_, block, edits, *__):
        blocks.append([len(scene.answer) for scene in block])
        return [(edit, str(correct), scene, StoredValue(value=1.0)) for edit in edits for scene in block]

    monkeypatch.setattr("vtmetrics.lab.lab.measure", measured)
    scenes = draw("caption", "test", 8)
    assert list(Model(spec, Lab(batch=3)).answer(scenes, correct).values) == [scene.id for scene in scenes]
    assert [*chain(*blocks)] == sorted(len(scene.answer) for scene in scenes)
    assert list(map(len, blocks)) == [3, 3, 2]


@pytest.mark.parametrize(("device", "sizes"), [("cpu", [2] * 4), ("cuda", [8])])
def test_texts_are_written_in_larger_batches_on_an_accelerator(monkeypatch, spec, device, sizes):
    """A step of decoding is launches: it takes as long for few rows as for many. Answers keep their batch."""
    blocks = []

    def measured(_, block, edits, bundle, __):
        blocks.append((len(block), bundle.answered))
        row = StoredValue(value=1.0, text="a word")
        return [(edit, name, scene, row) for edit in edits for name in bundle.names for scene in block]

    monkeypatch.setattr("vtmetrics.lab.lab.measure", measured)
    model = Model(replace(spec, device=device), Lab(batch=2))
    model.say(scenes := draw("caption", "test", 8))
    model.answer(scenes, correct)
    assert blocks == [*((size, False) for size in sizes), *[(2, True)] * 4]


def test_scenes_are_made_inputs_once_for_many_edits(monkeypatch, spec, scenes):
    """And each keeps the name under which it is asked about, which is no part of what it shows."""
    made = []
    monkeypatch.setattr(
        "vtmetrics.lab.measure.encode", lambda *given, **told: made.append(given) or encode(*given, **told)
    )
    load_once(spec).rows.clear()
    lab = Lab()
    for edit in EDITS:
        Model(spec, lab).answer(scenes, agree, edit)
    assert len(made) == 2 * len(scenes)  # themselves and their donors
    renamed = [replace(scene, id=f"{scene.id}'", group="one") for scene in scenes]
    found = Model(spec, Lab()).answer(renamed, correct)
    assert len(made) == 2 * len(scenes)
    assert list(found.values) == [scene.id for scene in renamed]


@pytest.mark.parametrize(("room", "kept"), [(2**40, 4), (0, 1)])
def test_as_many_blocks_are_kept_as_memory_has_room_for(monkeypatch, spec, scenes, room, kept):
    """The last one always; a block says how large it is, with the plain run that goes with it."""
    monkeypatch.setattr("vtmetrics.nets.in_memory.spare_bytes", lambda _: room)
    blocks = load_once(spec).blocks
    blocks.clear()
    Model(spec, Lab(batch=2)).answer(scenes, agree, truncate(0.5))
    assert len(blocks) == kept
    (*_, last) = blocks.values()
    assert last.nbytes > sum(states.nbytes for states in last._trunk.path.values())


def test_what_is_asked_of_a_kept_plain_run_runs_no_layer_again(spec, scenes):
    """Answers come first; then the same scenes' curves take the last layer alone, borrowed states none."""
    load_once(spec).blocks.clear()
    model, layers, made = Model(spec, Lab()), load_once(spec).net.get_decoder().layers, []
    model.answer(scenes, agree)
    hooks = [layer.register_forward_hook(lambda *_: made.append(1)) for layer in layers]
    model.observe(scenes, over_depth("norm_mean", IMAGE))
    assert len(made) == 1
    model.observe(scenes, over_depth("norm_mean", QUESTION))
    assert len(made) == 1
    model.answer(scenes, agree, substitute(IMAGE, by=len(layers) - 2, at=len(layers) - 1))
    assert len(made) == 2
    for hook in hooks:
        hook.remove()


def test_images_of_one_size_are_measured_side_by_side(spec):
    """Progress is told before each block and at the end."""
    told = []
    mixed = [*draw("shape", "test", 3), *draw("shape", "validation", 2, size=96), *draw("count", "test", 3)]
    lab = Lab(progress=lambda _, done, total: told.append((done, total)), batch=4)
    Model(spec, lab).answer(mixed, correct)
    assert told == [(0, 8), (4, 8), (6, 8), (8, 8)]
