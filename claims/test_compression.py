"""Compression: is what image tokens hold gathered into few of them in the middle of the depth?

Protocol   The number of shapes is asked of pictures of every base configuration; nothing is edited.
           Numbers of a scene's image tokens at the input of every layer and before the final norm,
           never after it: the paper takes its final sharp change after it, as it says.
Measured   Of the tokens' lengths, inequality (Gini), entropy and variation: how much more of it a
           layer of the middle half has than each of the others, what the last layer writes left
           out; the layer is the one with most of it on validation scenes, and it is refuted only
           where every other of the middle half fails as well. Of the singular values, stable rank,
           participation ratio of σ as printed, and effective rank: the slope of the logarithm over
           the first eight tenths of the depth, as a rise over them; and how much of what it has
           where it is highest on validation scenes is gone before the final norm.
Controls   The untrained and the scrambled twin. A curve that hardly moves has no peak.
Numbers    The figure has no numbers that can be read: margins are how we read a peak and a rise.
           A3 says that the local dimension falls; both may be true, they are different numbers.
Not asked  Cross-attention models, whose image tokens pass through no layer: the paper leaves Llama
           3.2 out of this figure as well. R5, that probes find the number everywhere where ablation
           destroys it, is Q2.everywhere and R3 read together.
"""

from math import inf, log

import pytest

from claims.papers import SEEING
from vtmetrics import IMAGE, at_least, claim, mean_profile, over_depth
from vtmetrics.protocols import extremes_on, peaks

FIGURE = SEEING.at("4.1, Figure 1")
RANKS = ("stable_rank", "participation_ratio_sigma", "effective_rank")
PEAK = at_least(0.02, "two hundredths above every outer layer: less is no peak that one sees")
VARIES = at_least(0.04, "twice as much: of even lengths it is about twice the Gini coefficient")
FALLS = at_least(0.002, "two thousandths: where variation grows from a tenth to two")
MOVES = at_least(0.02, "two hundredths between two layers: less has no peak")
STIRS = at_least(0.04, "as much as is asked of a peak")
WAVERS = at_least(0.002, "as much as is asked of a trough")
RISES = at_least(0.1, "a tenth of a tenfold over eight tenths of the depth: a quarter more")
DROPS = at_least(0.1, "a tenth of what it has where it is highest")


@claim(
    "P-1.gini",
    source=FIGURE,
    reported="re-concentrated at the mid-point (figure without numbers)",
    expected=PEAK,
    twin=True,
)
def test_lengths_are_most_unequal_in_the_middle(model, counted, validation_counted):
    """The Gini coefficient of image tokens' lengths is highest in the middle half of the depth."""
    curves = lengths(model, counted, validation_counted, "norm_gini")
    return peaks(*map(mean_profile, curves)).sensitive_to(moved(*curves), MOVES)


@claim(
    "P-1.variation",
    source=FIGURE,
    reported="all follow the same pattern (figure without numbers)",
    expected=VARIES,
    twin=True,
)
def test_lengths_vary_most_in_the_middle(model, counted, validation_counted):
    """The variation of image tokens' lengths is highest in the middle half of the depth."""
    curves = lengths(model, counted, validation_counted, "norm_variation")
    return peaks(*map(mean_profile, curves)).sensitive_to(moved(*curves), STIRS)


@claim(
    "P-1.entropy",
    source=FIGURE,
    reported="all follow the same pattern (figure without numbers)",
    expected=FALLS,
    twin=True,
)
def test_lengths_say_least_in_the_middle(model, counted, validation_counted):
    """The normalised entropy of image tokens' lengths is lowest in the middle half of the depth."""
    curves = [-one for one in lengths(model, counted, validation_counted, "norm_entropy")]
    return peaks(*map(mean_profile, curves)).sensitive_to(moved(*curves), WAVERS)


def lengths(model, scenes, beforehand, metric):
    """A number of image tokens' lengths over depth, of the scenes and of others."""
    return [model.observe(some, over_depth(metric, IMAGE)) for some in (scenes, beforehand)]


def moved(scores, beforehand):
    """How far apart a profile is at the two layers that were furthest apart beforehand."""
    return extremes_on(beforehand).span(mean_profile(scores))


@claim(
    "P-2.rises",
    source=FIGURE,
    reported="increases over the course of the model (figure without numbers)",
    expected=RISES,
    twin=True,
)
@pytest.mark.parametrize("number", RANKS)
def test_image_tokens_come_to_more_dimensions(model, counted, number):
    """Over eight tenths of the depth, the rank of image tokens rises by a quarter or more."""
    ranks = model.observe(counted, over_depth(number, IMAGE))
    return mean_profile(ranks).read(log_rise, (-inf, inf))


def log_rise(curve):
    """By how many tens a curve rises over its first eight tenths, along the line that fits best."""
    read = curve[..., : round(0.8 * curve.shape[-1])].log() / log(10)
    depth = read.new_tensor(range(read.shape[-1]))
    away = depth - depth.mean()
    return (read * away).sum(-1) / (away * away).sum() * (read.shape[-1] - 1)


@claim(
    "P-2.drops",
    source=FIGURE,
    reported="a sudden drop-off towards the end (figure without numbers)",
    expected=DROPS,
    twin=True,
)
@pytest.mark.parametrize("number", RANKS)
def test_and_to_fewer_at_the_end(model, counted, validation_counted, number):
    """Before the final norm, the rank of image tokens is a tenth below its highest."""
    ranks = over_depth(number, IMAGE)
    top = extremes_on(model.observe(validation_counted, ranks)).highest
    return mean_profile(model.observe(counted, ranks)).read(
        lambda curve: 1 - curve[..., -1] / curve[..., top], (-inf, 1)
    )
