"""Settling: verdicts on profiles whose truth is known are right, at the border and away from it.

With VTMETRICS_SLOW=1 there are 2,000 runs a cell, and -s prints a table; by default a few.
"""

import os

import numpy as np
import pytest

from tests.protocols.simulated_profiles import POINTS, Truth, falling, rates
from tests.statistics.random_scores import one_each
from vtmetrics.protocols import extremes_on, late_share, near, settles, steady
from vtmetrics.statistics import at_least, at_most, estimate, mean_profile
from vtmetrics.unmeasured import NotMeasured

SLOW = bool(os.environ.get("VTMETRICS_SLOW"))
RUNS = 2000 if SLOW else 60
VALIDATION = 64
EARLY = at_most(0, "settled")
HALF = at_least(0.5, "half of the scenes")
LATER = at_least(0.1, "a tenth")
#: level at 15 % of the range above the end, or below it, where the range is the wider for that
BORDERS = (0.15, -0.15 / 0.85)
SIZES = (30, 128, 512) if SLOW else (128,)
SCATTERS = (0.1, 0.3, 0.4) if SLOW else (0.3,)
MANY = 40_000 if SLOW else 4_000


def most(rate):
    """A rate, and two standard errors of so many runs."""
    return rate + 2 * (rate * (1 - rate) / RUNS) ** 0.5


def settled(truth, scenes):
    """What A1 and A3 ask, of fresh validation and test scenes."""

    def measure(rng):
        span = extremes_on(truth.scores(rng, VALIDATION))
        return settles(truth.scores(rng, scenes), span, 0.15)

    return measure


def told(name, truth, scenes, found):
    """The line of the table."""
    print(f"{name:28}{truth.noise:4}{truth.scatter:5}{scenes:5}  {found}")  # noqa: T201 - with -s it is read


@pytest.mark.parametrize("scenes", SIZES)
@pytest.mark.parametrize("noise", ["eq", "ar"])
@pytest.mark.parametrize("scatter", SCATTERS)
@pytest.mark.parametrize("remaining", BORDERS)
def test_at_the_border_few_verdicts_are_wrong(scenes, noise, scatter, remaining):
    """Of a profile that is level at exactly 15 % of its range, above its end or below, neither is shown."""
    truth = Truth(falling(remaining), scatter, noise)
    found = rates(settled(truth, scenes), EARLY, RUNS, seed=scenes)
    told(f"remaining {remaining:.2f}", truth, scenes, found)
    assert found["supported"] <= most(0.03)
    assert found["refuted"] <= most(0.03)


@pytest.mark.parametrize(
    ("remaining", "scatter", "noise", "least"),
    [(0, 0.4, "eq", 0.8), (0.05, 0.3, "eq", 0.8), (0.05, 0.3, "ar", 0.6)],
)
def test_a_profile_that_has_settled_is_shown_to_by_128_scenes(remaining, scatter, noise, least):
    """Level at a twentieth until the end is the hardest; noise that passes over costs more than a shift."""
    truth = Truth(falling(remaining), scatter, noise)
    found = rates(settled(truth, 128), EARLY, RUNS)
    told(f"remaining {remaining}", truth, 128, found)
    assert found["supported"] >= least
    assert found["refuted"] <= most(0.03)


def test_a_profile_that_goes_on_is_refuted():
    truth = Truth(falling(0.3), 0.3)
    found = rates(settled(truth, 128), EARLY, RUNS)
    told("remaining 0.3", truth, 128, found)
    assert found["refuted"] >= 0.8


@pytest.mark.skipif(not SLOW, reason="2,000 runs")
@pytest.mark.parametrize("remaining", BORDERS)
def test_a_long_tail_is_reported(remaining):
    """Thirty scenes of a long tail are too few for three in a hundred; how many are wrong is told."""
    truth = Truth(falling(remaining), 0.3, skewed=True)
    for scenes in SIZES:
        found = rates(settled(truth, scenes), EARLY, RUNS, seed=scenes)
        told(f"remaining {remaining:.2f}, skewed", truth, scenes, found)
        assert max(found["supported"], found["refuted"]) <= most(0.06)


def test_a_mean_of_rising_and_falling_scenes_is_not_settled():
    """Every scene still moves by 30 % of its range: the mean has settled, and the scenes have not."""
    up, down = Truth(falling(0.3), 0.1), Truth(falling(-0.3), 0.1)

    def mixture(rng):
        curves = [*up.curves(rng, 64), *down.curves(rng, 64)]
        return one_each(curves, "number", (-1e9, 1e9))

    def whole(rng):
        return settles(mixture(rng), extremes_on(mixture(rng)), 0.15)

    assert rates(whole, EARLY, RUNS)["supported"] >= 0.8
    assert rates(lambda rng: near(mixture(rng), 0.15), HALF, RUNS)["refuted"] >= 0.95


def later(words, image, scenes):
    """What A2 asks: how much later scenes' own words move than their image."""

    def measure(rng):
        return late_share(words.scores(rng, scenes)) - late_share(image.scores(rng, scenes))

    return measure


def moving(late, scatter, points=POINTS, third=4):
    """Down to `late` by a third of the depth, and evenly from there to 0 at the last layer but one."""
    steps = np.linspace(late, 0, points - 1 - third)
    return Truth((*np.linspace(1, late, third + 1)[:-1], *steps, 0.0), scatter)


@pytest.mark.parametrize("scenes", SIZES)
@pytest.mark.parametrize("scatter", [0.1, 0.3])
def test_words_that_move_as_late_by_a_margin_of_a_tenth_are_not_told_apart(scenes, scatter):
    """The border is what scenes' own profiles come to, noise included: scene by scene is what is said."""
    image = moving(0.2, scatter)
    rng = np.random.default_rng(1)
    base, more = _late(image, rng), 0.3
    words = moving(more, scatter)
    expected = at_least(_late(words, rng) - base, "exactly as it is")
    found = rates(later(words, image, scenes), expected, RUNS, seed=scenes)
    told("words later at the border", words, scenes, found)
    assert max(found["supported"], found["refuted"]) <= most(0.035)


def _late(truth, rng):
    """The late share of the scenes of a truth, in the mean of very many."""
    return estimate(late_share(truth.scores(rng, MANY))).value


def test_words_that_move_later_are_shown_to_by_thirty_scenes():
    found = rates(later(moving(0.6, 0.1), moving(0.05, 0.1), 30), LATER, RUNS)
    assert found["supported"] >= 0.9


def test_what_the_last_layer_writes_says_nothing():
    """Nobody reads it: the same model with another last update has the same numbers, to the bit."""
    curves = Truth(falling(0.05), 0.1).curves(np.random.default_rng(0), 32)
    other = curves.copy()
    other[:, -1] += 5
    one, two = (one_each(list(each), "number", (-1e9, 1e9)) for each in (curves, other))
    assert extremes_on(one) == extremes_on(two)
    first, second = (settles(each, extremes_on(each), 0.15).parts for each in (one, two))
    assert all(part.value == second[name].value for name, part in first.items())
    assert near(one, 0.15).values == near(two, 0.15).values
    assert late_share(one).values == late_share(two).values


def test_blocks_cover_all_layers_after_a_third_but_the_end():
    curves = one_each([[float(layer) for layer in range(31)]] * 20, "number", (0, 40))
    parts = settles(curves, extremes_on(curves), 0.15).parts
    assert list(parts)[::2] == [
        f"layers {first} to {last} above the end"
        for first, last in [(10, 13), (14, 16), (17, 19), (20, 22), (23, 25), (26, 28)]
    ]
    assert parts["layers 10 to 13 below the end"].value == pytest.approx(29 - 11.5 - 0.15 * 29)


def test_an_angle_that_varies_is_shown_to_block_by_block():
    level = one_each([[70.0] * 20] * 24, "number", (0, 180))
    turning = one_each([[70.0] * 10 + [85.0] * 10] * 24, "number", (0, 180))
    middle = (70 * 6 + 85 * 8) / 14
    for curves, worst in ((level, -5), (turning, middle - 70 - 5)):
        parts = steady(mean_profile(curves), 0.2, 0.9, 5)
        assert max(part.value for part in parts.values()) == pytest.approx(worst)
    assert "layers 4 to 6 above the mean" in parts


def test_too_few_layers_are_not_measured():
    curves = one_each([[0.0, 1.0, 2.0]] * 20, "number", (0, 2))
    with pytest.raises(NotMeasured, match=r"too few layers: of 2, none lies between 0\.33 and the last"):
        settles(curves, extremes_on(curves), 0.15)
