"""Told scores: curves and answers are as told, whoever asks, and twins hold what they are told."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from fixtures.planted.told_scores import ALL, LITTLE, TOLD, tell
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import PLAIN, prune, substitute, truncate
from vtmetrics.edits.steps import DONOR
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import correct
from vtmetrics.readings.depth_curves import over_depth

BLIND, ANOTHER = truncate(0), substitute(IMAGE, by=DONOR, at=0)


@pytest.fixture
def model(tmp_path):
    """The model that is told these scores."""

    def told(name):
        folder = tmp_path / name
        return Model(Spec(name, "llava", str(folder), embedded=True), tell(name, folder))

    return told


def curves(model, metric="effective_rank", count=80):
    scenes = draw("counted", "test", count)
    scores = model.observe(scenes, over_depth(metric, IMAGE))
    return scenes, np.stack([scores.values[scene.id] for scene in scenes])


def goes_with(model, attribute, layer=3, metric="effective_rank"):
    """How the curves go with an attribute, at a layer."""
    scenes, told = curves(model, metric)
    return spearmanr(told[:, layer], [scene.known[attribute] for scene in scenes])[0]


@pytest.mark.parametrize("name", TOLD)
def test_every_curve_is_within_any_metrics_range(model, name):
    assert TOLD[name].truth
    _, told = curves(model(name), count=4)
    assert told.shape == (4, 13)
    assert ((told > 0) & (told < 1)).all()


def test_curves_hold_what_they_are_told_and_those_of_twins_do_not(model):
    crowded = model("crowded")
    assert goes_with(crowded, "count") > 0.9
    assert goes_with(crowded, "count", metric="norm_gini") < -0.9
    assert abs(goes_with(crowded.twin, "count")) < 0.3
    assert goes_with(model("pictured").scrambled, "count") > 0.5
    assert goes_with(model("sizes_untold").twin, "sizes") > 0.4


def test_the_upper_half_may_hold_more(model):
    later = model("crowded_later")
    assert goes_with(later, "count", layer=2) < 0.8
    assert goes_with(later, "count", layer=8) > 0.9


def test_a_climbing_curve_drops_in_the_last_two_layers(model):
    _, told = curves(model("climbing_anyhow"))
    mean = told.mean(0)
    assert (np.diff(mean)[:10] > 0).all()
    assert (np.diff(mean)[10:] < 0).all()


@pytest.mark.parametrize(
    ("name", "task", "wanted"), [("by_kind", "variety", ALL), ("by_kind", "counted", LITTLE)]
)
def test_answers_survive_as_often_as_is_told(model, name, task, wanted):
    scenes = draw(task, "test", 100)
    half, six = prune(IMAGE - IMAGE.sample(0.5, 1)), prune(IMAGE - IMAGE.sample(6, 1))
    full, blind, other, *some = model(name).sweep(PLAIN, BLIND, ANOTHER, half, six).answer(scenes, correct)
    shares = [np.mean([*one.values.values()]) for one in (full, blind, other, *some)]
    assert shares[0] == 1
    assert shares[1] == shares[2] == pytest.approx(0.1, abs=0.1)
    assert shares[3] == pytest.approx(wanted[max(key for key in wanted if key <= 0.5)], abs=0.2)
    assert shares[4] == pytest.approx(wanted[0.0], abs=0.2)
