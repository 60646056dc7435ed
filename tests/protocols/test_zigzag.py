"""Zigzags and peaks: found on validation scenes, and asked at these layers of others.

How often the verdicts are right is simulated: tests/simulation.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from fixtures.simulation.cells import FOUR_TURNS, HIGHER, PEAK, TURNLESS
from fixtures.simulation.profile_truth import ProfileTruth, scores_of
from vtmetrics.protocols import peaks, zigzag_on
from vtmetrics.statistics import Verdict, decide, mean_profile
from vtmetrics.unmeasured import NotMeasured


def profile_of(curve):
    return mean_profile(scores_of(np.array([curve] * 2, dtype=float)))


def test_the_best_chain_is_that_of_all_chains():
    """Against the plainest search: every choice of five layers, up first or down."""
    rng = np.random.default_rng(4)
    for _ in range(30):
        curve = rng.normal(size=10)
        found = zigzag_on(profile_of(curve), 4)
        sizes = [
            min(sign * (-1) ** turn * step for turn, step in enumerate(np.diff(curve[list(chain)])))
            for chain in combinations(range(9), 5)
            for sign in (1, -1)
        ]
        signs = np.array([1 if (turn % 2 == 0) == found.rises_first else -1 for turn in range(4)])
        assert (signs * np.diff(curve[list(found.layers)])).min() == pytest.approx(max(sizes))


def test_turns_begin_at_a_layer_and_end_before_the_last():
    profile = profile_of([9, 0, 1, 0, 1, 0, 9])
    found = zigzag_on(profile, 4, first=1)
    assert found.layers == (1, 2, 3, 4, 5)
    parts = found.of(profile).parts
    assert {name: part.value for name, part in parts.items()} == pytest.approx(
        {
            "up from layer 1 to 2": 1.0,
            "down from layer 2 to 3": 1.0,
            "up from layer 3 to 4": 1.0,
            "down from layer 4 to 5": 1.0,
        }
    )
    with pytest.raises(NotMeasured, match="5 of them make no 5 turns"):
        zigzag_on(profile, 5, first=1)
    with pytest.raises(NotMeasured, match="nothing to lose: on validation scenes the profile is the same"):
        zigzag_on(profile_of([9, 1, 1, 1, 1, 1, 9]), 4, first=1)


def test_turns_go_as_they_did_beforehand():
    """That another profile turns the other way round is no support."""
    up = profile_of([0, 1, 0, 1, 0, 0])
    down = profile_of([1, 0, 1, 0, 1, 1])
    found = zigzag_on(up, 4).of(down)
    assert [part.value for part in found.parts.values()] == pytest.approx([-1.0] * 4)
    (itself,) = found.instead
    assert [part.value for part in itself.parts.values()] == pytest.approx([1.0] * 4)


def test_that_the_layers_of_other_scenes_do_not_turn_refutes_nothing_while_others_might():
    rng, zigzag = np.random.default_rng(0), ProfileTruth((0, 1, 0, 1, 0, 1, 1, 1), 0.05)
    profile = mean_profile(zigzag.scores(rng, 64))
    elsewhere = replace(profile, whole=np.array([0, 0, 0, 1, 0.5, 1, 0.5, 1.0]))
    missed = zigzag_on(elsewhere, 4).of(profile)
    assert decide(missed, FOUR_TURNS).verdict is Verdict.UNDECIDED
    flat = mean_profile(ProfileTruth(TURNLESS, 0.05).scores(rng, 64))
    assert decide(zigzag_on(elsewhere, 4).of(flat), FOUR_TURNS).verdict is Verdict.REFUTED


def test_a_peak_is_compared_with_every_outer_layer_but_the_last():
    profile = profile_of(PEAK)
    found = peaks(profile, profile)
    assert list(found.parts) == [f"layer 5 above layer {layer}" for layer in (0, 1, 2, 10, 11)]
    assert found.parts["layer 5 above layer 2"].value == pytest.approx(1.0)
    assert len(found.instead) == 6


def test_a_valley_is_refuted_only_if_every_middle_layer_is_too_low():
    """That the layer of the validation scenes is too low says nothing of the others."""
    rng, upside_down = np.random.default_rng(0), tuple(1 - value for value in PEAK)
    valley, peak = (mean_profile(ProfileTruth(mean, 0.05).scores(rng, 64)) for mean in (upside_down, PEAK))
    assert decide(peaks(valley, valley), HIGHER).verdict is Verdict.REFUTED
    elsewhere = np.zeros(13)
    elsewhere[9] = 1
    misled = peaks(peak, replace(peak, whole=elsewhere))
    assert decide(misled, HIGHER).verdict is Verdict.UNDECIDED
