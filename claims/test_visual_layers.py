"""Layers: which of them does the image need, and in which is what read of it?

Protocol   One layer, or half of them, leaves image tokens as they are (X1). In one layer whoever
           reads the image reads the keys and values of another picture's, and in all others its
           own (X13). Where single layers are asked about one by one, every third one is.
Measured   The share of answer tokens that keep their most likely word, or do not, among those whose
           word depends on the image. Of those that do not, the depth around which layers lie that
           change them: a mean of depths, each weighed by what changes there.
Controls   Which layers matter least is found on validation scenes, and the other half has to change
           answers. That words need a layer more than the image does is asked of the question's
           words; words of the template must not need it as much. Where one content is said to be
           read later than another, so must not be the same content told at more length.
Numbers    None of the papers' is of the same measurement: a tenth of answers, or two hundredths a
           layer, stand for all that is told; a twentieth of the depth, for an order.
Not asked  Which layers these are in every model: ShortV names 19 of 32 for one checkpoint. That
           numbers are read between the two: no pictures here are asked for all three.
"""

from functools import reduce
from operator import rshift

from claims.papers import SHORTV, VFL
from vtmetrics import (
    DONOR,
    IMAGE,
    QUESTION,
    READOUT,
    SYSTEM,
    agree,
    at_least,
    at_most,
    claim,
    curve,
    freeze,
    mean_profile,
    misread,
    substitute,
)
from vtmetrics.statistics import Sample, mean_of

ANOTHER = substitute(IMAGE, by=DONOR, at=0)
#: validation scenes on which layers are put in order, one by one
FEW = 32
#: of how many layers one is asked about
EACH = 3
TEMPLATE = SYSTEM - READOUT
UNCHANGED = at_most(0.1, "ten points of agreement: of it the paper has no number")
SEEN = at_least(0.1, "what another image must change before an unchanged answer says anything")
MORE = at_least(0.02, "two hundredths of the answers, a layer: a quarter of them over twelve")
LATER = at_least(0.05, "a twentieth of the depth deeper")
CHANGES = at_least(0.01, "a hundredth of the answers, a layer: what never changes has no depth")


@claim(
    "X1.half",
    source=SHORTV.at("Abstract"),
    reported="≈ 60 % of the layers of LLaVA-NeXT-13B",
    expected=UNCHANGED,
)
def test_half_of_the_layers_can_leave_the_image_alone(model, words, validation_words):
    """Where half of the layers leave image tokens alone, those that change answers least
    on validation scenes, hardly any word of an answer about the image changes.
    """
    single = each_layer(model, IMAGE)
    kept = model.sweep(*single).answer(validation_words[:FEW], agree)
    order = sorted(range(model.layers), key=lambda layer: -Sample.of(kept[layer]).value)
    least, most = (together(single, part) for part in halves(order))
    other, spared, unspared = model.sweep(ANOTHER, least, most).answer(words, agree)
    return (1 - spared).against(the_other_half=1 - unspared).sensitive_to(1 - other, SEEN)


@claim(
    "X1.text",
    source=SHORTV.at("layer contribution"),
    reported="the image's below that of text (figure)",
    expected=MORE,
)
def test_a_layer_matters_less_to_the_image_than_to_words(model, words):
    """One layer that leaves image tokens alone changes fewer answers
    than one that leaves the question's words alone.
    """
    image, question, template = (kept(model, words, t) for t in (IMAGE, QUESTION, TEMPLATE))
    finding = (image - question).against(the_templates_words=image - template, by=0.02)
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
    """How many answers stay if one layer leaves these tokens alone, in the mean layer."""
    return mean_of(*model.sweep(*each_layer(model, tokens, EACH)).answer(scenes, agree))


@claim(
    "X13",
    source=VFL.at("Abstract"),
    reported="recognition, then counting, then grounding",
    expected=LATER,
)
def test_places_are_read_later_than_what_there_is(model, what, places, boxes):
    """Where something is is read in deeper layers than what it is."""
    changed = [layer for scenes in (what, places, boxes) for layer in misled(model, scenes)]
    profile = mean_profile(curve(*changed))
    later, longer = (profile.read(lag(*pair), (-1, 1)) for pair in ((0, 1), (1, 2)))
    every = profile.over([*range(profile.points)])
    return later.against(a_box_for_a_place=longer, by=0.05).sensitive_to(every, CHANGES)


def misled(model, scenes):
    """How many answers change if one layer misreads the image, layer by layer."""
    layers = range(0, model.layers, EACH)
    same = model.sweep(*(misread(IMAGE, at=layer) for layer in layers)).answer(scenes, agree)
    return [1 - each for each in same]


def lag(first, then):
    """Of curves of three contents, end to end: how much deeper one is read than another."""
    return lambda curves: middle(curves, then) - middle(curves, first)


def middle(curves, content):
    """The mean place of a content's layers, from 0 to 1, each weighed by what changes there."""
    changed = curves.unflatten(-1, (3, -1))[..., content, :]
    layers = changed.new_tensor(range(changed.shape[-1])) / changed.shape[-1]
    return (changed * layers).sum(-1) / changed.sum(-1)
