"""Recovery, on planted scores: a student that wins back a known share is judged by that share."""

import numpy as np
import pytest

from vtmetrics import Verdict, at_least, at_most, curve, estimate, judge
from vtmetrics.protocols.recovery import Recovery
from vtmetrics.statistics.scores import Scores

SCENES = 96
BACK = at_least(0, "seven tenths")
HALF_WAY = at_most(0, "a half")


def planted(cut, full, regained, seed=0, noise=0.15):
    """A linear student, `regained` of the way from the cut to the whole model, with noise of its own."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 0.05, SCENES)
    means = {"cut": cut, "full": full, "tuned": cut + regained * (full - cut)}
    return Recovery(
        **{
            name: scores(np.clip(mean + level + rng.normal(0, noise, SCENES), 0, 1))
            for name, mean in means.items()
        }
    )


def answers(cut, full, regained, seed=0):
    """The same of a share: right or wrong."""
    rng = np.random.default_rng(seed)
    ease = rng.random(SCENES)
    means = {"cut": cut, "full": full, "tuned": cut + regained * (full - cut)}
    return Recovery(**{name: scores(ease < mean, "share") for name, mean in means.items()})


def scores(values, kind="number"):
    named = {f"scene {at}": float(value) for at, value in enumerate(values)}
    return Scores(named, {name: name for name in named}, kind, (0, 1))


def found(measured, expected):
    return judge(estimate(measured), expected)


@pytest.mark.parametrize("plant", [planted, answers])
@pytest.mark.parametrize(
    ("regained", "back", "half_way"),
    [
        (1.0, Verdict.SUPPORTED, Verdict.REFUTED),
        (0.0, Verdict.REFUTED, Verdict.SUPPORTED),
        (0.2, Verdict.REFUTED, Verdict.SUPPORTED),
    ],
)
def test_a_student_far_from_the_border_is_judged(plant, regained, back, half_way):
    recovery = plant(0.2, 0.8, regained)
    assert found(recovery.beyond(0.7), BACK) is back
    assert found(recovery.beyond(0.5), HALF_WAY) is half_way


@pytest.mark.parametrize("plant", [planted, answers])
def test_a_student_at_the_border_is_seldom_decided(plant):
    """In 40 draws, a true contrast of nothing is supported or refuted about as often as 95 % allow."""
    verdicts = [found(plant(0.2, 0.8, 0.7, seed).beyond(0.7), BACK) for seed in range(40)]
    assert sum(verdict is not Verdict.UNDECIDED for verdict in verdicts) <= 6


def test_a_cut_that_costs_nothing_leaves_nothing_to_win_back():
    """Where the whole model is no better than the cut one, any contrast holds: the sensitivity arm tells."""
    recovery = planted(0.5, 0.5, 0.0)
    assert found(recovery.beyond(0.7), at_least(-0.1, "nearly")) is Verdict.SUPPORTED
    assert found(recovery.cost, at_least(0.1, "ten points")) is Verdict.REFUTED


def test_the_contrast_is_that_of_the_ratio():
    """The student has won back a share r of the cost exactly where what it has beyond r is nothing."""
    recovery = planted(0.2, 0.8, 0.55, noise=0.0)
    assert estimate(recovery.beyond(0.55)).value == pytest.approx(0, abs=1e-9)
    assert estimate(recovery.beyond(0.45)).value == pytest.approx(0.1 * 0.6, abs=1e-9)


@pytest.mark.parametrize(
    ("captions", "fine", "verdict"),
    [
        (0.9, 0.3, Verdict.SUPPORTED),
        (0.5, 0.5, Verdict.REFUTED),
        (0.3, 0.9, Verdict.REFUTED),
        (0.6, 0.4, Verdict.UNDECIDED),
    ],
)
def test_being_ahead_is_a_difference_of_shares(captions, fine, verdict):
    """Whatever the two cuts cost, and however far apart the two scores lie."""
    lead = planted(0.2, 0.8, captions).ahead_of(answers(0.05, 0.95, fine, seed=1))
    assert lead.value == pytest.approx(captions - fine, abs=0.12)
    assert found(lead, at_least(0.2, "a fifth")) is verdict


def test_the_spread_over_ways_is_a_variance_per_scene():
    narrow, wide = ([0.5, 0.5, 0.5], [0.0, 1.0, 0.5])
    ways = [scores(values) for values in zip(narrow, wide, strict=True)]
    spread = curve(*ways).variance()
    assert list(spread.values.values()) == pytest.approx([0, 1 / 6])
    assert spread.range == (0, 0.25)
    with pytest.raises(TypeError, match="Only curves have layers"):
        ways[0].variance()
