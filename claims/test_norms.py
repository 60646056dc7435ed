"""Norms: do image tokens enter as long, and as aligned, as words are in the middle of the depth?

Protocol   A caption is teacher-forced; nothing is edited. Image tokens are looked at as they enter
           the language model, words at the input of every layer and before the final norm, never
           after it. Words are the template, the question and the caption, all but the first token
           of the prompt, whose state outgrows all others.
Measured   Per scene, the median of the logarithms of norms; a ratio of medians is a difference of
           two. How near words come to the length that alive image tokens (see Prunability) have at
           the input, and to their directions: the mean cosine of image tokens with the nearest
           word. Over depth: how much nearer a layer of the middle half is than each of the others,
           what the last layer writes left out; the layer is the nearest one of validation scenes,
           and it is refuted only where every other of the middle half fails as well. The words of
           K4.direction never saw the picture; those that did are shown beside. How little a layer
           changes tokens is the cosine of the mean angle between a token and itself a layer
           earlier; the first quarter of the depth is shallow.
           K3 makes image tokens shorter as they enter: by how much of its length the first layer
           changes a token, and which short answers are still right.
Controls   The untrained twin: random weights too have some ratio of norms, and norms that grow with
           depth cross any other somewhere. A curve that hardly changes has no layer of its own. K2
           follows from norms as in K1: whatever is added to long states hardly turns them. It meets
           the norm-matched twin as well, random weights whose words enter as long as the model's,
           and whose image tokens are as long at every layer. To K1 that twin is no control: K1 is
           true of it if of the model. K4.norm isn't asked of it either: its words come to lengths
           of their own.
           K3.updates is true of whatever norms what it reads, of random weights too; what the paper
           concludes from it is K3.costs, whose control are image tokens that are as much longer.
"""

from math import inf, log

import pytest

from claims.papers import LENS
from vtmetrics import (
    ALIVE,
    ANSWER,
    FIRST,
    IMAGE,
    PLAIN,
    TEXT,
    affinity,
    at_least,
    claim,
    correct,
    mean_profile,
    over_depth,
    scale,
    truncate,
)
from vtmetrics.protocols import extremes_on, peaks

WORDS = (TEXT | ANSWER) - FIRST
LENGTH = "norm_median_log"
BLIND = truncate(0)
SECTION = LENS.at("6.2, Figure 8 (top)")
WORKS = LENS.at("6.2, Figure 8 (bottom): a hundredth as long")
SHALLOW = LENS.at("6.2, Figure 8 (top), and 7.2")
TWICE = at_least(log(2), "twice as long, as a logarithm: how we read “substantially higher”")
CLOSER = at_least(0.1, "a tenth nearer, as a logarithm, than in any outer layer")
HIGHER = at_least(0.01, "a hundredth of a cosine more than in any outer layer")
GROWS = at_least(0.1, "a tenth, as a logarithm: less singles out no layer")
STILLER = at_least(0.1, "a tenth of a cosine: a difference that one would see in a plot")
COSTS = at_least(0.1, "ten points, a loss that one would see in a plot")
ADDED = at_least(0.1, "what an image has to add before its loss can be told")
TURNS = at_least(0.05, "a twentieth of a cosine: less singles out no layer")


def alike(angles):
    """How like itself a layer earlier a token is in the first quarter of the depth: a cosine."""
    quarter = max(1, angles.shape[-1] // 4)
    return angles[..., :quarter].cos().mean(-1)


@claim("K1", source=SECTION, reported="substantially higher L2 norms", expected=TWICE, twin=True)
def test_image_tokens_are_longer_than_words(model, captions):
    """At the input, the median norm of image tokens is at least twice that of words."""
    image = model.observe(captions, over_depth(LENGTH, IMAGE))
    words = model.observe(captions, over_depth(LENGTH, WORDS))
    ratio = image - words
    return ratio.at(0).beside(half_way=ratio.at(model.layers // 2))


@claim(
    "K2",
    source=SHALLOW,
    reported="change minimally in shallow layers",
    expected=STILLER,
    twin="matched",
)
def test_shallow_layers_change_the_image_less_than_words(model, captions):
    """In the first quarter of the depth, layers turn image tokens less than words."""
    image = model.observe(captions, over_depth("state_angle", IMAGE))
    words = model.observe(captions, over_depth("state_angle", WORDS))
    return mean_profile(image).read(alike, (-1, 1)) - mean_profile(words).read(alike, (-1, 1))


@claim(
    "K3.updates",
    source=WORKS,
    expected=at_least(0.1, "a tenth of their length beyond ten times as much"),
    twin=True,
)
def test_short_image_tokens_are_updated_more(model, captions):
    """A hundredth as long, image tokens change by more than
    ten times as much of their length in the first layer.
    """
    moved = over_depth("relative_update", IMAGE)
    plain, short = model.sweep(PLAIN, scale(IMAGE, 0.01)).observe(captions, moved)
    return short.at(0) - 10 * plain.at(0)


@claim("K3.costs", source=WORKS, reported="degraded understanding (no number)", expected=COSTS)
@pytest.mark.usefixtures("competent")
@pytest.mark.parametrize("factor", [0.01, 0.1])
def test_short_image_tokens_cost_answers(model, words, factor):
    """A hundredth or a tenth as long, image tokens cost a tenth of the answers."""
    edits = PLAIN, scale(IMAGE, factor), scale(IMAGE, 1 / factor), BLIND
    full, short, long, none = model.sweep(*edits).answer(words, correct)
    return (full - short).against(as_much_longer=full - long).sensitive_to(full - none, ADDED)


@claim(
    "K4.norm",
    source=LENS.at("1 and 6.2"),
    reported="natural alignment of norms",
    expected=CLOSER,
    twin=True,
)
def test_words_are_as_long_as_the_image_in_the_middle(model, captions, validation_captions):
    """Words come nearest to the norm that alive image
    tokens enter with in the middle half of the depth.
    """
    gaps = affinity("longer", ALIVE, WORDS)
    nearness = nearness_of(model.observe(captions, gaps))
    beforehand = nearness_of(model.observe(validation_captions, gaps))
    changes = extremes_on(beforehand).span(mean_profile(nearness))
    return peaks(mean_profile(nearness), mean_profile(beforehand)).sensitive_to(changes, GROWS)


def nearness_of(gaps):
    """The negative of how far each scene's words are from the image's length."""
    return gaps.each(lambda curve: -curve.abs(), (-inf, 0))


@claim(
    "K4.direction",
    source=LENS.at("Abstract"),
    reported="natural alignment",
    expected=HIGHER,
    twin=True,
)
def test_words_point_where_the_image_does_in_the_middle(model, captions, validation_captions):
    """Words that never saw the picture are most like
    its alive tokens in the middle half of the depth.
    """
    cosine = affinity("cosine", ALIVE, WORDS)
    blind, seeing = model.sweep(BLIND, PLAIN).observe(captions, cosine)
    beforehand = model.observe(validation_captions, cosine, BLIND)
    higher, higher_seeing = (
        peaks(mean_profile(each), mean_profile(beforehand)) for each in (blind, seeing)
    )
    changes = extremes_on(beforehand).span(mean_profile(blind))
    return higher.sensitive_to(changes, TURNS).beside(words_that_see=higher_seeing)
