"""Estimates: golden cases, and that neither names nor order play a part."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.statistics.random_scores import ANY, lawful, one_each, scores
from vtmetrics.statistics.estimation import estimate, level_of
from vtmetrics.statistics.interval import Verdict, about, at_least, judge
from vtmetrics.statistics.scores import Scores

NORMAL = np.random.default_rng(0).normal(size=64)


def test_all_of_24_is_not_certain():
    found = estimate(one_each([1] * 24))
    assert (found.value, round(found.low, 3), found.high, found.method) == (1, 0.858, 1, "exact")


@pytest.mark.parametrize(("cases", "fewest"), [(1, 72), (3, 94), (9, 115)])
def test_full_agreement_decides_five_points_only_from_here(cases, fewest):
    expected, level = at_least(0.95, "five points"), level_of(cases)
    assert judge(estimate(one_each([1] * fewest), level), expected) is Verdict.SUPPORTED
    assert judge(estimate(one_each([1] * (fewest - 1)), level), expected) is Verdict.UNDECIDED


@pytest.mark.parametrize("kind", ["share", "number"])
@pytest.mark.parametrize("n", [1, 24, 69])
def test_fewer_than_70_that_are_all_equal_never_decide_five_points(kind, n):
    unchanged = estimate(one_each([0] * n, kind, (-1, 1)))
    assert judge(unchanged, about(0, 0.05, "five points")) is Verdict.UNDECIDED
    assert judge(unchanged, at_least(-0.05, "five points")) is Verdict.UNDECIDED


def test_numbers_that_are_all_equal_get_the_bound_of_their_range_or_none():
    within, without = estimate(one_each([0.5] * 30, "number")), estimate(one_each([0.5] * 30, "number", ANY))
    assert within.method == "exact"
    assert (within.low, within.high) == pytest.approx((0.5 * 0.025 ** (1 / 30), 1 - 0.5 * 0.025 ** (1 / 30)))
    assert (without.low, without.high, without.method) == (-math.inf, math.inf, "none")


def test_numbers_equal_but_for_a_few_say_no_more_than_equal_ones():
    """Most resamples of 2 exceptions among 100 miss them, and would be sure of a wrong mean."""
    values = [0.0] * 98 + [0.3, 0.2]
    assert estimate(one_each(values, "number", (-1, 1))).method == "exact"
    assert estimate(one_each(values, "number", ANY)).method == "none"


@pytest.mark.parametrize(("n", "method"), [(19, "none"), (20, "bootstrap-t")])
def test_numbers_need_twenty_groups(n, method):
    assert estimate(one_each(NORMAL[:n], "number", ANY)).method == method


@pytest.mark.parametrize("kind", ["share", "number"])
def test_without_any_value_nothing_is_found(kind):
    found = estimate(Scores({}, {"a": "1"}, kind, (0, 1), {"a": "out of memory"}))
    assert (found.value, found.low, found.high, found.method) == (None, -math.inf, math.inf, "none")
    assert (found.groups, found.scenes, found.missing) == (0, 0, 1)


def test_the_estimand_is_the_mean_of_group_means():
    """Nine scenes of one image weigh as much as one of another, and n counts images."""
    groups = {str(i): "crowded" for i in range(9)} | {"9": "lonely"}
    found = estimate(Scores({str(i): float(i < 9) for i in range(10)}, groups, "share", (0, 1)))
    assert (found.value, found.groups, found.scenes) == (0.5, 2, 10)


@given(scores(ids=tuple(map(str, range(48))), kind="number", ends=(-1, 1)), st.randoms(use_true_random=False))
@lawful
def test_neither_order_nor_names_play_a_part(given_scores, random):
    scenes = list(given_scores.groups)
    random.shuffle(scenes)
    renamed = {scene: f"another {i}" for i, scene in enumerate(scenes)}
    regrouped = {group: f"image {i}" for i, group in enumerate(dict.fromkeys(given_scores.groups.values()))}
    for kind in ("share", "number"):
        plain, other = (
            Scores(
                {name[scene]: given_scores.values[scene] for scene in order if scene in given_scores.values},
                {name[scene]: group[given_scores.groups[scene]] for scene in order},
                kind,
                (-1, 1),
                {name[scene]: why for scene, why in given_scores.missing.items()},
                {name[scene]: why for scene, why in given_scores.excluded.items()},
            )
            for order, name, group in (
                (given_scores.groups, {s: s for s in scenes}, {g: g for g in regrouped}),
                (scenes, renamed, regrouped),
            )
        )
        assert estimate(plain) == estimate(other)


def test_a_bootstrap_follows_a_change_of_unit():
    plain = estimate(one_each(NORMAL, "number", ANY))
    other = estimate(one_each(5 - 3 * NORMAL, "number", ANY))
    assert (other.low, other.high) == pytest.approx((5 - 3 * plain.high, 5 - 3 * plain.low), rel=0.03)


def test_an_interval_ends_where_the_range_does():
    """What resampling alone would say reaches past both."""
    within, without = (estimate(one_each([0, 1] * 10, "number", ends), 0.9999) for ends in ((0, 1), ANY))
    assert (within.low, within.high) == (0, 1)
    assert without.low < 0
    assert without.high > 1


@pytest.mark.parametrize("level", [0.95, level_of(9)])
def test_a_higher_level_is_wider(level):
    scores = one_each(NORMAL, "number", ANY)
    assert estimate(scores, level).low > estimate(scores, 0.999).low


def test_curves_cannot_be_judged():
    with pytest.raises(TypeError, match="take `at`, `mean` or `slope`"):
        estimate(one_each([[0, 1], [1, 0]]))


@pytest.mark.parametrize("wrong", [0.4, 1, 95, math.nan])
def test_a_level_is_a_share(wrong):
    with pytest.raises(ValueError, match="A confidence level is"):
        estimate(one_each([1]), wrong)


def test_a_claim_has_cases():
    with pytest.raises(ValueError, match="at least one case, not 0"):
        level_of(0)


def test_only_scores_are_estimated():
    with pytest.raises(TypeError, match="Only Scores or Fitted can be judged, not float"):
        estimate(0.5)
