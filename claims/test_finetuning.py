"""Fine-tuning: what does training on where things are change, and in which tokens?

Protocol   LoRA on all matrices, from gold answers: on which side of another thing something is, in
           a sentence (spatial), or its box, told by its side of another (referring), with captions
           of shapes in either. The language model, the projector and the tower learn at one rate;
           or, as in the paper, the projector at a fifth and the tower at a 25th of it. Captions of
           pictures that nobody learned from are teacher-forced before and after. Lessons and rates
           are cases, never averaged.
Measured   How far the first direction of words, or of as many image tokens, is that of both (a
           cosine without sign); what five directions of either explain of both; how unequal image
           tokens are in length (Gini), and their stable rank. How far training moves such a
           profile is told in the sense that it goes on validation scenes, layer by layer, since
           absolute values grow with noise; its furthest layer is found there too.
Controls   As many steps on each other's answers: what any training changes. As many image tokens as
           words, since the many are the first direction whatever is trained; and equal rates, since
           at a 25th of the rate the tower can hardly move. A turn of a fiftieth, or there is none
           to compare.
Both ways  S6.grounding and S6.spatial are both the paper's: its introduction says that boxes change
           hidden states more, its results that places change those of words more.
Not asked  COCO, GQA and What'sUp (Tables 1 and 2), whose pictures are not here; lessons can be made
           of their annotations (fixtures/scenes/annotated_lessons.py). S9, that the ratio of
           complex data decides, has no experiment in the paper.
"""

import pytest

from claims.papers import SEEING
from vtmetrics import (
    ANSWER,
    FIRST,
    IMAGE,
    TEXT,
    at_least,
    claim,
    directions,
    over_depth,
)
from vtmetrics.protocols import change_by_training, early, late, throughout

WORDS = (TEXT | ANSWER) - FIRST
FEW = IMAGE.like(WORDS)
SIDES = {"words": (WORDS, FEW), "image": (FEW, WORDS)}
LESSONS = ("spatial", "referring")
RATES = {"equal": {}, "the paper's": {"tower": 1 / 25, "bridge": 1 / 5}}
FIGURE_5, FIGURE_6 = SEEING.at("4.2, Figure 5"), SEEING.at("4.2, Figure 6")
TURNS = at_least(0.02, "a fiftieth of a cosine: less is no turn to compare")
SHARPER = at_least(0.02, "a fiftieth of a cosine further beyond the mean layer")
EXPLAINS = at_least(0.02, "a fiftieth of the variance")
LENGTHS = at_least(0.01, "a hundredth of Gini's coefficient")
RANKS = at_least(0.05, "a twentieth of a direction")


@pytest.fixture
def tune(tune_beside):
    """The model's students, of lessons of where things are."""
    return tune_beside


@claim(
    "S1",
    source=FIGURE_6,
    reported="text changes noticeably, vision minimally (figure)",
    expected=TURNS,
)
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_training_turns_words_and_not_the_image(
    model, tune, captions, validation_captions, lesson, rate
):
    """Training turns the first direction of words, against
    that of both, further than that of as many image tokens.
    """
    both = captions, validation_captions
    words, seen = (turn(model, tune(lesson=lesson, **RATES[rate]), both, side) for side in SIDES)
    shuffled, shuffled_seen = (
        turn(model, tune(lesson=lesson, shuffled=True), both, side) for side in SIDES
    )
    finding = (words - seen).against(shuffled_answers=shuffled - shuffled_seen)
    return finding.sensitive_to(words, TURNS)


def turn(model, tuned, both, side):
    """How far training turns one side's first direction, in the mean over layers."""
    return change_by_training(model, tuned, *both, directions("rotation", *SIDES[side])).mean()


THIRDS = {"early": early, "late": late}
#: which way lengths become unequal, and ranks rise, by lesson and third of the depth
UNEQUAL = {
    ("referring", "early"): -1,
    ("referring", "late"): 1,
    ("spatial", "early"): 1,
    ("spatial", "late"): -1,
}
RISING = {("referring", "early"): -1, ("referring", "late"): -1, ("spatial", "early"): 1}


@claim(
    "S4.lengths",
    source=FIGURE_5,
    reported="referring: less, then more concentrated; spatial: the reverse (figure)",
    expected=LENGTHS,
)
@pytest.mark.parametrize(("lesson", "third"), UNEQUAL)
def test_training_moves_how_unequal_lengths_are(
    model, tune, captions, validation_captions, lesson, third
):
    """Training on boxes makes image tokens' lengths less
    unequal early and more so late; training on places does the reverse.
    """
    both = captions, validation_captions
    return moved(model, tune, both, "norm_gini", lesson, third, UNEQUAL[lesson, third], LENGTHS)


@claim(
    "S4.rank",
    source=FIGURE_5,
    reported="referring: lower throughout; spatial: higher early (figure)",
    expected=RANKS,
)
@pytest.mark.parametrize(("lesson", "third"), RISING)
def test_training_moves_rank(model, tune, captions, validation_captions, lesson, third):
    """Training on boxes lowers the stable rank of image
    tokens, early and late; training on places raises it early.
    """
    both = captions, validation_captions
    return moved(model, tune, both, "stable_rank", lesson, third, RISING[lesson, third], RANKS)


def moved(model, tune, both, metric, lesson, third, sign, least):
    """How far a number of image tokens goes as the paper says, in a third of the depth."""
    reading = over_depth(metric, IMAGE)
    change = change_by_training(model, tune(lesson=lesson), *both, reading)
    shuffled = change_by_training(model, tune(lesson=lesson, shuffled=True), *both, reading)
    own, other = (each.over(THIRDS[third], sign) for each in (change, shuffled))
    return own.against(shuffled_answers=other).sensitive_to(change.at_furthest(), least)


@claim("S5", source=FIGURE_6, reported="sharper, more localized spikes (figure)", expected=SHARPER)
def test_boxes_change_few_layers(model, tune, captions, validation_captions):
    """Training on boxes turns words at one layer further
    beyond the mean layer than training on places does.
    """
    both = captions, validation_captions
    rotation = directions("rotation", WORDS, FEW)
    lessons = (
        {"lesson": "referring"},
        {"lesson": "spatial"},
        {"lesson": "referring", "shuffled": True},
    )
    boxes, places, shuffled = (
        change_by_training(model, tune(**lesson), *both, rotation).spike() for lesson in lessons
    )
    turned = turn(model, tune(lesson="referring"), both, "words")
    return (boxes - places).against(shuffled_answers=shuffled - places).sensitive_to(turned, TURNS)


@claim(
    "S6.grounding",
    source=SEEING.at("1"),
    reported="grounding: larger changes in hidden states",
    expected=TURNS,
)
def test_boxes_change_more_than_places(model, tune, captions, validation_captions):
    """Training on boxes turns the first directions of words and of as
    many image tokens further, in their mean, than training on places.
    """
    boxes, places, shuffled, shuffled_places = turns_of(
        model, tune, (captions, validation_captions), ("words", "image")
    )
    finding = (boxes - places).against(shuffled_answers=shuffled - shuffled_places)
    return finding.sensitive_to(boxes, TURNS)


@claim(
    "S6.spatial",
    source=SEEING.at("4.2 and 5"),
    reported="spatial: even more substantial changes to the text representation",
    expected=TURNS,
)
def test_places_change_words_more_than_boxes(model, tune, captions, validation_captions):
    """Training on places turns the first direction of words further than training on boxes."""
    boxes, places, shuffled, shuffled_places = turns_of(
        model, tune, (captions, validation_captions), ("words",)
    )
    finding = (places - boxes).against(shuffled_answers=shuffled_places - shuffled)
    return finding.sensitive_to(places, TURNS)


def turns_of(model, tune, both, sides):
    """How far some sides turn, in their mean: by boxes, places, and shuffled answers of both."""
    for shuffled in ({}, {"shuffled": True}):
        for lesson in ("referring", "spatial"):
            tuned = tune(lesson=lesson, **shuffled)
            first, *others = (turn(model, tuned, both, side) for side in sides)
            yield (sum(others, first)) * (1 / len(sides))


@claim(
    "S7",
    source=SEEING.at("4.2, last paragraph"),
    reported="referring: text explains even more, vision a substantial part (figure)",
    expected=EXPLAINS,
)
@pytest.mark.parametrize("side", SIDES)
def test_boxes_make_both_sides_explain_more(model, tune, captions, validation_captions, side):
    """After training on boxes, five directions of words,
    and of as many image tokens, explain more of both.
    """
    reading, both = directions("explained", *SIDES[side]), (captions, validation_captions)
    change = change_by_training(model, tune(lesson="referring"), *both, reading)
    shuffled = change_by_training(model, tune(lesson="referring", shuffled=True), *both, reading)
    more, more_shuffled = (each.over(throughout) for each in (change, shuffled))
    return more.against(shuffled_answers=more_shuffled).sensitive_to(change.at_furthest(), EXPLAINS)
