"""Worked examples of norms, angles and what is nearest, at the inputs of layers and behind the last one."""

from math import pi

from tests.claims.worked_example import WorkedExample
from vtmetrics import ALIVE, ANSWER, FIRST, IMAGE, PLAIN, QUESTION, SYSTEM, scale, truncate

WORDS = (SYSTEM | QUESTION | ANSWER) - FIRST
LATER = (pi / 5,) * 9
BLIND = truncate(0)
#: the middle half of eight layers is 2 to 6, where validation peaks at 3; outside of it are 0, 1 and 7
MIDDLE, OUTER, PEAK = (2, 3, 4, 5, 6), (0, 1, 7), 3
GAPS = (-2.0, 1.5, -1.0, 0.3, 0.2, -0.5, 0.4, 1.0, 0.0)
GAPS_BEFOREHAND = (2.0, 2.0, 1.0, -0.1, 0.3, 0.5, 0.6, 3.0, 0.0)
COSINES = (0.1, 0.15, 0.3, 0.5, 0.55, 0.4, 0.35, 0.2, 0.9)
COSINES_SEEING = (0.12, 0.16, 0.2, 0.3, 0.6, 0.4, 0.35, 0.5, 0.9)
COSINES_BEFOREHAND = (0.1, 0.2, 0.3, 0.6, 0.5, 0.4, 0.3, 0.05, 0.9)


def peaked(profile, arm=""):
    """By how much the peak is above each outer layer, or else another layer of the middle."""
    found = {}
    for layer in MIDDLE:
        role = arm if layer == PEAK else f"{arm} or else".strip()
        for place in OUTER:
            name = f"{role}: layer {layer} above layer {place}".strip(": ")
            found[name] = profile[layer] - profile[place]
    return found


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
    WorkedExample(
        "K3.updates",
        {
            "relative_update(IMAGE) of captions": {
                PLAIN: (0.5, 9.0, 9.0, *(9.0,) * 9),
                scale(IMAGE, 0.01): (20.0, 0.0, 0.0, *(0.0,) * 9),
            }
        },
        {"": 15.0},
        expected="≥ 0.1",
        kind="number",
        twin=True,
    ),
    *(
        WorkedExample(
            "K3.costs",
            {
                "correct of words": {
                    PLAIN: 0.9,
                    scale(IMAGE, factor): 0.3,
                    scale(IMAGE, 1 / factor): 0.7,
                    BLIND: 0.2,
                }
            },
            {"": 0.6, "control as_much_longer": 0.2, "sensitivity": 0.7},
            expected="≥ 0.1",
            moves="≥ 0.1",
            case={"factor": factor},
            cases=("factor: 0.01, 0.1",),
            competent=True,
        )
        for factor in (0.01, 0.1)
    ),
    WorkedExample(
        "K4.norm",
        {
            f"affinity('longer', {ALIVE}, {WORDS}) of captions": {PLAIN: GAPS},
            f"affinity('longer', {ALIVE}, {WORDS}) of validation_captions": {PLAIN: GAPS_BEFOREHAND},
        },
        {**peaked([-abs(gap) for gap in GAPS]), "sensitivity": -0.3 + 1.0},
        expected="≥ 0.1",
        moves="≥ 0.1",
        kind="fitted",
        twin=True,
        layers=8,
    ),
    WorkedExample(
        "K4.direction",
        {
            f"affinity('cosine', {ALIVE}, {WORDS}) of captions": {BLIND: COSINES, PLAIN: COSINES_SEEING},
            f"affinity('cosine', {ALIVE}, {WORDS}) of validation_captions": {BLIND: COSINES_BEFOREHAND},
        },
        {
            **peaked(COSINES),
            **peaked(COSINES_SEEING, "beside words_that_see"),
            "sensitivity": 0.5 - 0.2,
        },
        expected="≥ 0.01",
        moves="≥ 0.05",
        kind="fitted",
        twin=True,
        layers=8,
    ),
)
