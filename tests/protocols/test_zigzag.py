"""Turns and peaks: found on validation scenes, shown on others, and not made up by noise."""

import os
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.protocols.simulated_profiles import Truth, rates
from tests.statistics.random_scores import one_each
from vtmetrics.protocols import peaks, zigzag_on
from vtmetrics.statistics import Verdict, at_least, decide, mean_profile
from vtmetrics.unmeasured import NotMeasured

RUNS = 2000 if os.environ.get("VTMETRICS_SLOW") else 60
TURNS = at_least(0, "four turns of a tenth")
HIGHER = at_least(0.1, "a tenth")
ZIGZAG = (0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
BORDER = (0.0, 1.0, 0.9, 1.0, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
FLAT = (0.0, *[1.0] * 12)
PEAK = (0.0, 0.0, 0.0, 0.2, 0.5, 1.0, 0.5, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0)
LEVEL = (0.0, 0.5, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.5, 0.0)


def most(rate):
    """A rate, and two standard errors of so many runs."""
    return rate + 2 * (rate * (1 - rate) / RUNS) ** 0.5


def turning(truth, scenes):
    """What A4 asks, of fresh scenes."""

    def measure(rng):
        beforehand = mean_profile(truth.scores(rng, 64))
        return zigzag_on(beforehand, 4).of(mean_profile(truth.scores(rng, scenes)), 0.1)

    return measure


def peaking(truth, scenes):
    """What K4 asks, of fresh scenes."""

    def measure(rng):
        return peaks(mean_profile(truth.scores(rng, scenes)), mean_profile(truth.scores(rng, 64)))

    return measure


@pytest.mark.parametrize(("scatter", "scenes"), [(0.3, 30), (1.0, 128)])
def test_a_zigzag_is_shown(scatter, scenes):
    assert rates(turning(Truth(ZIGZAG, scatter), scenes), TURNS, RUNS)["supported"] >= 0.8


@pytest.mark.parametrize("scatter", [0.1, 0.3])
@pytest.mark.parametrize("mean", [FLAT, BORDER], ids=["flat", "border"])
def test_noise_makes_no_turns(mean, scatter):
    found = rates(turning(Truth(mean, scatter), 128), TURNS, RUNS)
    print(mean[:5], scatter, found)  # noqa: T201 - with -s it is read
    assert found["supported"] <= most(0.03)
    assert found["refuted"] <= most(0.03) or mean is FLAT


@pytest.mark.parametrize("rises_first", [True, False])
def test_the_best_chain_is_that_of_all_chains(rises_first):
    """Against the plainest search: every choice of five layers."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        curve = rng.normal(size=10) * (1 if rises_first else -1)
        profile = mean_profile(one_each([curve, curve], "number", (-9, 9)))
        found = zigzag_on(profile, 4)
        sizes = [
            min(sign * (-1) ** turn * step for turn, step in enumerate(np.diff(curve[list(chain)])))
            for chain in combinations(range(9), 5)
            for sign in (1, -1)
        ]
        signs = np.array([1 if (turn % 2 == 0) == found.rises_first else -1 for turn in range(4)])
        assert (signs * np.diff(curve[list(found.layers)])).min() == pytest.approx(max(sizes))
        assert (found.ends.lowest, found.ends.highest) == (curve[:-1].argmin(), curve[:-1].argmax())


def test_turns_begin_at_a_layer_and_end_before_the_last():
    profile = mean_profile(one_each([[9.0, 0, 1, 0, 1, 0, 9], [9.0, 0, 1, 0, 1, 0, 9]], "number", (0, 9)))
    assert zigzag_on(profile, 4, first=1).layers == (1, 2, 3, 4, 5)
    assert next(iter(zigzag_on(profile, 4, first=1).of(profile, 0.1).parts)) == "up from layer 1 to 2"
    with pytest.raises(NotMeasured, match="5 of them make no 5 turns"):
        zigzag_on(profile, 5, first=1)


@pytest.mark.parametrize("scatter", [0.1, 0.3])
def test_a_peak_is_shown_and_a_plateau_is_not_called_one(scatter):
    """Of a curve that is level from the middle to both sides, no layer stands out."""
    peak = rates(peaking(Truth(PEAK, scatter), 128), HIGHER, RUNS)
    level = rates(peaking(Truth(LEVEL, scatter), 128), HIGHER, RUNS)
    print(scatter, peak, level)  # noqa: T201 - with -s it is read
    assert peak["supported"] >= 0.8
    assert level["supported"] <= most(0.025)
    assert level["refuted"] <= most(0.025)


def test_a_valley_is_refuted_only_if_every_middle_layer_is_too_low():
    """That the layer of the validation scenes is too low says nothing of the others."""
    rng, upside_down = np.random.default_rng(0), tuple(1 - value for value in PEAK)
    valley, peak = (mean_profile(Truth(mean, 0.05).scores(rng, 64)) for mean in (upside_down, PEAK))
    assert decide(peaks(valley, valley), HIGHER).verdict is Verdict.REFUTED
    elsewhere = np.zeros(13)
    elsewhere[9] = 1
    misled = peaks(peak, replace(peak, whole=elsewhere))
    assert decide(misled, HIGHER).verdict is Verdict.UNDECIDED
    assert len(misled.instead) == 6
