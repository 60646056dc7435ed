"""Norms: do image tokens enter as long, and as aligned, as words are in the middle of the depth?

Protocol   A caption is teacher-forced; nothing is edited. Image tokens are looked at as they enter the
           language model, words at the input of every layer and before the final norm, never after it.
           Words are the template, the question and the caption, all but the first token of the prompt,
           whose state outgrows all others.
Measured   Per scene, the median of the logarithms of norms; a ratio of medians is a difference of two.
           At which depth words are as long as alive image tokens (see Prunability) are at the input;
           and at which depth they point the same way most: the mean cosine of image tokens with the
           nearest word. The words of K4.direction never saw the picture: those that did take its
           content over, layer by layer, and are shown beside.
Controls   The untrained twin: random weights too have some ratio of norms, and norms that grow with
           depth cross any other somewhere. A curve that hardly changes has no layer of its own.
Not asked  K2, that image tokens change less in shallow layers: with norms as in K1 that follows for
           random weights, and it takes twins whose norms are those of the model. K3, that shrinking
           image tokens to a hundredth degrades understanding: the rows of EmbedLens about the depth at
           which images enter are asked together with it, and not yet.
"""

from math import inf, log

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
    between,
    claim,
    of_each,
    over_depth,
    truncate,
)

WORDS = (TEXT | ANSWER) - FIRST
LENGTH = "norm_median_log"
BLIND = truncate(0)
SECTION = LENS.at("6.2, Figure 8 (top)")
TWICE = at_least(log(2), "twice as long, as a logarithm: how we read “substantially higher”")
MIDDLE = between(1 / 4, 3 / 4, "the middle half of the depth")
GROWS = at_least(0.1, "a tenth, as a logarithm: less singles out no layer")
TURNS = at_least(0.05, "a twentieth of a cosine: less singles out no layer")


def nearest(gaps):
    """The depth at which a gap is smallest, as a share of all layers."""
    return gaps.abs().argmin(-1) / (gaps.shape[-1] - 1)


def peak(cosines):
    """The depth at which a curve is highest, as a share of all layers."""
    return cosines.argmax(-1) / (cosines.shape[-1] - 1)


def span(curves):
    """How far apart the ends of a curve's range are."""
    return curves.amax(-1) - curves.amin(-1)


@claim("K1", source=SECTION, reported="substantially higher L2 norms", expected=TWICE, twin=True)
def test_image_tokens_are_longer_than_words(model, captions):
    """At the input, the median norm of image tokens is at least twice that of words."""
    image, words = (model.observe(captions, over_depth(LENGTH, tokens)) for tokens in (IMAGE, WORDS))
    ratio = image - words
    return ratio.at(0).beside(half_way=ratio.at(model.layers // 2))


@claim("K4.norm", source=SECTION, reported="natural alignment of norms", expected=MIDDLE, twin=True)
def test_words_are_as_long_as_the_image_in_the_middle(model, captions):
    """Words come nearest to the norm that alive image tokens enter with in the middle half of the depth."""
    longer = model.observe(captions, affinity("longer", ALIVE, WORDS))
    return of_each(longer, nearest, (0, 1)).sensitive_to(of_each(longer, span, (0, inf)), GROWS)


@claim("K4.direction", source=LENS.at("Abstract"), reported="natural alignment", expected=MIDDLE, twin=True)
def test_words_point_where_the_image_does_in_the_middle(model, captions):
    """Words that never saw the picture are most like its alive tokens in the middle half of the depth."""
    blind, seeing = model.sweep(BLIND, PLAIN).observe(captions, affinity("cosine", ALIVE, WORDS))
    found = of_each(blind, peak, (0, 1)).sensitive_to(of_each(blind, span, (0, 2)), TURNS)
    return found.beside(words_that_see=of_each(seeing, peak, (0, 1)))
