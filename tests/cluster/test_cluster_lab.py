"""A lab that measures nothing itself says what one in process says, of rows of the same bytes."""

import gc
import json
import weakref

import pytest
import torch

from tests.cluster.trial import files_of
from tests.lab.failing_net import OUT_OF_BOUNDS, alike_in_answer, failing_net
from vtmetrics import IMAGE, PLAIN, Lab, Model, NotMeasured, chosen, over_depth, pooled, similar, truncate
from vtmetrics.cluster import ClusterLab, answer_checked, code_told, crew_of, greet, read_answer, work
from vtmetrics.lab.store import Store
from vtmetrics.nets import in_memory
from vtmetrics.nets.elsewhere import weights_elsewhere
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.bundle import AnswerBundle
from vtmetrics.readings.writing import greedy
from vtmetrics.unmeasured import Unloadable

EDITS = (PLAIN, truncate(0.5))
FIT = pooled("matrix_entropy", IMAGE.sample(4))


@pytest.fixture(scope="module")
def spec(directories):
    return Spec("micro", "any", str(directories["llava"]), embedded=True)


def everything(lab, spec, scenes):
    """Answers, curves, texts and a fit."""
    model, scenes = Model(spec, lab), scenes[:4]
    scores = model.sweep(*EDITS).answer(scenes, similar)
    curve = model.observe(scenes, over_depth("matrix_entropy", IMAGE))
    said = model.say(scenes, how=greedy(2))
    fitted = model.fit(scenes, FIT)
    values = {name: value.tolist() for name, value in curve.values.items()}
    return [one.values for one in scores], values, said.written, fitted.whole.tolist()


@pytest.fixture(scope="module")
def both(spec, scenes, tmp_path_factory):
    root, seen = tmp_path_factory.mktemp("stores"), []
    serial = everything(Lab(Store(root / "serial"), batch=3), spec, scenes)
    lab = ClusterLab(crew_of("here"), Store(root / "cluster"), lambda *told, **_: seen.append(told[1:]), 3)
    return serial, everything(lab, spec, scenes), root, seen, lab


def test_what_is_said_and_kept_is_the_same(both):
    serial, cluster, root, *_ = both
    assert cluster == serial
    assert files_of(root / "cluster") == files_of(root / "serial")


def test_progress_is_told_as_answers_come(both):
    *_, seen, _ = both
    assert (seen[0], seen[2]) == ((0, 4), (4, 4))
    assert seen[1] in ((1, 4), (3, 4))


def test_what_is_known_is_asked_of_nobody(both, spec, scenes):
    serial, _, root, *_ = both
    idle = crew_of("here")
    idle.start = pytest.fail
    assert everything(ClusterLab(idle, Store(root / "cluster"), batch=3), spec, scenes) == serial


def test_a_job_done_already_is_read_from_the_store(both, spec, scenes, monkeypatch):
    *_, lab = both
    monkeypatch.setattr("vtmetrics.cluster.replica.block_chunk", pytest.fail)
    text = lab._text(spec, Model(spec).digest, _first(lab, scenes), list(EDITS), AnswerBundle())
    assert answer_checked(read_answer(work(text))).folder.startswith("v1/")


def _first(lab, scenes):
    """The scenes that a lab asks about first."""
    return sorted(scenes[:4], key=lambda scene: len(scene.answer))[: lab.batch]


def test_a_scene_that_fits_in_no_memory_is_missing_and_told(spec, scenes, tmp_path):
    load_once(spec).blocks.clear()

    def tight(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = load_once(spec).net.register_forward_pre_hook(tight, with_kwargs=True)
    try:
        model = Model(spec, ClusterLab(crew_of("here"), Store(tmp_path), batch=4))
        scores = model.answer(scenes[:1], similar, truncate(0.25))
        assert set(scores.missing.values()) == {"out of memory: CUDA out of memory."}
        assert files_of(tmp_path) == {}
    finally:
        hook.remove()
        load_once(spec).blocks.clear()


def test_a_scene_on_which_a_worker_fails_costs_no_other(spec, scenes, tmp_path):
    """It is told and not kept, so that the next run tries it, and it alone."""
    poor = alike_in_answer(scenes, scenes[3:4])
    serial = Model(spec, Lab()).answer(scenes, similar, truncate(0.5))
    with failing_net(spec, scenes[3:4]):
        lab = ClusterLab(crew_of("here"), Store(tmp_path), batch=4)
        scores = Model(spec, lab).answer(scenes, similar, truncate(0.5))
    assert scores.missing == dict.fromkeys(poor, OUT_OF_BOUNDS)
    wanted = {name: value for name, value in serial.values.items() if name not in poor}
    assert scores.values == pytest.approx(wanted, abs=1e-5)
    kept = {asked.scene for asked in Store(tmp_path).rows(Model(spec).digest)}
    assert kept == {scene.digest for scene in scenes if scene.id not in poor}
    again = Model(spec, ClusterLab(crew_of("here"), Store(tmp_path), batch=4))
    assert again.answer(scenes, similar, truncate(0.5)).missing == {}


def test_what_fails_on_every_scene_of_the_workers_is_an_error(spec, scenes, tmp_path):
    lab = ClusterLab(crew_of("here"), Store(tmp_path), batch=4)
    told = f"all {len(scenes)} scenes {OUT_OF_BOUNDS}"
    with failing_net(spec, scenes), pytest.raises(RuntimeError, match=told):
        Model(spec, lab).answer(scenes, similar, truncate(0.5))
    assert files_of(tmp_path) == {}


@pytest.fixture
def lab(tmp_path):
    return ClusterLab(crew_of("here"), Store(tmp_path))


def test_what_no_file_says_is_not_sent(lab, spec, scenes, net_and_processor):
    with pytest.raises(NotMeasured, match=r"no worker is sent truncate\(2, .*: what it does is written nowh"):
        Model(spec, lab).answer(scenes, similar, truncate(2, chosen(lambda states: states[:, 0] > 0)))
    mine = Model(Model.of(*net_and_processor).spec, lab)
    with pytest.raises(NotMeasured, match="no worker is sent in memory: a function returned it, or this"):
        mine.answer(scenes, similar, truncate(0.5))


def test_gaps_and_errors_of_a_worker_are_raised_here(lab, spec, scenes):
    text = lab._text(spec, Model(spec).digest, scenes[:1], [PLAIN], AnswerBundle())
    job = json.loads(text)
    other = {**job, "code": "vtmetrics 0.0.1"}
    with pytest.raises(RuntimeError, match=r"a worker refuses: the driver runs vtmetrics 0\.0\.1, this work"):
        answer_checked(read_answer(work(json.dumps(other))))
    weights = text.replace(Model(spec).digest, "0" * 64)
    with pytest.raises(RuntimeError, match=r"driver and workers want the same weights, .* here and 0000"):
        answer_checked(read_answer(work(weights)))
    otherwise = text.replace("float32 sdpa", "float32 high sdpa")
    with pytest.raises(RuntimeError, match="driver and workers compute alike, float32 high sdpa cpu"):
        answer_checked(read_answer(work(otherwise)))
    lost = text.replace(scenes[0].digest, "0" * 64)
    with pytest.raises(RuntimeError, match=r"a worker failed: Traceback[\s\S]*workers share the store"):
        answer_checked(read_answer(work(lost)))


@pytest.mark.parametrize("kind", [NotMeasured, Unloadable])
def test_an_honest_gap_stays_one(lab, spec, scenes, monkeypatch, kind):
    def gap(*_):
        raise kind("not this one")

    monkeypatch.setattr("vtmetrics.cluster.replica.block_chunk", gap)
    with pytest.raises(kind, match="not this one"):
        Model(spec, lab).answer(scenes, similar)


def test_a_worker_is_greeted(lab):
    assert greet(lab.greeting()) == ""
    told = json.loads(lab.greeting())
    assert "does not see /nowhere" in greet(json.dumps(told | {"store": "/nowhere"}))
    assert greet(json.dumps(told | {"code": "x"})).endswith(f"x there, {code_told()} at a worker")


def test_code_is_told_by_content_and_without_builds():
    assert code_told().startswith("vtmetrics 0.1.0 (")
    assert ", torch " in code_told()
    assert "+" not in code_told()


def test_a_driver_holds_processors_alone(spec):
    load_once(spec)
    net = weakref.ref(load_once(spec).net)
    in_memory._held.clear()
    with weights_elsewhere("--cluster=x"):
        held = load_once(spec)
        gc.collect()
        assert net() is None
        assert held.processor.tokenizer("a")["input_ids"]
        assert not in_memory.is_held(spec)
        with pytest.raises(NotMeasured, match="forward is asked of a net, and --cluster=x holds it"):
            held.net.forward()
        with pytest.raises(NotMeasured, match="not trained by workers: micro is to be tuned"):
            in_memory.load_alone(spec)
        with pytest.raises(Unloadable, match="mine has no files"):
            load_once(Spec("mine", "own", "mine.py:load"))
    in_memory._held.clear()
    assert load_once(spec).net.device.type == "cpu"
