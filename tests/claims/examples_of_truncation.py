"""Worked examples of truncation. Where the image adds .6 to .3, nine tenths of what it adds are .84."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import DONOR, IMAGE, PLAIN, substitute, truncate

BLIND, QUARTER, HALF, LATE = truncate(0), truncate(1 / 4), truncate(1 / 2), truncate(3 / 4)
OTHER = substitute(IMAGE, by=DONOR, at=0)
SIXTHS = [truncate(step / 6) for step in range(1, 6)]
TEN_POINTS = {"expected": "≥ 0.1", "moves": "≥ 0.1"}
METRICS = ("metric: bleu, rouge_l",)

OF_TRUNCATION = (
    WorkedExample(
        "C1.half",
        {"correct of letters": {HALF: 0.7, PLAIN: 0.9, BLIND: 0.3, OTHER >> HALF: 0.4}},
        {"": 0.7 - 0.84, "control another_image": 0.4 - 0.84, "sensitivity": 0.6},
        expected="≥ 0",
        moves="≥ 0.1",
        competent=True,
    ),
    # of the .8 that the image adds, half may be gained in one sixth
    WorkedExample(
        "C1.smooth",
        {
            "correct of letters": dict(
                zip([BLIND, *SIXTHS, PLAIN], [0.1, 0.15, 0.4, 0.5, 0.62, 0.85, 0.9], strict=True)
            )
        },
        {
            "sixth 1": 0.05 - 0.4,
            "sixth 2": 0.25 - 0.4,
            "sixth 3": 0.1 - 0.4,
            "sixth 4": 0.12 - 0.4,
            "sixth 5": 0.23 - 0.4,
            "sixth 6": 0.05 - 0.4,
            "sensitivity": 0.8,
        },
        expected="≤ 0",
        moves="≥ 0.1",
        competent=True,
    ),
    WorkedExample(
        "C2",
        {
            "correct of words": {HALF: 0.4, PLAIN: 0.8, BLIND: 0.2},
            "correct of choices": {HALF: 0.6, PLAIN: 0.9, BLIND: 0.3},
        },
        {"": 0.74 - 0.4, "control letters": 0.84 - 0.6, "sensitivity": 0.6},
        expected="≥ 0",
        moves="≥ 0.1",
        competent=True,
    ),
    WorkedExample(
        "C3.forced",
        {"agree of captions": {HALF: 0.3, OTHER: 0.1}, "agree of choices": {HALF: 0.8}},
        {"": 0.7, "control letters": 0.2, "sensitivity": 0.9},
        **TEN_POINTS,
    ),
    # ROUGE-L of n and m words with k in common is 2 k / (n + m). Beyond the whole text, cut to as many
    # words: −6/15, −.5, −.4, −.2, 0 of the truth, −4/15, −.2, −.2, −.1, 0 of the donor's; their slopes over
    # 0 … 1 are Σ (x − ½) y / .625
    WorkedExample(
        "C3.rises",
        {
            "greedy(64) of captions": {
                BLIND: "a b x x x",
                QUARTER: "a b c x x x x x x x",
                HALF: "a b c d x x x x x x",
                LATE: "a b c d e f x x x x",
                PLAIN: "a b c d e f g h x x",
            }
        },
        {
            "": (0.2 + 0.125 - 0.05) / 0.625,
            "control another_truth": (2 / 15 + 0.05 - 0.025) / 0.625,
            "sensitivity": 0.8 - 4 / 15,
            "beside raw": (-2 / 15 - 0.075 + 0.15 + 0.4) / 0.625,
            "beside length": (-0.25 - 0.25 + 0.25 + 0.5) / 0.625,
        },
        **TEN_POINTS,
        kind="fitted",
        by=0.1,
        case={"metric": "rouge_l"},
        cases=METRICS,
        competent=True,
    ),
    WorkedExample(
        "C3.half",
        {
            "greedy(64) of captions": {
                HALF: "a b c x y",
                PLAIN: "a b c d e f g h x x",
                BLIND: "a x x x x x x x x x",
            }
        },
        {
            "": 10 / 15 - 6 / 15,
            "control another_truth": 6 / 15 - 4 / 15,
            "sensitivity": 0.7,
            "beside raw": 0.8 - 6 / 15,
            "beside length": 0.5,
        },
        **TEN_POINTS,
        kind="number",
        by=0.1,
        case={"metric": "rouge_l"},
        cases=METRICS,
        competent=True,
    ),
    WorkedExample(
        "C4.words",
        {
            "agree of choices": {
                QUARTER: 0.6,
                HALF: 0.7,
                LATE: 0.9,
                OTHER >> QUARTER: 0.3,
                OTHER >> HALF: 0.5,
                OTHER >> LATE: 0.6,
                OTHER: 0.2,
            },
            "agree of words": {
                QUARTER: 0.2,
                HALF: 0.4,
                LATE: 0.6,
                OTHER >> QUARTER: 0.1,
                OTHER >> HALF: 0.2,
                OTHER >> LATE: 0.3,
                OTHER: 0.35,
            },
        },
        {"": 2.2 / 3 - 0.4, "control another_image": 1.4 / 3 - 0.2, "sensitivity": 0.65},
        **TEN_POINTS,
    ),
    WorkedExample(
        "C4.sentences",
        {
            "agree of words": {
                QUARTER: 0.5,
                HALF: 0.8,
                LATE: 0.9,
                OTHER >> QUARTER: 0.2,
                OTHER >> HALF: 0.4,
                OTHER >> LATE: 0.5,
                OTHER: 0.3,
            },
            "agree of sentences": {
                QUARTER: 0.1,
                HALF: 0.3,
                LATE: 0.6,
                OTHER >> QUARTER: 0.1,
                OTHER >> HALF: 0.2,
                OTHER >> LATE: 0.5,
                OTHER: 0.45,
            },
        },
        {"": 2.2 / 3 - 1 / 3, "control another_image": 1.1 / 3 - 0.8 / 3, "sensitivity": 0.55},
        **TEN_POINTS,
    ),
    # the slope over 0 … 1 of seven steps is 6 Σ k y / 28, k from −3 to 3
    WorkedExample(
        "C5",
        {
            "similar of words": dict(
                zip([BLIND, *SIXTHS, PLAIN], [0.1, 0.2, 0.2, 0.5, 0.6, 0.9, 1.0], strict=True)
            )
        },
        {"": 6 * (-0.3 - 0.4 - 0.2 + 0.6 + 1.8 + 3.0) / 28},
        expected="≥ 0.1",
        kind="fitted",
        twin=True,
    ),
)
