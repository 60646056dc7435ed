"""Probe places: the lowest tenth is found where it is, and places differ by no more than noise."""

import numpy as np
import pytest

from vtmetrics.protocols import lowest_tenth, over_layers, spread_of_places
from vtmetrics.statistics import Scores, estimate
from vtmetrics.unmeasured import NotMeasured


def curves(values, groups=None):
    """Scores of each place from (places, scenes, layers)."""
    count = len(values[0])
    names = [f"scene {number}" for number in range(count)]
    told = dict(zip(names, groups or names, strict=True))
    return [Scores(dict(zip(names, place, strict=True)), told, "share", (-1.0, 1.0)) for place in values]


def test_the_places_and_layers_that_border_on_the_lowest_tenth():
    """Of five places and twelve layers three are lower, and the next six are asked about."""
    levels = np.linspace(0, 0.9, 65).reshape(5, 13)
    levels[:, -1] = -1  # what the last layer writes is not looked at
    found = lowest_tenth(curves(np.repeat(levels[:, None], 4, axis=1)))
    assert found.layers == ((3, 4, 5, 6, 7, 8), (), (), (), ())
    told = found.mean(curves(np.repeat(levels[:, None], 4, axis=1)))
    assert told.values["scene 2"] == pytest.approx(levels[0, 3:9].mean())
    assert told.kind == "share"


def test_the_mean_is_over_all_chosen_of_all_places():
    levels = np.ones((3, 2, 11))
    levels[0, :, 4] = levels[2, :, 7] = 0.2
    levels[1, :, 9] = -0.5
    found = lowest_tenth(curves(levels))
    assert found.layers == ((4,), (), (7,)) or sum(map(len, found.layers)) == 2
    other = np.random.default_rng(0).uniform(-1, 1, levels.shape)
    wanted = np.mean([other[place, 0, layer] for place, some in enumerate(found.layers) for layer in some])
    assert found.mean(curves(other)).values["scene 0"] == pytest.approx(wanted)


def test_over_layers_is_behind_the_first_and_before_the_last():
    (told,) = curves([[[1.0, 0.2, 0.4, -1.0]]])
    assert over_layers(told).values["scene 0"] == pytest.approx(0.3)


def plainly(values, groups):
    """Over all pairs of groups, the covariance between places; as it is, and without each group."""
    level = np.mean(np.asarray(values)[..., 1:-1], axis=-1).T
    names = sorted(set(groups))
    means = np.stack([level[[one == name for one in groups]].mean(0) for name in names])

    def over_pairs(rows):
        pairs = [np.cov(a, b)[0, 1] for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j]
        return np.mean(pairs)

    return over_pairs(means), {name: over_pairs(np.delete(means, k, 0)) for k, name in enumerate(names)}


def test_the_spread_is_the_mean_covariance_of_pairs_and_so_without_each_group():
    values = np.random.default_rng(1).uniform(-1, 1, (5, 12, 6))
    groups = [f"group {number % 7}" for number in range(12)]
    found = spread_of_places(curves(values, groups))
    whole, without = plainly(values, groups)
    assert found.value == pytest.approx(whole)
    assert found.replicates == pytest.approx(without)
    assert found.scenes == 12


def test_noise_alone_is_no_spread_and_a_planted_one_is_found():
    drawn = np.random.default_rng(2)
    noise = drawn.choice([-0.5, 0.5], (5, 400, 3))
    assert abs(spread_of_places(curves(noise)).value) < 0.002
    away = np.array([-0.3, -0.1, 0.0, 0.1, 0.3])
    told = estimate(spread_of_places(curves(noise + away[:, None, None])))
    assert told.low < away.var(ddof=1) < told.high


def test_two_groups_have_no_spread():
    with pytest.raises(NotMeasured, match="too few scenes: 2 groups, 3 are needed for a spread"):
        spread_of_places(curves(np.zeros((3, 2, 4))))
