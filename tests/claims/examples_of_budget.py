"""Worked examples of budgets: of 80 FLOPs, 60 are a quarter fewer."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import DONOR, IMAGE, attended, prune, substitute, truncate

LATE = truncate(1 / 2)
DRAWN, AGAIN = prune(IMAGE.sample(1 / 2, seed=0)), prune(IMAGE.sample(1 / 2, seed=1))
RANKED = truncate(1 / 6, IMAGE - attended(2 / 5, 1 / 6))
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


OF_BUDGET = (
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
