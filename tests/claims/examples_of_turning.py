"""Worked examples of turns: of a dimension that goes up and down, and of angles of updates in degrees."""

from math import radians

from tests.claims.worked_example import WorkedExample
from vtmetrics import ANSWER, IMAGE, PLAIN, QUESTION

WORDS = QUESTION | ANSWER
#: down to layer 2 from layer 1, up to 3, down to 4, up to 5; the input and the last point play no part
BEFOREHAND = (0.0, 6.0, 1.0, 5.0, 1.5, 5.0, 3.0, 3, 3, 3, 3, 3, 99)
OF_WORDS = (0.0, 6.0, 2.0, 5.0, 1.5, 4.5, 3.0, 3, 3, 3, 3, 3, 99)
OF_IMAGE = (0.0, 3.0, 2.5, 2.6, 2.4, 2.5, 2.45, 2.45, 2.45, 2.45, 2.45, 2.45, 99)

#: eleven angles; of the third to the tenth the mean is 101, and the standard deviation of WORDS_TURN is 10
TURN = (50, 40, 100, 106, 98, 100, 106, 94, 99, 105, 20)
WORDS_TURN = (0, 0, 90, 110, 90, 110, 90, 110, 90, 110, 0)
AWAY = {
    "layers 2 to 3": 2,
    "layers 4 to 5": -2,
    "layer 6": 5,
    "layer 7": -7,
    "layer 8": -2,
    "layer 9": 4,
}
#: from the right angle to their mean
BENT = 11
MATCHED = {"kind": "fitted", "twin": "matched"}


def turns(*sizes, of=""):
    """By turns down and up from layer 1 on."""
    names = (
        "down from layer 1 to 2",
        "up from layer 2 to 3",
        "down from layer 3 to 4",
        "up from layer 4 to 5",
    )
    return {f"{of}{name}": size for name, size in zip(names, sizes, strict=True)}


def turned(tokens, degrees):
    return {f"update_angle({tokens}) of captions": {PLAIN: tuple(map(radians, degrees))}}


OF_TURNING = (
    WorkedExample(
        "A4",
        {
            "pooled(two_nn(QUESTION)) of words": {PLAIN: OF_WORDS},
            "pooled(two_nn(QUESTION)) of validation_words": {PLAIN: BEFOREHAND},
            f"pooled(two_nn({IMAGE.like(QUESTION)})) of words": {PLAIN: OF_IMAGE},
            f"pooled(two_nn({IMAGE.like(QUESTION)})) of validation_words": {PLAIN: BEFOREHAND},
        },
        # and the best turns of the judged scenes themselves are the same
        {
            **turns(4.0, 3.0, 3.5, 3.0),
            **turns(4.0, 3.0, 3.5, 3.0, of="or else: "),
            **turns(0.5, 0.1, 0.2, 0.1, of="control image: "),
            **turns(0.5, 0.1, 0.2, 0.1, of="control image or else: "),
        },
        expected="≥ 1",
        kind="fitted",
        twin=True,
    ),
    WorkedExample(
        "A5.steady",
        turned(IMAGE, TURN),
        {
            **{f"{block} above the mean": away - 5 for block, away in AWAY.items()},
            **{f"{block} below the mean": -away - 5 for block, away in AWAY.items()},
            "away from a right angle": 3 - BENT,
        },
        expected="≤ 0",
        **MATCHED,
    ),
    WorkedExample("A5.bent", turned(IMAGE, TURN), {"": BENT}, expected="≥ 3", **MATCHED),
    # the eight of the image are 1² + 5² + 3² + 1² + 5² + 7² + 2² + 4² = 130 apart from 101
    WorkedExample(
        "A6",
        turned(IMAGE, TURN) | turned(WORDS, WORDS_TURN),
        {"": 10 - (130 / 8) ** 0.5},
        expected="≥ 3",
        **MATCHED,
    ),
)
