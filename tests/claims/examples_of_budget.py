"""Worked examples of budgets: of 80 FLOPs, 60 are a quarter fewer."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import DONOR, IMAGE, PLAIN, attended, prune, pyramid, substitute, truncate, window

LATE = truncate(1 / 2)
DRAWN, AGAIN = prune(IMAGE.sample(1 / 2, seed=0)), prune(IMAGE.sample(1 / 2, seed=1))
RANKED = truncate(1 / 6, IMAGE - attended(2 / 5, 1 / 6))
FIFTHS = pyramid(
    {0.0: IMAGE.sample(1 / 5), 0.25: IMAGE.sample(2 / 5), 0.5: IMAGE.sample(3 / 5), 0.75: IMAGE.sample(4 / 5)}
)
MOST, LEAST, LAST = IMAGE.sample(3 / 4), IMAGE.sample(1 / 4), window(2 / 3, 1.0, IMAGE.sample(1 / 2))
FIRST_THIRD = window(0, 1 / 3, MOST) >> window(1 / 3, 2 / 3, LEAST) >> LAST
SECOND_THIRD = window(0, 1 / 3, LEAST) >> window(1 / 3, 2 / 3, MOST) >> LAST
OTHER = substitute(IMAGE, by=DONOR, at=0)
ASKED = {"expected": "≥ 0.1", "moves": "≥ 0.1", "competent": True}


def drawn(claim, task):
    """Late keeps .8, two draws keep .5 and .3; of another image .7 against .6."""
    return WorkedExample(
        claim,
        {
            f"agree of {task}": {LATE: 0.8, DRAWN: 0.5, AGAIN: 0.3, OTHER >> LATE: 0.7, OTHER >> DRAWN: 0.6},
            f"flops(formula) of {task}": {LATE: 60.0, DRAWN: 80.0},
            f"kv_bytes(formula) of {task}": {LATE: 6.0, DRAWN: 5.0},
        },
        {
            "": 0.4,
            "control another_image": 0.1,
            "sensitivity": 1 - 1.6 / 3,
            "beside flops": -0.25,
        },
        **ASKED,
    )


def apart_by(claim, one, other):
    """One keeps .9 and the other .5; of another image .6 and .55; the whole run keeps all."""
    return WorkedExample(
        claim,
        {
            "agree of words": {one: 0.9, other: 0.5, PLAIN: 1.0, OTHER >> one: 0.6, OTHER >> other: 0.55},
            "flops(formula) of words": {one: 60.0, other: 50.0},
            "kv_bytes(formula) of words": {one: 6.0, other: 5.0},
        },
        {"": 0.4, "control another_image": 0.05, "sensitivity": 0.3, "beside flops": -1 / 6},
        **ASKED,
    )


OF_BUDGET = (
    apart_by("X19", FIFTHS, LATE),
    apart_by("X20", FIRST_THIRD, SECOND_THIRD),
    drawn("F2.words", "words"),
    drawn("F2.letters", "choices"),
    drawn("F2.captions", "captions"),
    WorkedExample(
        "F2.ranked",
        {
            "agree of words": {
                LATE: 0.8,
                RANKED: 0.45,
                DRAWN: 0.4,
                OTHER >> LATE: 0.65,
                OTHER >> RANKED: 0.6,
            },
            "flops(formula) of words": {LATE: 60.0, RANKED: 50.0},
            "kv_bytes(formula) of words": {LATE: 6.0, RANKED: 5.0},
        },
        {
            "": 0.35,
            "control another_image": 0.05,
            "sensitivity": 0.4,
            "beside flops": 10 / 60,
        },
        **ASKED,
    ),
)
