"""Fits: statistics of pooled tokens are those of the metric, and the jackknife leaves groups out."""

from dataclasses import dataclass, replace

import pytest
import torch

from vtmetrics import IMAGE, Lab, Model, NotMeasured, estimate, pooled, truncate
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.edits.tokens import Named
from vtmetrics.lab.lab import numerics
from vtmetrics.lab.store import Store
from vtmetrics.metrics import two_nn
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.pooled_fit import FOLDS, folds_of

SOME = IMAGE.sample(4)


@pytest.fixture(scope="module")
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


def same(one, other):
    """Whether two profiles are the same to the bit, with what they are without each fold."""
    folds = one.without.keys() | other.without.keys()
    whole = (one.whole == other.whole).all()
    return whole and all((one.without[fold] == other.without[fold]).all() for fold in folds)


def test_a_metric_is_fitted_by_its_function_too():
    assert pooled(two_nn, SOME) == pooled("two_nn", SOME)
    assert str(pooled(two_nn, SOME)) == str(pooled("two_nn", SOME))


def test_a_fit_is_the_metric_of_all_tokens_together():
    states = torch.randn(3, 40, 8, generator=torch.Generator().manual_seed(0))
    folds = torch.arange(40) // 4
    fit = pooled("two_nn", IMAGE)
    whole, *without = fit.curves(states, folds)
    assert whole.tolist() == pytest.approx(two_nn(states).value.tolist())
    assert len(without) == 10
    assert float(without[3][-1]) == pytest.approx(float(two_nn(states[-1, folds != 3]).value))


def test_groups_stay_together_and_are_dealt_into_few_folds():
    groups = [f"image {number // 2}" for number in range(100)]
    folds = folds_of(groups)
    assert all(folds[number] == folds[number + 1] for number in range(0, 100, 2))
    assert set(folds) == set(range(FOLDS))


def test_a_model_is_fitted_once_and_kept(spec, scenes, tmp_path):
    """Judging again from a filled store needs no net."""
    model = Model(spec, Lab(Store(tmp_path)))
    fit = pooled("matrix_entropy", SOME)
    found = model.fit(scenes, fit)
    assert len(found.without) == len({scene.group for scene in scenes})
    load_once(spec).net.forward = None
    try:
        again = Model(spec, Lab(Store(tmp_path))).fit(scenes, fit)
    finally:
        del load_once(spec).net.forward
    assert same(again, found)
    assert estimate(found.at(0)).value == found.whole[0]


def test_a_scene_that_cannot_be_encoded_is_missing_and_costs_no_other(spec, scenes, tmp_path):
    """The statistic is that of the others; it is not kept, so that another process tries again."""
    broken = replace(scenes[0], id="broken", group="broken", answer=" ")
    fit = pooled("matrix_entropy", SOME)
    found = Model(spec, Lab(Store(tmp_path))).fit([broken, *scenes], fit)
    alone = Model(spec, Lab()).fit(scenes, fit)
    assert set(found.missing) == {"broken"}
    assert found.missing["broken"].startswith("not encoded: ")
    assert same(found, alone)
    assert found.scenes == len(scenes)
    assert estimate(found.at(0)).missing == 1
    assert not Store(tmp_path).rows(Model(spec).digest)


def test_a_fit_is_told_as_often_as_it_is_asked_what_it_lacks(spec, scenes):
    broken = replace(scenes[0], id="broken", answer=" ")
    model, fit = Model(spec, Lab()), pooled("matrix_entropy", SOME)
    assert model.fit([broken, *scenes], fit).missing == model.fit([broken, *scenes], fit).missing != {}


@dataclass(frozen=True)
class Lacking(Named):
    """Image tokens, of which one scene has none."""

    without: str = ""

    def lacking(self, layout):
        return {row: "it has none" for row, key in enumerate(layout.keys) if key == self.without}


def test_a_scene_that_has_no_such_tokens_is_excluded_and_not_missing(spec, scenes, tmp_path):
    """The question does not arise for it: no error, and nothing to be tried again by another process."""
    fit = pooled("matrix_entropy", Lacking("image", scenes[0].digest))
    found = Model(spec, Lab(Store(tmp_path))).fit(scenes, fit)
    assert (found.missing, found.excluded) == ({}, {scenes[0].id: "it has none"})
    others = Model(spec, Lab()).fit(scenes[1:], pooled("matrix_entropy", IMAGE))
    assert found.whole.tolist() == pytest.approx(others.whole.tolist(), abs=1e-6)
    assert found.scenes == len(scenes) - 1
    assert (estimate(found.at(0)).missing, estimate(found.at(0)).excluded) == (0, 1)
    load_once(spec).net.forward = None
    try:
        again = Model(spec, Lab(Store(tmp_path))).fit(scenes, fit)
    finally:
        del load_once(spec).net.forward
    assert same(again, found)
    assert (again.excluded, again.missing) == (found.excluded, {})


def test_where_no_scene_has_such_tokens_the_reason_is_theirs(spec, scenes):
    fit = pooled("matrix_entropy", dominant(1.0))
    with pytest.raises(NotMeasured, match="to be fitted to: no cluster of image tokens is dominant"):
        Model(spec, Lab()).fit(scenes[:2], fit)


def test_a_fit_to_no_scene_is_not_measured(spec, scenes):
    broken = replace(scenes[0], answer=" ")
    fit = pooled("matrix_entropy", SOME)
    with pytest.raises(NotMeasured, match="has no scene to be fitted to: not encoded"):
        Model(spec, Lab()).fit([broken], fit)


def test_the_order_of_scenes_says_nothing(spec, scenes):
    fit = pooled("matrix_entropy", SOME)
    there = Model(spec, Lab()).fit(scenes, fit)
    back = Model(spec, Lab()).fit(list(reversed(scenes)), fit)
    assert back.whole.tolist() == pytest.approx(there.whole.tolist(), abs=1e-6)
    assert back.without.keys() == there.without.keys()
    for fold, curve in back.without.items():
        assert curve.tolist() == pytest.approx(there.without[fold].tolist(), abs=1e-6)


def test_an_edit_and_other_tokens_are_other_questions(spec, scenes):
    model = Model(spec, Lab())
    told = {
        model.fit(scenes, pooled("matrix_entropy", tokens), edit).whole[-1]
        for tokens in (SOME, IMAGE.sample(4, seed=1))
        for edit in (truncate(1.0), truncate(0.5))
    }
    assert len(told) == 4


def test_what_is_undefined_is_not_measured(spec, scenes):
    fit = pooled("two_nn", IMAGE.sample(1))
    with pytest.raises(NotMeasured, match="is undefined"):
        Model(spec, Lab()).fit(scenes[:2], fit)


def test_a_known_metric_is_wanted():
    with pytest.raises(ValueError, match="is one of two_nn"):
        pooled("beauty", IMAGE)
    assert str(pooled("two_nn", IMAGE)) == "pooled(two_nn(IMAGE)):2"


def test_other_code_measures_again(spec, scenes, tmp_path, monkeypatch):
    """What an older engine has found is not what this one finds."""
    fit = pooled("matrix_entropy", SOME)
    Model(spec, Lab(Store(tmp_path))).fit(scenes, fit)
    assert len(list(Store(tmp_path).folders())) == 1
    monkeypatch.setattr("vtmetrics.lab.lab.ENGINE", "another")
    numerics.cache_clear()
    Model(spec, Lab(Store(tmp_path))).fit(scenes, fit)
    numerics.cache_clear()
    assert len(list(Store(tmp_path).folders())) == 2


def test_more_tokens_than_there_are_cannot_be_asked_about(spec, scenes):
    with pytest.raises(NotMeasured, match=r"has \d+ tokens of IMAGE, fewer than the 200 to be drawn"):
        Model(spec, Lab()).fit(scenes, pooled("matrix_entropy", IMAGE.sample(200)))
