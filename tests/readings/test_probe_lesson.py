"""Probe lessons: no probe is asked about a base that it has met, and labels are told beyond the usual one."""

from dataclasses import replace

import pytest
import torch

from fixtures.scenes.draw import draw
from vtmetrics.metrics import LINEAR, ProbeNet
from vtmetrics.readings.probe_lesson import PROBE_FOLDS, ProbeLesson, base_of, spaced

QUICK = ProbeNet((), steps=80, rate=0.05)


@pytest.fixture(scope="module")
def counted():
    return tuple(draw("counted", "validation", 30))


def states_of(scenes, attribute="count"):
    """One layer and two places: the first holds the label, the second nothing."""
    kinds = sorted({scene.known[attribute] for scene in scenes}, key=str)
    found = {}
    for scene in scenes:
        state = torch.zeros(1, 2, len(kinds) + 1)
        state[0, 0, kinds.index(scene.known[attribute])] = 1.0
        found[scene.digest] = state
    return found


def test_bases_are_dealt_into_folds_and_whoever_has_none_goes_by_group(counted):
    lesson = ProbeLesson(counted, "count")
    assert set(lesson.folds.values()) == set(range(PROBE_FOLDS))
    assert lesson.folds.keys() == {scene.known["base"] for scene in counted}
    (other,) = draw("words", "test", 1)
    assert base_of(other) == other.group


def test_a_probe_has_met_no_scene_of_the_fold_that_it_is_asked_about(counted, monkeypatch):
    met = []

    def learned(states, labels, kinds, net):  # noqa: ARG001 - only what it is given is looked at
        met.append(states[0, :, 0].tolist())

    monkeypatch.setattr("vtmetrics.readings.probe_lesson.learned", learned)
    lesson = ProbeLesson(counted, "count", QUICK)
    numbered = {scene.digest: torch.full((1, 1, 1), float(place)) for place, scene in enumerate(counted)}
    lesson.learn(numbered)
    for fold, places in enumerate(met):
        folds = {lesson.folds[base_of(counted[int(place)])] for place in places}
        assert folds == set(range(PROBE_FOLDS)) - {fold}


def test_what_is_told_is_beyond_the_most_frequent_label(counted):
    lesson = ProbeLesson(counted, "count", QUICK)
    states = states_of(counted)
    probes = lesson.learn(states)
    for scene in counted:
        others = [
            one.known["count"]
            for one in counted
            if lesson.folds[base_of(one)] != lesson.folds[base_of(scene)]
        ]
        most = max(sorted(set(others), key=str), key=lambda label: (others.count(label), str(label)))
        usual = float(scene.known["count"] == most)
        beyond = probes.beyond(scene, states[scene.digest])
        assert beyond.shape == (1, 2)
        assert beyond[0, 0] == 1 - usual
        assert beyond[0, 1] in (0 - usual, 1 - usual)


def test_a_label_that_nobody_learned_is_never_told(counted):
    lesson = ProbeLesson(counted, "count", QUICK)
    states = states_of(counted)
    strange = replace(counted[0], known={**counted[0].known, "count": 99})
    assert (lesson.learn(states).beyond(strange, states[counted[0].digest]) <= 0).all()


def test_dealt_labels_are_those_of_other_bases_and_all_are_still_there(counted):
    plain, dealt = (ProbeLesson(counted, "count", dealt=one) for one in (False, True))
    assert sorted(dealt.labels) == sorted(plain.labels)
    assert dealt.labels != plain.labels
    assert dealt.labels == ProbeLesson(counted, "count", dealt=True).labels
    assert dealt.digest == plain.digest


def test_labels_of_a_base_stay_together_when_they_are_dealt(counted):
    """Two scenes of each base with one label: after dealing each base still has one."""
    twice = tuple(replace(one, known={**one.known, "count": number}) for number, one in enumerate(counted))
    twice += tuple(replace(one, id=f"{one.id} again") for one in twice)
    labels = ProbeLesson(twice, "count", dealt=True).labels
    assert labels[: len(counted)] == labels[len(counted) :]


def test_scenes_that_do_not_differ_teach_nothing(counted):
    same = tuple(replace(one, known={**one.known, "count": 3}) for one in counted)
    assert ProbeLesson(same, "count", LINEAR).learn(states_of(same)) is None
    assert ProbeLesson((), "count", LINEAR).learn({}) is None


def test_scenes_of_which_the_attribute_is_not_known_are_not_learned_from(counted):
    other = draw("words", "test", 3)
    nameless = tuple(replace(one, known={}) for one in other)
    assert ProbeLesson((*counted, *nameless), "count").taught == counted


def test_a_lesson_is_told_by_what_it_shows_and_by_its_labels(counted):
    lesson = ProbeLesson(counted, "count")
    assert lesson.digest == ProbeLesson(counted, "count", LINEAR).digest
    assert lesson.digest != ProbeLesson(counted[1:], "count").digest
    assert lesson.digest != ProbeLesson(counted, "common_color").digest


@pytest.mark.parametrize(
    ("count", "places", "wanted"), [(81, 5, [0, 20, 40, 60, 80]), (2, 3, [0, 0, 1]), (1, 3, [0, 0, 0])]
)
def test_places_are_even_from_the_first_to_the_last(count, places, wanted):
    assert spaced(count, places).tolist() == wanted
