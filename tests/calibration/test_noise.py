"""Noise: exact shares of scenes, the same whoever asks again, and curves that scatter about their mean."""

import numpy as np
import pytest

from fixtures.calibration.noise import ALIKE, NOISES, Noise, noisy
from fixtures.calibration.population import Population, units
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import PLAIN, truncate
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.lab.lab import Lab
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import agree, correct
from vtmetrics.readings.bundle import TextBundle
from vtmetrics.readings.depth_curves import OverDepth, over_depth
from vtmetrics.readings.row import StoredValue
from vtmetrics.readings.writing import greedy

SIZE, LAYERS = 200, 13
HALF, THIRD = truncate(1 / 2), truncate(1 / 3)
#: it falls by one over the depth
FALLING = np.linspace(3, 2, LAYERS)


class Sure(Lab):
    """A lab that is right of every scene under every edit, says its answer, and has one curve for all."""

    def ask(self, _, __, scenes, edits, reading, bundle):
        def row(scene):
            if isinstance(bundle, TextBundle):
                return StoredValue(text=scene.answer)
            return StoredValue(value=tuple(FALLING) if "(" in reading else 1.0)

        return {(edit, scene.digest): row(scene) for edit in edits for scene in scenes}


@pytest.fixture(scope="module")
def pool():
    scenes = {scene.digest: scene for scene in draw("words", count=SIZE)}
    model = Model(Spec("one", "llava", "/nowhere/one", embedded=True), Sure())
    model.__dict__["layers"] = LAYERS - 1
    return Population(model, {"words": units([*scenes.values()])})


def asked(pool, noise):
    """The model with noise, and all scenes."""
    found = noisy(pool, noise)
    found.model.__dict__["layers"] = LAYERS - 1
    return found.model, found.whole()["words"]


def share(scores):
    return np.mean([*scores.values.values()])


@pytest.mark.parametrize("noise", NOISES.values(), ids=NOISES)
def test_as_many_answers_are_right_as_are_said(pool, noise):
    """And under an edit a share of all has turned, right ones and wrong ones alike."""
    model, scenes = asked(pool, noise)
    full, half = model.sweep(PLAIN, HALF).answer(scenes, correct)
    assert share(full) == pytest.approx(noise.accuracy, abs=1 / len(scenes))
    turned = [scene for scene, value in full.values.items() if half.values[scene] != value]
    assert len(turned) == round(noise.churn * len(scenes))


def test_other_edits_turn_other_answers(pool):
    model, scenes = asked(pool, Noise(1, 0.1, 0))
    half, third = model.sweep(HALF, THIRD).answer(scenes, agree)
    wrong = [{scene for scene, value in told.values.items() if not value} for told in (half, third)]
    assert [len(some) for some in wrong] == [round(0.1 * len(scenes))] * 2
    assert wrong[0] != wrong[1]


def test_whoever_asks_again_is_told_the_same(pool):
    noise = Noise(0.6, 0.1, 0.4)
    (one, scenes), (other, _) = asked(pool, noise), asked(pool, noise)
    later = other.answer(scenes[:7], correct, HALF).values
    assert later == {scene.id: one.answer(scenes, correct, HALF).values[scene.id] for scene in scenes[:7]}


def test_a_wavering_text_is_another_scenes(pool):
    model, scenes = asked(pool, Noise(0.6, 0, 0))
    whole = model.say(scenes, PLAIN, greedy(8)).written
    cut = model.say(scenes, HALF, greedy(8)).written
    other = [scene for scene in scenes if whole[scene.id] != scene.answer]
    assert 0.2 * len(scenes) < len(other) <= round(0.4 * len(scenes))
    assert whole == cut
    assert set(whole.values()) <= {scene.answer for scene in scenes}


def test_curves_scatter_about_the_same_mean_and_layers_are_alike(pool):
    model, scenes = asked(pool, Noise(1, 0, 0.3))
    curves = np.stack([*model.observe(scenes, over_depth("matrix_entropy", IMAGE)).values.values()])
    assert curves.mean(0) == pytest.approx(FALLING, abs=1e-9)
    off = curves - FALLING
    assert off.std() == pytest.approx(0.3, rel=0.1)
    beside = np.corrcoef(off[:, :-1].ravel(), off[:, 1:].ravel())[0, 1]
    assert beside == pytest.approx(ALIKE, abs=0.05)


def test_no_curve_leaves_the_range_of_its_number(pool):
    """A number that cannot be negative is not, however it scatters."""
    model, scenes = asked(pool, Noise(1, 0, 9))
    reading = over_depth("matrix_entropy", IMAGE)
    assert isinstance(reading, OverDepth)
    found = model.observe(scenes, reading)
    assert min(value.min() for value in found.values.values()) == 0
