"""Layers: which of them does the image need, and in which is what read of it?

Protocol   One layer, or half of them, leaves image tokens as they are (X1). In one layer whoever
           reads the image reads the keys and values of another picture's, and in all others its
           own (X13). Where single layers are asked about one by one, every third one is.
Measured   Right answers; how much of the answer's distribution stays, where single layers matter by
           little; the share of answer tokens that change. Of these, the depth around which layers
           lie in which they do: a mean of depths, each weighed by what changes there.
Controls   Which layers matter least is found on validation scenes, and the other half has to cost.
           That words need a layer more than the image does is asked of the question's words; words
           of the template must not need it as much. Where one content is said to be read later than
           another, the same content answered in a sentence must not be.
Numbers    None of the papers' is of the same measurement: a tenth of answers, or a hundredth of a
           distribution, stands for all that is told; a twentieth of the depth, for an order.
Not asked  Which layers these are in every model: ShortV names 19 of 32 for one checkpoint. That
           numbers are read between the two: no pictures here are asked for all three.
"""

from functools import reduce
from operator import rshift

import pytest

from claims.papers import SHORTV, VFL
from vtmetrics import (
    IMAGE,
    PLAIN,
    QUESTION,
    READOUT,
    SYSTEM,
    agree,
    at_least,
    at_most,
    claim,
    correct,
    curve,
    freeze,
    mean_profile,
    misread,
    similar,
    truncate,
)
from vtmetrics.statistics import Sample, mean_of

BLIND = truncate(0)
#: validation scenes on which layers are put in order, one by one
FEW = 32
#: of how many layers one is asked about
EACH = 3
TEMPLATE = SYSTEM - READOUT
FREE = at_most(0.1, "ten points of right answers")
ADDED = at_least(0.1, "what the image has to add before its loss can be called none")
MORE = at_least(0.01, "a hundredth of the answer's distribution, a layer")
LATER = at_least(0.05, "a twentieth of the depth deeper")
CHANGES = at_least(0.01, "a hundredth of the answers, a layer: what never changes has no depth")


@claim(
    "X1.half",
    source=SHORTV.at("Abstract"),
    reported="≈ 60 % of the layers of LLaVA-NeXT-13B",
    expected=FREE,
)
@pytest.mark.usefixtures("competent")
def test_half_of_the_layers_can_leave_the_image_alone(model, words, validation_words):
    """The half of the layers that change answers least, found
    on validation scenes, cost hardly an answer.
    """
    single = each_layer(model, IMAGE)
    kept = model.sweep(*single).answer(validation_words[:FEW], similar)
    order = sorted(range(model.layers), key=lambda layer: -Sample.of(kept[layer]).value)
    least, most = (together(single, part) for part in halves(order))
    full, spared, other, none = model.sweep(PLAIN, least, most, BLIND).answer(words, correct)
    return (full - spared).against(the_other_half=full - other).sensitive_to(full - none, ADDED)


@claim(
    "X1.text",
    source=SHORTV.at("layer contribution"),
    reported="the image's below that of text (figure)",
    expected=MORE,
)
@pytest.mark.usefixtures("competent")
def test_a_layer_matters_less_to_the_image_than_to_words(model, words):
    """One layer that leaves image tokens alone changes the answer's distribution less
    than one that leaves the question's words alone.
    """
    image, question, template = (kept(model, words, t) for t in (IMAGE, QUESTION, TEMPLATE))
    finding = (image - question).against(the_templates_words=image - template, by=0.01)
    return finding.sensitive_to(1 - question, MORE)


def each_layer(model, tokens, step=1):
    """Single layers that leave these tokens as they are."""
    return [freeze(tokens, first=at, last=at + 1) for at in range(0, model.layers, step)]


def halves(order):
    """The first half of what is in order, and the rest."""
    return order[: len(order) // 2], order[len(order) // 2 :]


def together(edits, places):
    """Some of these edits at once."""
    return reduce(rshift, [edits[place] for place in places])


def kept(model, scenes, tokens):
    """How much of the answer's distribution stays if one layer leaves these tokens alone."""
    return mean_of(*model.sweep(*each_layer(model, tokens, EACH)).answer(scenes, similar))


@claim(
    "X13",
    source=VFL.at("Abstract"),
    reported="recognition, then counting, then grounding",
    expected=LATER,
)
@pytest.mark.usefixtures("competent")
def test_places_are_read_later_than_what_there_is(model, what, places, words, sentences):
    """Where something is is read in deeper layers than what it is."""
    (early, _), (late, changed), (short, _), (long, _) = (
        misled(model, scenes) for scenes in (what, places, words, sentences)
    )
    finding = (late - early).against(a_sentence_for_a_word=long - short, by=0.05)
    return finding.sensitive_to(changed, CHANGES).beside(depth=early)


def misled(model, scenes):
    """Around which depth layers lie whose misreading changes answers, and how many change."""
    layers = range(0, model.layers, EACH)
    same = model.sweep(*(misread(IMAGE, at=layer) for layer in layers)).answer(scenes, agree)
    profile = mean_profile(1 - curve(*same))
    return profile.read(middle, (0, 1)), profile.over([*range(len(layers))])


def middle(changed):
    """The mean place of a curve's layers, from 0 to 1, each weighed by its height."""
    layers = changed.new_tensor(range(changed.shape[-1])) / changed.shape[-1]
    return (changed * layers).sum(-1) / changed.sum(-1)
