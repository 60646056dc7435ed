"""Probes: can every image token tell what the whole picture shows?

Protocol   The number of shapes is asked of pictures of every base configuration. At five image
           tokens, evenly from the first to the last, and three of the question's words, a probe at
           each layer learns an attribute of the picture from one state: a net of two hidden layers
           with ReLU (the paper's text calls it linear; a linear one is shown beside). It learns on
           one validation scene of every base, in three folds of bases: who is asked about a picture
           has met none of its base. The number is one of those that there are, the primary colour
           and the main shape are the commonest, and of several the first in reading order.
Measured   Whether a test scene's label is told, less whether the most frequent one is right: over
           places, layers and scenes it is the accuracy beyond the most frequent answer. Layers are
           read from behind the first to before the last. About every place and layer it is asked
           at those about which a tenth is lower on validation scenes; how places differ is their
           variance, without what noise adds to it.
Controls   The twin with the model's norms. Labels dealt anew to the bases (selectivity), words
           before the first layer, pixels of the patches at the same places, and image tokens
           where words are said to vary.
Numbers    Figure 3 has no numbers that can be read: margins are how we read its words.
Not asked  Cross-attention models, whose image tokens pass through no layer: of them the question's
           words alone are asked. R5, that probes find the number everywhere where ablation destroys
           it, is Q2.everywhere and R3 read together.
"""

import pytest

from claims.papers import SEEING
from vtmetrics import IMAGE, QUESTION, at_least, at_most, claim, mean_profile, probed
from vtmetrics.metrics import LINEAR
from vtmetrics.protocols import (
    extremes_on,
    lowest_tenth,
    over_layers,
    spread_of_places,
    told_by_pixels,
)

FIGURE = SEEING.at("4.1, Figure 3")
STRONG = at_least(0.2, "twenty points: how we read “strong performance”")
BEYOND = at_least(0.1, "ten points: less is not predictive")
MORE = at_least(0.05, "five points, as much as one sees in a figure")
FLAT = at_most(0.05, "five points from the least layer to the most")
VARIES = at_least(0.05, "more than is called little change")
EVEN = at_most(0.0025, "a standard deviation of five points")
TELLS = at_least(0.1, "ten points: who tells nothing tells it evenly")
ATTRIBUTES = ["count", "common_color", "common_shape"]


@claim(
    "Q1",
    source=FIGURE,
    reported="after the first layer, already strong on each of 3 tasks (figure)",
    expected=STRONG,
    twin="matched",
    by=0.1,
)
@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_words_know_the_picture_after_one_layer(model, counted, every_base, attribute):
    """After the first layer, the question's words tell an attribute
    of the picture twenty points above the most frequent answer.
    """
    told = model.observe(counted, probed(attribute, QUESTION, every_base))
    dealt = model.observe(counted, probed(attribute, QUESTION, every_base, dealt=True))
    return told.at(1).against(by=0.1, unread=told.at(0), dealt=dealt.at(1))


@claim(
    "Q2.everywhere",
    source=FIGURE,
    reported="virtually all token positions, at all layers (figure)",
    expected=BEYOND,
    twin="matched",
    by=0.1,
)
def test_every_image_token_knows_the_number(model, counted, every_base):
    """At nine tenths of five image positions by all layers, one token tells
    the number of things ten points above the most frequent answer.
    """
    told = probed("count", IMAGE, every_base)
    dealt = probed("count", IMAGE, every_base, dealt=True)
    border = lowest_tenth(at_places(model, every_base, told))
    own, chance = (border.mean(at_places(model, counted, one)) for one in (told, dealt))
    linear = over_layers(model.observe(counted, probed("count", IMAGE, every_base, LINEAR)))
    found = own.against(by=0.1, dealt=chance, pixels=told_by_pixels(counted, told))
    return found.beside(all_places=over_layers(model.observe(counted, told)), linear=linear)


def at_places(model, scenes, told):
    """The curve over layers of each place."""
    return [model.observe(scenes, one) for one in told.places]


@claim(
    "Q2.most",
    source=FIGURE,
    reported="the strongest performance is on object count (figure)",
    expected=MORE,
    twin="matched",
    by=0.05,
)
@pytest.mark.parametrize("other", ["common_color", "common_shape"])
def test_the_number_is_known_best(model, counted, every_base, other):
    """Image tokens tell the number of things better than their commonest colour or shape."""
    number = over_layers(model.observe(counted, probed("count", IMAGE, every_base)))
    return number - over_layers(model.observe(counted, probed(other, IMAGE, every_base)))


@claim(
    "Q3",
    source=FIGURE,
    reported="very little change across layers (figure)",
    expected=FLAT,
    twin="matched",
)
@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_what_image_tokens_tell_is_flat(model, counted, every_base, attribute):
    """From layer to layer, what image tokens tell changes by at most five points."""
    told = probed(attribute, IMAGE, every_base)
    overall = over_layers(model.observe(counted, told))
    return span(model, counted, every_base, told).sensitive_to(overall, TELLS)


def span(model, scenes, beforehand, told):
    """How far apart two layers behind the first are, which were furthest apart beforehand."""
    curves = [
        model.observe(some, told).each(lambda curve: curve[..., 1:], told.range)
        for some in (beforehand, scenes)
    ]
    return extremes_on(curves[0]).span(mean_profile(curves[1]))


@claim(
    "Q4",
    source=FIGURE,
    reported="some variance across layers for primary color (figure)",
    expected=VARIES,
    twin="matched",
    by=0.05,
)
def test_what_words_tell_of_color_is_not(model, counted, every_base):
    """Over layers, what the question's words tell of the primary colour varies by
    five points and more, and what image tokens tell doesn't.
    """
    words, image = (probed("common_color", some, every_base) for some in (QUESTION, IMAGE))
    found = span(model, counted, every_base, words)
    return found.against(by=0.05, image=span(model, counted, every_base, image))


@claim(
    "Q5",
    source=SEEING.at("3.3 and 4.1, Figure 3"),
    reported="not specialised: averages alone are shown",
    expected=EVEN,
    twin="matched",
)
def test_one_place_tells_as_much_as_another(model, counted, every_base):
    """What single image tokens tell of the number varies between five
    places by a standard deviation of at most five points.
    """
    told = probed("count", IMAGE, every_base)
    overall = over_layers(model.observe(counted, told))
    return spread_of_places(at_places(model, counted, told)).sensitive_to(overall, TELLS)
