"""Probe curves: rows are what probes say of the recorded states, and a label shows where it lives."""

from dataclasses import replace

import pytest
import torch

from fixtures.planted.told_states import tell_states
from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, PLAIN, QUESTION, SYSTEM, Lab, Model, probed
from vtmetrics.lab.store import Store
from vtmetrics.metrics import ProbeNet
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.probe_lesson import spaced

QUICK = ProbeNet((4,), steps=8)


@pytest.fixture(scope="module")
def lesson():
    return draw("counted", "validation", 12)


@pytest.fixture(scope="module")
def asked():
    return draw("counted", "test", 5)


@pytest.fixture
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True), Lab(batch=2))


@pytest.mark.parametrize(("tokens", "places"), [(IMAGE, 5), (QUESTION, 3)])
def test_rows_are_what_probes_say_of_states_that_are_pooled(model, lesson, asked, tokens, places):
    """The same of all states at once, by the lab's own way to them, which takes any tokens."""

    def states(scenes):
        found = model.lab.pooled(model.spec, model.digest, scenes, PLAIN, tokens)
        return {scene.digest: one[:, spaced(one.shape[1], places)] for scene, one in found}

    reading = probed("count", tokens, lesson, QUICK)
    probes, there = reading.lesson.learn(states(lesson)), states(asked)
    mean, *each = (model.observe(asked, one).values for one in (reading, *reading.places))
    for scene in asked:
        cells = probes.beyond(scene, there[scene.digest])
        assert mean[scene.id] == pytest.approx(cells.mean(1).numpy())
        for place, curve in enumerate(each):
            assert curve[scene.id].tolist() == cells[:, place].tolist()


def test_scenes_to_learn_from_are_asked_as_any_others(model, lesson):
    """What was seen of them is taken again, and is what a run of its own finds."""
    reading = probed("count", IMAGE, lesson, QUICK)
    found = model.observe(lesson, reading).values
    again = model.observe([replace(lesson[0], donor=None), *lesson[1:]], reading).values
    assert {name: curve.tolist() for name, curve in found.items()} == {
        name: curve.tolist() for name, curve in again.items()
    }


def test_probes_are_taught_once_and_rows_are_kept(directory, lesson, asked, tmp_path):
    """Judging again from a filled store needs no net."""
    spec, reading = Spec(directory.name, "any", str(directory), embedded=True), probed("count", IMAGE, lesson)
    found = Model(spec, Lab(Store(tmp_path))).observe(asked, reading)
    load_once(spec).net.forward = None
    try:
        again = Model(spec, Lab(Store(tmp_path))).observe(asked, probed("count", IMAGE, lesson))
    finally:
        del load_once(spec).net.forward
    assert {name: curve.tolist() for name, curve in again.values.items()} == {
        name: curve.tolist() for name, curve in found.values.items()
    }


def test_a_label_that_lives_in_one_layer_shows_there_alone(tmp_path):
    model = Model(
        Spec("once", "llava", str(tmp_path / "once"), embedded=True),
        tell_states("telling_once", tmp_path / "once"),
    )
    told = model.observe(
        draw("counted", "test", 60), probed("count", IMAGE, draw("counted", "validation", 150))
    )
    curve = torch.tensor([one.tolist() for one in told.values.values()]).mean(0)
    others = torch.cat([curve[:6], curve[7:]])
    assert curve[6] > 0.6
    assert others.abs().max() < 0.2


def test_who_has_no_label_is_excluded_and_so_is_everybody_where_there_is_one_label(model, lesson, asked):
    other = draw("counted", "test", 7)[6]  # of whom no row is known
    told = model.observe([replace(other, known={}), asked[1]], probed("count", IMAGE, lesson, QUICK))
    assert told.excluded == {other.id: "the picture's count is not known"}
    same = [replace(one, known={**one.known, "count": 3}) for one in lesson]
    told = model.observe(asked, probed("count", IMAGE, same, QUICK))
    assert set(told.excluded.values()) == {"the scenes to learn from don't differ in count"}
    assert told.excluded.keys() == {scene.id for scene in asked}


def test_names_tell_all_that_rows_depend_on(lesson):
    plain = probed("count", IMAGE, lesson, QUICK)
    others = [
        *(probed("count", QUESTION, lesson, QUICK), probed("count", IMAGE, lesson)),
        *(probed("count", IMAGE, lesson[1:], QUICK), probed("count", IMAGE, lesson, QUICK, dealt=True)),
        *(probed("common_color", IMAGE, lesson, QUICK), *plain.places),
    ]
    names = [str(one) for one in (plain, *others)]
    assert len(set(names)) == len(names)
    assert str(plain) == str(probed("count", IMAGE, tuple(lesson), QUICK))


def test_probes_are_put_at_images_and_questions(lesson):
    with pytest.raises(ValueError, match="probes are put at IMAGE or QUESTION, not at SYSTEM"):
        probed("count", SYSTEM, lesson)
