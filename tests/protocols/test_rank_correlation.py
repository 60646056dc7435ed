"""Rank correlations are scipy's, partial ones those of residual ranks; the jackknife leaves out groups."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from vtmetrics.protocols import correlation
from vtmetrics.statistics import Scores, estimate
from vtmetrics.unmeasured import NotMeasured

SEEDS = st.integers(0, 10_000)


def drawn(seed, count=40, layers=3, ties=5):
    """Numbers over layers, and three attributes with ties, of scenes in groups of two."""
    rng = np.random.default_rng(seed)
    names = [f"scene {place}" for place in range(count)]
    known = {key: rng.integers(0, ties, count).astype(float) for key in ("count", "area", "sizes")}
    curves = rng.normal(size=(count, layers + 1)) + 0.5 * known["count"][:, None]
    scenes = [
        SimpleNamespace(id=name, known={key: told[place] for key, told in known.items()})
        for place, name in enumerate(names)
    ]
    groups = {name: f"group {place // 2}" for place, name in enumerate(names)}
    return scored(dict(zip(names, curves, strict=True)), groups), scenes, curves, known


def scored(values, groups):
    return Scores(values, groups, "number", (-np.inf, np.inf))


def plain(numbers, attribute, held):
    """Residuals of ranks by numpy's least squares, and Pearson's correlation of them."""
    design = np.column_stack([np.ones(len(attribute)), *(rankdata(each) for each in held)])
    left = [
        rankdata(each) - design @ np.linalg.lstsq(design, rankdata(each), rcond=None)[0]
        for each in (numbers, attribute)
    ]
    return np.corrcoef(*left)[0, 1]


@given(SEEDS)
def test_without_anything_given_it_is_spearmans(seed):
    scores, scenes, curves, known = drawn(seed)
    wanted = np.mean([spearmanr(layer, known["count"])[0] for layer in curves[:, :-1].T])
    assert correlation(scores, scenes, "count").value == pytest.approx(wanted)


@given(SEEDS)
def test_partial_ones_are_of_residual_ranks_and_so_is_each_replicate(seed):
    scores, scenes, curves, known = drawn(seed)
    found = correlation(scores, scenes, "count", given=("area", "sizes"))
    held = [known["area"], known["sizes"]]
    assert found.value == pytest.approx(
        np.mean([plain(one, known["count"], held) for one in curves[:, :-1].T])
    )
    for group in (0, 7, 19):
        kept = np.arange(40) // 2 != group
        wanted = [
            plain(one[kept], known["count"][kept], [each[kept] for each in held]) for one in curves[:, :-1].T
        ]
        assert found.replicates[f"group {group}"] == pytest.approx(np.mean(wanted))
    assert (len(found.replicates), found.scenes) == (20, 40)


@given(SEEDS)
def test_only_order_counts_and_the_sign_turns_with_it(seed):
    scores, scenes, *_ = drawn(seed)
    bent = scores.each(lambda curve: curve.exp(), (0, np.inf))
    there = correlation(scores, scenes, "count", given=("area",)).value
    assert correlation(bent, scenes, "count", given=("area",)).value == pytest.approx(there)
    assert correlation(-scores, scenes, "count", given=("area",)).value == pytest.approx(-there)
    assert -1 <= there <= 1


@given(SEEDS)
def test_what_follows_from_what_is_given_has_no_correlation_left(seed):
    """A number that goes with the count alone goes with nothing else once the count is given."""
    rng = np.random.default_rng(seed)
    _, scenes, *_ = drawn(seed, count=400)
    for scene, more in zip(scenes, rng.normal(size=400), strict=True):
        scene.known["crowd"] = scene.known["count"] + more
    values = {scene.id: scene.known["count"] + rng.normal() for scene in scenes}
    alone = scored(values, {name: name for name in values})
    assert correlation(alone, scenes, "crowd").value > 0.3
    assert abs(correlation(alone, scenes, "crowd", given=("count",)).value) < 0.2


def test_what_the_last_layer_writes_is_left_out():
    scores, scenes, curves, _ = drawn(1)
    other = curves.copy()
    other[:, -1] *= -100
    changed = scored(dict(zip(scores.values, other, strict=True)), scores.groups)
    assert correlation(changed, scenes, "count").value == correlation(scores, scenes, "count").value


def test_an_attribute_may_be_measured_and_who_lacks_it_is_left_out():
    scores, scenes, *_ = drawn(2)
    values = {scene.id: scene.known["count"] for scene in scenes[2:]}
    lost = {scene.id: "there is none" for scene in scenes[:2]}
    measured = Scores(values, scores.groups, "number", (0, 10), excluded=lost)
    found = correlation(scores, scenes, measured)
    fewer = scored({name: scores.values[name] for name in values}, {n: scores.groups[n] for n in values})
    assert found.value == pytest.approx(correlation(fewer, scenes, "count").value)
    assert (found.scenes, set(found.excluded)) == (38, set(lost))


@given(SEEDS)
def test_the_interval_is_about_as_wide_as_chance_says(seed):
    """Of unrelated numbers, Spearman's has a standard deviation of one through the root of n - 1."""
    rng = np.random.default_rng(seed)
    scenes = [SimpleNamespace(id=str(place), known={"count": rng.normal()}) for place in range(80)]
    values = {scene.id: rng.normal() for scene in scenes}
    told = estimate(correlation(scored(values, {name: name for name in values}), scenes, "count"))
    assert 0.7 < (told.high - told.low) / (2 * 1.99 / np.sqrt(79)) < 1.4


@pytest.mark.parametrize("given", [(), ("twin",)])
def test_what_cannot_be_correlated_says_why(given):
    scores, scenes, *_ = drawn(3)
    for scene in scenes:
        scene.known["twin"] = scene.known["count"] if given else 1.0
    with pytest.raises(NotMeasured, match="nothing to correlate: the attribute is the same in all scenes"):
        correlation(scores, scenes, "count" if given else "twin", given=given)
    with pytest.raises(NotMeasured, match="too few scenes: 1 groups"):
        correlation(scored({"scene 0": 1.0}, {"scene 0": "a"}), scenes, "count")
