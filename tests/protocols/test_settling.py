"""Settling: which layers are compared with which, and what nobody reads changes nothing.

How often the verdicts are right is simulated: tests/simulation.
"""

import numpy as np
import pytest

from fixtures.simulation.profile_truth import ProfileTruth, falling, scores_of
from vtmetrics.protocols import extremes_on, late_share, near, settles, steady
from vtmetrics.statistics import mean_profile
from vtmetrics.unmeasured import NotMeasured


def level(curve, scenes=20):
    """The same curve in every scene."""
    return scores_of(np.array([curve] * scenes, dtype=float))


def test_what_the_last_layer_writes_says_nothing():
    """Nobody reads it: the same model with another last update has the same numbers, to the bit."""
    curves = ProfileTruth(falling(0.05), 0.1).curves(np.random.default_rng(0), 32)
    other = curves.copy()
    other[:, -1] += 5
    one, two = scores_of(curves), scores_of(other)
    assert extremes_on(one) == extremes_on(two)
    first, second = (settles(each, extremes_on(each), 0.15).parts for each in (one, two))
    assert all(part.value == second[name].value for name, part in first.items())
    assert near(one, 0.15).values == near(two, 0.15).values
    assert late_share(one).values == late_share(two).values


def test_blocks_cover_all_layers_after_a_third_but_the_end():
    curves = level(range(31))
    parts = settles(curves, extremes_on(curves), 0.15).parts
    assert list(parts)[::2] == [
        f"layers {first} to {last} above the end"
        for first, last in [(10, 13), (14, 16), (17, 19), (20, 22), (23, 25), (26, 28)]
    ]
    assert parts["layers 10 to 13 below the end"].value == pytest.approx(29 - 11.5 - 0.15 * 29)
    assert parts["layers 10 to 13 above the end"].value == pytest.approx(11.5 - 29 - 0.15 * 29)


def test_the_range_is_that_of_the_layers_where_validation_scenes_have_theirs():
    found = extremes_on(level([3, 9, 1, 4, 5, 99]))
    assert (found.lowest, found.highest) == (2, 1)
    assert found.span(mean_profile(level([0, 7, 5, 0, 0, 0]))).value == 2


def test_a_profile_that_is_the_same_at_every_layer_has_no_range():
    """What the last layer writes is no change either."""
    with pytest.raises(NotMeasured, match="nothing to lose: on validation scenes the profile is the same"):
        extremes_on(scores_of(np.array([[2.0, 2.0, 2.0, 5.0]] * 3)))


def test_scenes_are_near_their_own_end_at_a_third_or_not():
    near_it, far = [0, 10, 9, 10, 10, 10, 0], [0, 10, 8, 10, 10, 10, 0]
    found = near(scores_of(np.array([near_it, far], dtype=float)), 0.15)
    assert [*found.values.values()] == [1.0, 0.0]
    assert (found.kind, found.range) == ("share", (0.0, 1.0))


def test_a_late_share_is_of_each_scenes_own_movement():
    """Up and down count alike; a scene that does not move has none."""
    curves = np.array([[0, 4, 4, 5, 4, 4, 9], [0, 0, 6, 6, 6, 6, 9], [1, 1, 1, 1, 1, 1, 9]], dtype=float)
    found = late_share(scores_of(curves))
    assert [*found.values.values()] == pytest.approx([2 / 6, 0])
    assert list(found.excluded) == ["scene 2"]


def test_an_angle_that_varies_is_found_block_by_block():
    middle = (70 * 6 + 85 * 8) / 14
    for curve, worst in (([70.0] * 20, -5), ([70.0] * 10 + [85.0] * 10, middle - 70 - 5)):
        parts = steady(mean_profile(level(curve)), 0.2, 0.9, 5)
        assert max(part.value for part in parts.values()) == pytest.approx(worst)
        assert next(iter(parts)) == "layers 4 to 6 above the mean"


def test_too_few_layers_are_not_measured():
    curves = level([0, 1, 2])
    with pytest.raises(NotMeasured, match=r"too few layers: of 2, none lies between 0\.33 and the last"):
        settles(curves, extremes_on(curves), 0.15)
