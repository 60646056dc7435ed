"""Told states: labels show where they are told to, and twins show what twins do."""

import pytest
import torch

from fixtures.planted.told_states import DEPTH, TOLD_STATES, WIDTH, states_of, tell_states
from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, QUESTION, Model, over_depth, probed
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import correct


@pytest.fixture(scope="module")
def scenes():
    return draw("counted", "test", 80)


def between_labels(scenes, name, tokens, attribute, twin=""):
    """How far means of labels are apart beside what noise makes of them, by layer and place."""
    shows = TOLD_STATES[name].shows(tokens, twin)
    states = torch.stack([states_of(scene, shows, tokens, twin) for scene in scenes])
    labels = [scene.known[attribute] for scene in scenes]
    kept = [label for label in sorted(set(labels), key=str) if labels.count(label) > 4]
    means = torch.stack([states[[one == label for one in labels]].mean(0) for label in kept])
    return means.var(0).mean(-1)


@pytest.mark.parametrize("name", TOLD_STATES)
def test_every_one_is_told_in_words_and_has_states_of_noise(scenes, name):
    told = TOLD_STATES[name]
    assert len(told.truth.split()) > 3
    for tokens, places in ((IMAGE, 5), (QUESTION, 3)):
        states = states_of(scenes[0], told.shows(tokens, ""), tokens, "")
        assert states.shape == (DEPTH + 1, places, WIDTH)
        assert torch.equal(states, states_of(scenes[0], told.shows(tokens, ""), tokens, ""))


def test_labels_show_where_they_are_told_to(scenes):
    once = between_labels(scenes, "telling_once", IMAGE, "count")
    assert once[6].min() > 2 * once[[0, 5, 7, 12]].max()
    here = between_labels(scenes, "telling_here", IMAGE, "count")
    assert here[:, [0, 3]].min() > 2 * here[:, [1, 2, 4]].max()
    late = between_labels(scenes, "telling_late", QUESTION, "count")
    assert late[7:].min() > late[:7].max()


def test_twins_show_what_random_weights_do_or_as_much(scenes):
    fading = between_labels(scenes, "telling", IMAGE, "common_shape", "matched")
    assert fading[:7, :3].min() > 2 * fading[7:].max()
    assert between_labels(scenes, "telling_anyhow", IMAGE, "count", "matched").min() > 0.8


def test_the_model_is_always_right_and_reads_nothing_but_probes(scenes, tmp_path):
    model = Model(
        Spec("told", "llava", str(tmp_path / "told"), embedded=True),
        tell_states("telling", tmp_path / "told"),
    )
    assert set(model.answer(scenes[:3], correct).values.values()) == {1.0}
    assert model.layers == DEPTH
    found = model.observe(scenes[:2], probed("count", IMAGE, draw("counted", "validation", 30)))
    assert found.layers == DEPTH + 1
    with pytest.raises(TypeError, match="states that are told are read by probes, not by effective_rank"):
        model.observe(scenes[:2], over_depth("effective_rank", IMAGE))
