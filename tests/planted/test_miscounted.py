"""Who counts wrongly now and then: a quarter to a third of the scenes, of those that scores single out."""

from functools import cache

import numpy as np
import pytest

from fixtures.planted.miscounted import MISCOUNTED, miscount
from fixtures.planted.told_scores import Teller
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import truncate
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.protocols import competence_of, correlation, of_pixels
from vtmetrics.readings.answers import correct
from vtmetrics.readings.depth_curves import over_depth
from vtmetrics.statistics.interval import Verdict

SCENES, RANK = draw("counted", "test", 150), over_depth("effective_rank", IMAGE)


@pytest.fixture
def model(tmp_path):
    """The model of this name."""

    @cache
    def told(name):
        folder = tmp_path / name
        return Model(Spec(name, "llava", str(folder), embedded=True), miscount(name, folder))

    return told


def wrong(model):
    right = model.answer(SCENES, correct)
    return np.array([not right.values[scene.id] for scene in SCENES])


@pytest.mark.parametrize("name", MISCOUNTED)
def test_it_errs_in_some_of_what_its_scores_single_out_and_can_count(model, name):
    """Told alone, it would err in all of it; without the image it is right by chance."""
    plan = MISCOUNTED[name]
    mine = wrong(model(name))
    all_of_it = wrong(Model(model(name).spec, Teller(plan.told)))
    assert plan.truth
    assert 0.15 < mine.mean() < 0.35
    assert not (mine & ~all_of_it).any()
    assert mine.sum() == pytest.approx(plan.share * all_of_it.sum(), rel=0.25)
    found = competence_of(model(name), draw("counted", "validation", 64))
    assert (found.able, found.seeing) == (Verdict.SUPPORTED, Verdict.SUPPORTED)
    assert model(name).answer(SCENES[:9], correct, truncate(0)).values.keys() == {
        one.id for one in SCENES[:9]
    }


@pytest.mark.parametrize(("name", "sign"), [("squeezed_wrong", 1), ("squeezed_right", -1)])
def test_pictures_of_a_low_rank_are_wrong_or_those_of_a_high_one(model, name, sign):
    right, ranks = model(name).answer(SCENES, correct), model(name).observe(SCENES, RANK)
    own = of_pixels(SCENES, "effective_rank")
    assert sign * correlation(right, SCENES, ranks, given=("count",)).value > 0.3
    assert abs(correlation(right, SCENES, own, given=("count",)).value) < 0.2


def test_pictures_whose_own_patches_have_a_low_rank_are_wrong(model):
    right = model("pictured_wrong").answer(SCENES, correct)
    own = of_pixels(SCENES, "effective_rank")
    assert correlation(right, SCENES, own, given=("count",)).value > 0.3
