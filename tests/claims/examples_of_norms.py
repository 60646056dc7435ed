"""Worked examples of norms and angles, over the thirteen layers of twelve."""

from math import pi

from tests.claims.worked_example import WorkedExample
from vtmetrics import ANSWER, FIRST, PLAIN, QUESTION, SYSTEM

WORDS = (SYSTEM | QUESTION | ANSWER) - FIRST
LATER = (pi / 5,) * 9

OF_NORMS = (
    WorkedExample(
        "K1",
        {
            "norm_median_log(IMAGE) of captions": {PLAIN: (3.0, 9, 9, 9, 9, 9, 2.5, 9, 9, 9, 9, 9, 9)},
            f"norm_median_log({WORDS}) of captions": {PLAIN: (1.2, 1, 1, 1, 1, 1, 2.1, 1, 1, 1, 1, 1, 1)},
        },
        {"": 1.8, "beside half_way": 0.4},
        expected="≥ 0.693147",
        kind="number",
        twin=True,
    ),
    # in three of twelve layers the cosines are 1, ½, 1 and 0, ½, 0
    WorkedExample(
        "K2",
        {
            "state_angle(IMAGE) of captions": {PLAIN: (0.0, pi / 3, 0.0, *LATER)},
            f"state_angle({WORDS}) of captions": {PLAIN: (pi / 2, pi / 3, pi / 2, *LATER)},
        },
        {"": 2.5 / 3 - 0.5 / 3},
        expected="≥ 0.1",
        kind="fitted",
        twin="matched",
    ),
)
