"""A run that was ended at any point is taken up: the next one passes forward only what is missing."""

import os
import shutil
import signal
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch

from tests.faults.injection import Injected, files_of_at_most, forked
from vtmetrics import Lab, Model, Recipe, agree, correct, truncate
from vtmetrics.lab import training
from vtmetrics.lab.adapters import Adapters
from vtmetrics.lab.store import Store
from vtmetrics.nets.in_memory import load_once, release
from vtmetrics.nets.spec import Spec

LACKING = "finished blocks are kept; the next run passes forward the others alone, to the same bits"
KILLED = {
    "B1": Injected("SIGKILL while measuring", LACKING, signal.SIGKILL),
    "B2": Injected("SIGTERM while measuring", LACKING, signal.SIGTERM),
    "B3": Injected("Ctrl-C while measuring", LACKING, signal.SIGINT),
}
OTHERS = {
    "B10": Injected("a run ended after each block in turn", "passes forward are counted: as many as lack"),
    "B11": Injected("the next run has blocks of another size", "only what lacks is measured"),
    "B13": Injected("the next run asks under another edit", "only that is measured"),
    "B14": Injected("the weights have changed since", "nothing that was kept is used"),
    "B15": Injected("a scene that failed", "is not kept as measured; the next run tries it, and it alone"),
    "B16": Injected("the same run once more", "no pass forward, no file written"),
    "B17": Injected(
        "RLIMIT_FSIZE is reached amid a run", "said once, all is measured, and kept by the next run"
    ),
    "B18": Injected("SIGKILL amid training", "the next run takes the steps that are left, to the same bits"),
}
INJECTED = KILLED | OTHERS
CUT = truncate(0.5)


@pytest.fixture(scope="module")
def spec(directories):
    spec = Spec("tiny", "llava", str(directories["llava"]), embedded=True)
    load_once(spec)
    yield spec
    release(spec)


@pytest.fixture(autouse=True)
def interrupted():
    """Whoever starts the tests may have Ctrl-C ignored, as shells do for what runs behind them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def counted(spec, at=0, do=None):
    """How many passes forward the net makes, from its own words; at one of them something happens."""
    held, passes = load_once(spec), []
    held.blocks.clear()

    def note(*_):
        passes.append(1)
        if len(passes) == at:
            do()

    hook = held.net.get_decoder().layers[-1].register_forward_pre_hook(note)
    try:
        yield passes
    finally:
        hook.remove()
        held.blocks.clear()


def answers(spec, store, scenes, edit=CUT, batch=2, reading=correct):
    lab = Lab(Store(store) if store else None, batch=batch)
    return Model(spec, lab).answer(scenes, reading, edit)


@pytest.fixture(scope="module")
def whole(spec, scenes):
    """What an undisturbed run finds, and how many passes forward a block of two takes."""
    answers(spec, None, scenes)  # the engine approves of a net at first use
    with counted(spec) as passes:
        found = answers(spec, None, scenes)
    assert len(passes) % 4 == 0
    return found, len(passes) // 4


@pytest.mark.parametrize("fault", KILLED)
def test_the_next_run_measures_what_a_killed_one_lacks(spec, scenes, whole, tmp_path, fault):
    found, each = whole

    def work():
        with counted(spec, 2 * each + 1, lambda: os.kill(os.getpid(), KILLED[fault].do)):
            answers(spec, tmp_path, scenes)

    assert forked(work) != 0
    assert sum(1 for _ in Store(tmp_path).folders()) == 2
    with counted(spec) as passes:
        again = answers(spec, tmp_path, scenes)
    assert len(passes) == 2 * each
    assert again.values == found.values


@pytest.mark.parametrize("blocks", [0, 1, 2, 3])
def test_passes_are_those_of_the_blocks_that_lack(spec, scenes, whole, tmp_path, blocks):
    found, each = whole
    with (
        pytest.raises(KeyboardInterrupt),
        counted(spec, blocks * each + 1, lambda: signal.raise_signal(signal.SIGINT)),
    ):
        answers(spec, tmp_path, scenes)
    with counted(spec) as passes:
        again = answers(spec, tmp_path, scenes)
    assert len(passes) == (4 - blocks) * each
    assert again.values == found.values


def test_blocks_of_another_size_measure_what_lacks(spec, scenes, whole, tmp_path):
    found, each = whole
    answers(spec, tmp_path, scenes[:4])
    with counted(spec) as passes:
        again = answers(spec, tmp_path, scenes, batch=8)
    assert len(passes) == each
    assert again.values == pytest.approx(found.values, abs=1e-5)


def test_another_edit_is_measured_and_nothing_else(spec, scenes, tmp_path):
    answers(spec, tmp_path, scenes)
    with counted(spec) as passes:
        answers(spec, tmp_path, scenes)
    assert passes == []
    kept = {path.name for path in Store(tmp_path).folders()}
    answers(spec, tmp_path, scenes, truncate(0.25))
    assert len({path.name for path in Store(tmp_path).folders()} - kept) == 4


def test_other_weights_find_nothing_that_was_kept(spec, scenes, tmp_path, directories):
    """A byte of a file that says what a model is makes it another model."""
    answers(spec, tmp_path / "store", scenes)
    other = tmp_path / "other"
    shutil.copytree(directories["llava"], other)
    config = other / "config.json"
    config.write_text(config.read_text() + "\n")
    digests = {Model(replace(spec, source=str(where))).digest for where in (spec.source, other)}
    assert len(digests) == 2
    assert Store(tmp_path / "store").rows(Model(replace(spec, source=str(other))).digest) == {}


def test_a_scene_that_failed_is_tried_again_and_alone(spec, scenes, whole, tmp_path):
    """Recorded with its reason, and not kept as measured."""
    found, each = whole
    poor = max(scenes, key=lambda scene: (len(scene.answer), scene.id))
    ids = torch.tensor(
        load_once(spec).processor.tokenizer(poor.answer, add_special_tokens=False)["input_ids"]
    )

    def tight(_, __, given):
        if any(torch.equal(row[-len(ids) :], ids) for row in given["input_ids"]):
            raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = load_once(spec).net.register_forward_pre_hook(tight, with_kwargs=True)
    load_once(spec).blocks.clear()
    first = answers(spec, tmp_path, scenes)
    hook.remove()
    failed = {scene.digest for scene in scenes if scene.id in first.missing}
    assert set(first.missing.values()) == {"out of memory: CUDA out of memory."}
    assert not failed & {asked.scene for asked in Store(tmp_path).rows(Model(spec).digest)}
    with counted(spec) as passes:
        again = answers(spec, tmp_path, scenes, batch=8)
    assert 0 < len(passes) <= each
    assert again.missing == {}
    assert again.values == pytest.approx(found.values, abs=1e-5)


def test_the_same_run_once_more_writes_nothing(spec, scenes, tmp_path):
    answers(spec, tmp_path, scenes)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    with counted(spec) as passes:
        answers(spec, tmp_path, scenes)
    assert passes == []
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before


def test_a_disk_that_fills_amid_a_run_costs_no_score(spec, scenes, whole, tmp_path):
    found, each = whole
    with (
        files_of_at_most(64),
        pytest.warns(UserWarning, match="keeps no more rows, .*File too large") as said,
    ):
        first = answers(spec, tmp_path, scenes)
    assert first.values == found.values
    assert len(said) == 1
    with counted(spec) as passes:
        again = answers(spec, tmp_path, scenes)
    assert len(passes) == 4 * each
    assert again.values == found.values


def test_a_killed_training_takes_the_steps_that_are_left(spec, scenes, tmp_path, monkeypatch):
    """Counted at the optimiser; the weights are those of a training that nobody killed."""
    recipe = Recipe(CUT, rank=2, steps=4, batch=2, teacher="gold")
    monkeypatch.setattr(training, "EVERY", 0.0)
    steps = []
    learn = training.Tuning._learn
    monkeypatch.setattr(training.Tuning, "_learn", lambda self, rows: steps.append(1) or learn(self, rows))

    def train(bench, killed_at=0):
        steps.clear()

        def progress(_, step, *__, **___):
            if killed_at and step == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)

        return Model(spec, Lab(progress=progress, adapters=Adapters((), bench))).tuned(recipe, scenes[:4])

    def weights(model):
        return (training.Path(model.spec.adapter) / "adapter_model.safetensors").read_bytes()

    undisturbed = weights(train(tmp_path / "whole"))
    assert len(steps) == 4
    assert forked(lambda: train(tmp_path / "killed", 3)) == -signal.SIGKILL
    assert weights(train(tmp_path / "killed")) == undisturbed
    assert len(steps) == 1


def test_readings_of_one_pass_are_kept_together(spec, scenes, tmp_path):
    """What was read beside is no pass of its own later."""
    answers(spec, tmp_path, scenes)
    with counted(spec) as passes:
        answers(spec, tmp_path, scenes, reading=agree)
    assert passes == []
