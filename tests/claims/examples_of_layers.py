"""Worked examples of layers and objects: what is lost where one layer, or some tokens, are not their own."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import (
    BACKGROUND,
    DONOR,
    IMAGE,
    INSIDE,
    MEAN,
    PLAIN,
    QUESTION,
    READOUT,
    SYSTEM,
    freeze,
    misread,
    substitute,
)
from vtmetrics.edits import Edit

ANOTHER = substitute(IMAGE, by=DONOR, at=0)
LAYERS = 12
EVERY_THIRD = range(0, LAYERS, 3)
#: what validation scenes keep where one layer leaves the image alone: most where it is an even one
KEPT = (0.99, 0.9, 0.98, 0.5, 0.97, 0.5, 0.96, 0.5, 0.95, 0.5, 0.94, 0.5)
LEAST, MOST = (0, 2, 4, 6, 8, 10), (1, 3, 5, 7, 9, 11)


def single(tokens, layer):
    """One layer leaves these tokens alone."""
    return freeze(tokens, first=layer, last=layer + 1)


def at_once(layers):
    """These layers leave the image alone."""
    return Edit(tuple(step for layer in layers for step in single(IMAGE, layer).steps))


def left_alone(tokens, *kept):
    """How much stays if one of every third layer leaves the tokens alone."""
    return {single(tokens, layer): one for layer, one in zip(EVERY_THIRD, kept, strict=True)}


def misled(*kept):
    """Which share of the answers stays where one of every third layer misreads the image."""
    return {misread(IMAGE, at=layer): one for layer, one in zip(EVERY_THIRD, kept, strict=True)}


OF_LAYERS = (
    # the layers that matter least are the even ones: without them .95 stay the same, without the others .3
    WorkedExample(
        "X1.half",
        {
            "agree of validation_words": {single(IMAGE, layer): kept for layer, kept in enumerate(KEPT)},
            "agree of words": {ANOTHER: 0.2, at_once(LEAST): 0.95, at_once(MOST): 0.3},
        },
        {"": 0.05, "control the_other_half": 0.7, "sensitivity": 0.8},
        expected="≤ 0.1",
        moves="≥ 0.1",
    ),
    # .98 stays of the image's in the mean, .9 of the question's, .99 of the template's
    WorkedExample(
        "X1.text",
        {
            "agree of words": left_alone(IMAGE, 1.0, 0.96, 0.98, 0.98)
            | left_alone(QUESTION, 1.0, 0.8, 0.9, 0.9)
            | left_alone(SYSTEM - READOUT, 0.99, 0.99, 0.99, 0.99)
        },
        {"": 0.08, "control the_templates_words": -0.01, "sensitivity": 0.1},
        expected="≥ 0.02",
        moves="≥ 0.02",
        by=0.02,
    ),
    # what there is is read around layer 3 of 12, where it is around 6, and in boxes around 7
    WorkedExample(
        "X13",
        {
            "agree of what": misled(0.5, 0.5, 0.5, 1.0),
            "agree of places": misled(1.0, 0.5, 0.5, 0.5),
            "agree of boxes": misled(1.0, 0.6, 0.6, 0.2),
        },
        {
            "": 3 / 12,
            "control a_box_for_a_place": 0.75 / 12,
            "sensitivity": (1.5 + 1.5 + 1.6) / 12,
        },
        expected="≥ 0.05",
        moves="≥ 0.01",
        by=0.05,
        kind="fitted",
    ),
    # of .9 that are right, .3 are without tokens on objects, .8 without as many others, .75 without any such
    WorkedExample(
        "X14",
        {
            "correct of words": {
                PLAIN: 0.9,
                substitute(INSIDE.upto(BACKGROUND), by=MEAN, at=0): 0.3,
                substitute(BACKGROUND.upto(INSIDE), by=MEAN, at=0): 0.8,
                substitute(IMAGE.upto(INSIDE), by=MEAN, at=0): 0.75,
                substitute(IMAGE, by=MEAN, at=0): 0.2,
            }
        },
        {"": 0.5, "control as_many_drawn": 0.05, "sensitivity": 0.7},
        expected="≥ 0.1",
        moves="≥ 0.1",
        competent=True,
    ),
)
