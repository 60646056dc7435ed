"""A tuned model: trained through an edited net, resumable to the last bit, kept whole or not at all."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from fixtures.models.build import build
from fixtures.scenes.draw import draw
from vtmetrics import PLAIN, Lab, Model, NotMeasured, Recipe, correct, logprob, truncate
from vtmetrics.lab import disk, training
from vtmetrics.lab.adapters import Adapters
from vtmetrics.nets.adapter import CONFIG, TRAINING, WEIGHTS
from vtmetrics.nets.in_memory import release
from vtmetrics.nets.spec import Spec

CUT = truncate(0.25)
RECIPE = Recipe(CUT, rank=2, rate=1e-2, steps=4, batch=2, teacher="gold")


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    where = tmp_path_factory.mktemp("built") / "llava"
    build("llava", 0, where)
    return Spec("tiny", "llava", str(where))


@pytest.fixture(scope="module")
def lessons():
    return draw("words", "train", 6)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def tuned(spec, bench, lessons):
    """A model that was trained without interruption."""
    return on(spec, bench).tuned(RECIPE, lessons)


def on(spec, bench, progress=None):
    """A model that may be trained there."""
    return Model(spec, Lab(progress=progress, adapters=Adapters((), bench)))


def content(model):
    """What the adapter's own files hold; when it was trained is told in the third."""
    return {name: Path(model.spec.adapter, name).read_bytes() for name in (CONFIG, WEIGHTS)}


def whole(bench):
    """The adapters that anybody would find there."""
    return [path for path in bench.iterdir() if path.name not in ("half", "training")]


def test_training_teaches_what_was_to_be_said(spec, tuned, lessons):
    base = Model(spec, tuned.lab)
    after, before = (each.answer(lessons, logprob, CUT) for each in (tuned, base))
    assert sum(after.values.values()) > sum(before.values.values())
    assert tuned.digest != base.digest


def test_a_tuned_model_answers_to_every_verb(tuned, lessons):
    some = lessons[:2]
    plain, cut = tuned.sweep(PLAIN, CUT).answer(some, correct)
    assert plain.values.keys() == cut.values.keys() == tuned.say(some, CUT).written.keys()
    assert tuned.layers == 12
    assert len(tuned.said(some)) == 2


def test_a_kept_adapter_is_read_and_not_trained_again(spec, bench, tuned, lessons):
    reader = Model(spec, Lab(adapters=Adapters((bench,))))
    assert reader.tuned(RECIPE, lessons).digest == tuned.digest


def test_without_training_a_missing_adapter_is_an_honest_gap(spec, lessons, tmp_path):
    with pytest.raises(NotMeasured, match="needs --train: no adapter is kept for lora"):
        Model(spec, Lab(adapters=Adapters((tmp_path,)))).tuned(RECIPE, lessons)


def test_a_killed_training_goes_on_to_the_same_bits(spec, tuned, lessons, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "EVERY", 0.0)
    seen = []

    def stop(_, step, total, of):
        seen.append((step, total, of))
        if len(seen) == 4:
            raise Killed

    with pytest.raises(Killed):
        on(spec, tmp_path, stop).tuned(RECIPE, lessons)
    assert whole(tmp_path) == []
    again = on(spec, tmp_path, stop).tuned(RECIPE, lessons)
    assert seen == [(step, 4, "steps") for step in (0, 1, 2, 3, 3, 4)]
    assert content(again) == content(tuned)
    assert again.digest == tuned.digest
    assert list((tmp_path / "training").iterdir()) == []


def test_a_kill_at_any_write_leaves_all_or_nothing(spec, lessons, tmp_path, monkeypatch):
    """The n-th attempt dies at its n-th write, flush or renaming, in the middle of it."""
    monkeypatch.setattr(training, "EVERY", 0.0)
    left = [0]
    real = {"write_synced": disk.write_synced, "sync_folder": disk.sync_folder, "rename": Path.rename}

    def dying(name):
        def act(path, *others):
            left[0] -= 1
            if left[0] == 0:
                if name == "write_synced":
                    path.write_bytes(others[0][: len(others[0]) // 2])
                raise Killed
            return real[name](path, *others)

        return act

    for owner, name in ((disk, "write_synced"), (disk, "sync_folder"), (Path, "rename")):
        monkeypatch.setattr(owner, name, dying(name))
    recipe, deaths = replace(RECIPE, steps=1), 0
    for attempt in range(1, 30):
        left[0] = attempt
        try:
            made = on(spec, tmp_path).tuned(recipe, lessons)
        except Killed:
            deaths += 1
            for folder in whole(tmp_path):
                assert {file.name for file in folder.iterdir()} == {CONFIG, WEIGHTS, TRAINING}
        else:
            break
    assert deaths > 5
    assert made.digest == Model(spec, Lab(adapters=Adapters((tmp_path,)))).tuned(recipe, lessons).digest


def test_a_spec_with_an_adapter_travels_as_text(tuned, lessons):
    """What a worker is told, after everything was forgotten, gives the same answers."""
    before = tuned.answer(lessons, logprob, CUT).values
    release(tuned.spec)
    spec = Spec(**json.loads(json.dumps(asdict(tuned.spec))))
    assert spec == tuned.spec
    assert Model(spec, Lab()).digest == tuned.digest
    assert Model(spec, Lab()).answer(lessons, logprob, CUT).values == before


def test_no_steps_change_no_answer(spec, bench, lessons):
    """An adapter begins as nothing: its model is another one by name, and says the same."""
    base = on(spec, bench)
    untaught = base.tuned(replace(RECIPE, steps=0), lessons)
    own, before = (each.answer(lessons, logprob, CUT).values for each in (untaught, base))
    assert own == pytest.approx(before, abs=1e-5)


def test_the_teacher_is_the_whole_model(spec, bench, lessons):
    """Its own greedy answers are learned, not the gold ones, which this untrained net never gives."""
    base, lessons = on(spec, bench), lessons[:2]
    told = base.say(lessons).written
    taught = base.tuned(replace(RECIPE, teacher="full", rank=16, steps=6), lessons)
    echoes = [replace(scene, answer=told[scene.id]) for scene in lessons]
    after, before = (each.answer(echoes, logprob, CUT) for each in (taught, base))
    assert sum(after.values.values()) > sum(before.values.values())


def test_a_twin_and_what_is_tuned_already_are_refused(spec, bench, tuned, lessons):
    for twin in (on(spec, bench).twin, on(spec, bench).scrambled):
        with pytest.raises(NotMeasured, match="a twin is not tuned"):
            twin.tuned(RECIPE, lessons)
    with pytest.raises(ValueError, match="a model is tuned once"):
        tuned.tuned(RECIPE, lessons)
    with pytest.raises(ValueError, match="a tuned model has no twin"):
        _ = tuned.twin


def test_weights_that_no_file_names_are_not_tuned(lessons, bench, tmp_path):
    model = on(Spec("mine", "own", f"{tmp_path}/mine.py:load"), bench)
    with pytest.raises(NotMeasured, match="only weights in a directory can be tuned, and mine is not in one"):
        model.tuned(RECIPE, lessons)


@pytest.mark.parametrize("scenes", [[], "twice"])
def test_scenes_to_learn_from_have_names_of_their_own(scenes, spec, bench, lessons):
    with pytest.raises(ValueError, match="scenes to learn from have names of their own"):
        on(spec, bench).tuned(RECIPE, [*lessons, lessons[0]] if scenes else [])


def test_a_damaged_adapter_is_refused(spec, bench, lessons):
    model = on(spec, bench)
    recipe = replace(RECIPE, steps=0, seed=3)
    file = Path(model.tuned(recipe, lessons).spec.adapter, WEIGHTS)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(ValueError, match=r"has not the checksums that its training\.json says"):
        model.tuned(recipe, lessons)
    file.unlink()
    with pytest.raises(ValueError, match=f"an adapter wants {CONFIG}, {WEIGHTS} and {TRAINING}"):
        model.tuned(recipe, lessons)


def test_an_adapter_is_refused_beside_other_weights(tuned, tmp_path):
    build("llava", 1, tmp_path / "other")
    with pytest.raises(ValueError, match=r"the adapter in .* is for the weights"):
        _ = Model(replace(tuned.spec, source=str(tmp_path / "other")), Lab()).digest


def test_a_silent_teacher_teaches_nothing(spec, bench, lessons, monkeypatch):
    mute = {scene.id: "" for scene in lessons}
    monkeypatch.setattr(Model, "say", lambda *_, **__: type("Said", (), {"written": mute}))
    with pytest.raises(NotMeasured, match="nothing to learn: tiny says nothing about 6 scenes"):
        on(spec, bench).tuned(replace(RECIPE, teacher="full", seed=9), lessons)


def test_an_adapter_tells_how_it_came_to_be_and_nothing_of_the_machine(tuned, spec):
    told = json.loads(Path(tuned.spec.adapter, TRAINING).read_text())
    assert told["recipe"] == str(RECIPE)
    assert len(told["date"]) == len("2026-11-20")
    assert len(told["losses"]) == 4
    assert told["losses"][-1] < told["losses"][0]
    assert spec.source.encode() not in b"".join(content(tuned).values())
