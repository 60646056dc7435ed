"""Worked examples of stabilisation, over thirteen points of which the last is left out: nobody reads it."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import ANSWER, IMAGE, PLAIN, QUESTION

WORDS = QUESTION | ANSWER
FEW = IMAGE.like(WORDS)
CHANGES = {"moves": "≥ 0.1"}

#: highest in layer 1 and lowest in layer 9, where the judged profile is 5.2 and 1.2: 15 % of that are .6
BEFOREHAND = (5.0, 6.0, 4, 3, 3, 3, 3, 3, 3, 1.0, 3, 3, 99)
PROFILE = (5.0, 5.2, 4.0, 3.0, 2.6, 2.4, 2.2, 2.3, 2.1, 1.2, 2.0, 2.0, 9.0)
#: how far blocks of layers from the fourth on are from the end, which is 2
AWAY = {
    "layers 4 to 5": 0.5,
    "layer 6": 0.2,
    "layer 7": 0.3,
    "layer 8": 0.1,
    "layer 9": -0.8,
    "layer 10": 0.0,
}


def settled(claim, metric):
    """A mean profile: in each block at most .6 above its end and at most .6 below."""
    return WorkedExample(
        claim,
        {
            f"{metric}(IMAGE) of captions": {PLAIN: PROFILE},
            f"{metric}(IMAGE) of validation_captions": {PLAIN: BEFOREHAND},
        },
        {
            **{f"{block} above the end": away - 0.6 for block, away in AWAY.items()},
            **{f"{block} below the end": -away - 0.6 for block, away in AWAY.items()},
            "sensitivity": 4.0,
        },
        expected="≤ 0",
        kind="fitted",
        twin=True,
        **CHANGES,
    )


#: in the fourth layer .4 of a range of 3 from the end, 2 of 3, and .1 of 3
FALLS = (5.0, 4.0, 3.0, 2.5, 2.4, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 9.0)
FALLS_LATE = (5.0, 5.0, 5.0, 4.0, 4.0, 3.0, 3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 9.0)
RISES = (1.0, 2.0, 3.0, 3.5, 3.9, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 0.0)


def settled_scenes(claim, metric):
    """Three scenes of four; validation falls from layer 0 to 11, the mean of these from 4 to 2.5."""
    return WorkedExample(
        claim,
        {
            f"{metric}(IMAGE) of captions": {PLAIN: [FALLS, FALLS_LATE, RISES, FALLS]},
            f"{metric}(IMAGE) of validation_captions": {PLAIN: (*range(11, -1, -1), 99)},
        },
        {"": 0.75, "sensitivity": 4.0 - 2.5},
        expected="≥ 0.5",
        twin=True,
        **CHANGES,
    )


#: seven of eleven steps from the fourth layer on, and of words 1 from layer 0 to 1
UP_AND_DOWN = (0.0, 1.0) * 6 + (9.0,)
#: two of ten up, one of five, one of four, none of four
LATE = (0.0, 2.0, 4.0, 6.0, 8.0, 9.0, 9.0, 9.0, 9.0, 9.0, 10.0, 10.0, 0.0)
ONE_OF_FIVE = (0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 5.0, 9.0)
ONE_OF_FOUR = (0.0, *[3.0] * 10, 4.0, 9.0)
#: updates begin after the first layer: six of ten steps from the fourth on, and none
UPDATES_OF_WORDS = (0.0, 1.0) * 5 + (0.0, 9.0)
UPDATES = (0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 9.0)
ENTROPY = {
    f"matrix_entropy({WORDS}) of captions": {PLAIN: UP_AND_DOWN},
    f"matrix_entropy({WORDS}) of validation_captions": {PLAIN: (1.0, 3.0, *[2.0] * 10, 99)},
    f"matrix_entropy({FEW}) of captions": {PLAIN: LATE},
}
LATER = {"expected": "≥ 0.1", "kind": "number"}

OF_STABILISATION = (
    settled("A1.mean", "matrix_entropy"),
    settled("A3.settles", "two_nn"),
    settled_scenes("A1.scenes", "matrix_entropy"),
    settled_scenes("A3.scenes", "two_nn"),
    WorkedExample("A2", ENTROPY, {"": 7 / 11 - 0.2, "sensitivity": 1.0}, twin=True, **LATER, **CHANGES),
    WorkedExample(
        "A8",
        {
            **ENTROPY,
            f"norm_mean({WORDS}) of captions": {PLAIN: ONE_OF_FIVE},
            f"norm_mean({FEW}) of captions": {PLAIN: ONE_OF_FOUR},
            f"relative_update({WORDS}) of captions": {PLAIN: UPDATES_OF_WORDS},
            f"relative_update({FEW}) of captions": {PLAIN: UPDATES},
        },
        {"": (7 / 11 - 0.2 + 0.2 - 0.25 + 0.6 - 0.0) / 3, "sensitivity": 1.0},
        twin="matched",
        **LATER,
        **CHANGES,
    ),
    # from the fourth layer on 7 in the mean, nine tenths of 10 at the input
    WorkedExample(
        "A3.compresses",
        {"two_nn(IMAGE) of captions": {PLAIN: (10.0, 9, 9, 9, 8.0, 8.0, 8.0, 8.0, 6.0, 6.0, 6.0, 6.0, 99)}},
        {"": 7.0 - 9.0},
        expected="≤ 0",
        kind="fitted",
        twin=True,
        twin_by=0.5,
    ),
)
