"""A jackknifed profile: layers and means of layers are means over groups, with what they are without each."""

from dataclasses import replace

import numpy as np
import pytest

from vtmetrics.metrics import remaining_change
from vtmetrics.statistics import Scores, estimate, mean_profile
from vtmetrics.unmeasured import NotMeasured


def test_a_mean_profile_is_the_statistic_of_the_mean_of_groups():
    """Two scenes of one group count as one; a replicate leaves a group out."""
    curves = {"a": [1.0, 2.0], "b": [3.0, 6.0], "c": [5.0, 1.0]}
    scores = Scores(curves, {"a": "g", "b": "g", "c": "h"}, "number", (0, 10))
    fitted = mean_profile(scores).read(lambda profile: profile[..., 1] - profile[..., 0], (-10, 10))
    assert fitted.value == np.mean([3.5 - 3.5 + 2, -4.0])
    assert fitted.replicates == {"g": -4.0, "h": 2.0}
    assert fitted.scenes == 3


def test_a_mean_profile_without_the_number_is_not_measured():
    flat = Scores({"a": [1.0, 1.0], "b": [1.0, 1.0]}, {"a": "a", "b": "b"}, "number", (0, 1))
    with pytest.raises(NotMeasured, match="the mean profile has no such number"):
        mean_profile(flat).read(remaining_change, (0, 1))
    with pytest.raises(NotMeasured, match=r"^nothing to lose: 1 groups have a profile, 2 are needed"):
        mean_profile(replace(flat, values={"a": [1.0, 1.0]}, groups={"a": "a"}))


def test_a_mean_profile_of_failed_scenes_says_why_they_failed():
    """It had something to lose, for all one knows: such a twin is no harmless one."""
    lost = Scores({}, {"a": "a"}, "number", (0, 1), missing={"a": "out of memory"})
    with pytest.raises(NotMeasured, match=r"^too few scenes: 0 groups .*; out of memory$"):
        mean_profile(lost)


def test_a_layer_has_students_interval_of_the_groups_numbers():
    """A linear contrast needs no jackknife to be checked: it is the mean of the groups' own contrasts."""
    rng = np.random.default_rng(3)
    curves = {str(scene): rng.normal(size=4) for scene in range(40)}
    profile = mean_profile(Scores(curves, {scene: scene for scene in curves}, "number", (-9, 9)))
    found = estimate(profile.at(3) - profile.over([0, 1]))
    own = np.array([curve[3] - curve[:2].mean() for curve in curves.values()])
    error = own.std(ddof=1) / 40**0.5
    reach = (found.high - found.low) / 2
    assert found.value == pytest.approx(own.mean())
    assert 2.0 < reach / error < 2.6
