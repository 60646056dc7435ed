"""Compression plans: where lengths of image tokens are apart, and where their rank rises and drops."""

import numpy as np
import pytest

from fixtures.planted.compression_plans import COMPRESSIONS
from fixtures.planted.plant import plant
from fixtures.scenes.draw import draw
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.model import Model
from vtmetrics.readings.depth_curves import over_depth


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """The mean curve of a number of a plan's image tokens."""
    folder, known = tmp_path_factory.mktemp("planted"), {}

    def of(name, metric):
        if name not in known:
            plant(name, "llava", folder / name)
            known[name] = Model.load(str(folder / name))
        scores = known[name].observe(draw("counted", "test", 6), over_depth(metric, IMAGE))
        return np.mean([*scores.values.values()], axis=0)

    return of


def test_lengths_are_apart_where_it_is_said(profile):
    inside, outside = (profile(f"swelling_{where}", "norm_gini")[:-1] for where in ("inside", "outside"))
    assert min(inside[4:9]) > max(*inside[:4], *inside[9:]) + 0.02
    assert max(outside[3:9]) < min(outside[1], outside[10])
    flat = profile("flat_lengths", "norm_gini")
    assert np.ptp(flat) < 1e-3


@pytest.mark.parametrize("metric", ["stable_rank", "participation_ratio_sigma", "effective_rank"])
def test_ranks_rise_and_drop_in_the_last_two_layers(profile, metric):
    ranks = profile("spreading", metric)
    assert (np.diff(ranks)[:10] > 0).all()
    assert ranks[-1] < 0.9 * ranks[10]


def test_every_plan_says_what_is_true():
    assert all(plan.truth for plan in COMPRESSIONS.values())
