"""Worked examples of fine-tuning: profiles before a lesson, after it, and after its shuffled answers."""

from tests.claims.worked_example import BOX, Student, WorkedExample
from vtmetrics import ANSWER, FIRST, IMAGE, PLAIN, TEXT

WORDS = (TEXT | ANSWER) - FIRST
FEW = IMAGE.like(WORDS)
SIDES = {"words": (WORDS, FEW), "image": (FEW, WORDS)}
LESSONS, RATES = ("spatial", "referring"), {"equal": {}, "the paper's": {"tower": 1 / 25, "bridge": 1 / 5}}
OF_LESSONS = "lesson: spatial, referring"
BEFORE = 0.5
#: three boxes of four are right, half of them, a quarter, and none
NEAR, FAR = "0 0 3 4", "2 2 6 6"
THREE, HALF, ONE = [BOX, NEAR, NEAR, FAR], [BOX, NEAR, FAR, FAR], [FAR, FAR, FAR, NEAR]


def reading(metric, side):
    """How a number of a side is asked."""
    own, others = SIDES[side]
    return f"directions({metric!r}, {own}, {others})"


def told(name, change, beforehand=None):
    """A profile that a lesson has changed, of the judged captions and of those before."""
    curves = {"captions": change, "validation_captions": change if beforehand is None else beforehand}
    return {f"{name} of {task}": {PLAIN: curve(one)} for task, one in curves.items()}


def curve(change):
    """A profile of twelve layers, and what the norm receives."""
    changes = change if isinstance(change, tuple) else (change,) * 12
    return (*(BEFORE + one for one in changes), 0.0)


def student(answers, lesson="referring", **recipe):
    return Student({"lesson": lesson, **recipe}, answers)


def turned(sides, lesson="referring", **recipe):
    """A student by how far each side's first direction is turned."""
    answers = {}
    for side, change in sides.items():
        answers |= told(reading("rotation", side), change)
    return student(answers, lesson, **recipe)


def untrained(*names):
    """Everything is a half before."""
    found = {}
    for name in names:
        found |= told(name, 0.0)
    return found


ROTATIONS = [reading("rotation", side) for side in SIDES]


def turning(lesson, rate):
    """Words turn by a fifth, image tokens back by a tenth; by shuffled answers a tenth and a twentieth."""
    return WorkedExample(
        "S1",
        untrained(*ROTATIONS),
        {"": 0.2 - 0.1, "control shuffled_answers": 0.1 - 0.05, "sensitivity": 0.2},
        expected="≥ 0.02",
        moves="≥ 0.02",
        kind="fitted",
        case={"lesson": lesson, "rate": rate},
        cases=(OF_LESSONS, "rate: equal, the paper's"),
        students=(
            turned({"words": 0.2, "image": -0.1}, lesson, **RATES[rate]),
            turned({"words": -0.1, "image": 0.05}, lesson, shuffled=True),
        ),
    )


#: early, in between and late; where it goes furthest beforehand it has gone by a tenth
CHANGES = (0.04,) * 4 + (0.1,) + (0.0,) * 3 + (-0.06,) * 4
BEFOREHAND = (0.04,) * 4 + (0.3,) + (0.0,) * 3 + (-0.06,) * 4
SHUFFLED = (0.01,) * 4 + (0.0,) * 4 + (-0.02,) * 4
UNEQUAL = {
    ("referring", "early"): -1,
    ("referring", "late"): 1,
    ("spatial", "early"): 1,
    ("spatial", "late"): -1,
}
RISING = {("referring", "early"): -1, ("referring", "late"): -1, ("spatial", "early"): 1}


def moving(claim, metric, least, lesson, third, sign, cases):
    number = f"{metric}(IMAGE)"
    own, other = (0.04, 0.01) if third == "early" else (-0.06, -0.02)
    # shuffled answers are not asked which way they go
    shuffled = told(number, SHUFFLED)
    return WorkedExample(
        claim,
        untrained(number),
        {"": sign * own, "control shuffled_answers": sign * other, "sensitivity": 0.1},
        expected=f"≥ {least}",
        moves=f"≥ {least}",
        kind="fitted",
        case={"lesson": lesson, "third": third},
        cases=(cases,),
        students=(
            student(told(number, CHANGES, BEFOREHAND), lesson),
            student(shuffled, lesson, shuffled=True),
        ),
    )


def listed(signs):
    """The parameters as they are told."""
    return f"lesson, third: {', '.join(f'({lesson}, {third})' for lesson, third in signs)}"


#: at one layer of twelve a fifth more; its mean over layers is a sixtieth above the rest
SPIKED = (0.1,) * 5 + (0.3,) + (0.1,) * 6
SPIKE = 0.3 - (11 * 0.1 + 0.3) / 12
FOUR = (
    turned({"words": 0.2, "image": 0.1}, "referring"),
    turned({"words": 0.15, "image": 0.05}, "spatial"),
    turned({"words": 0.1, "image": 0.02}, "referring", shuffled=True),
    turned({"words": 0.08, "image": 0.02}, "spatial", shuffled=True),
)
ONLY_WORDS = tuple(
    turned({"words": words}, lesson, **recipe)
    for words, lesson, recipe in (
        (0.2, "referring", {}),
        (0.15, "spatial", {}),
        (0.1, "referring", {"shuffled": True}),
        (0.08, "spatial", {"shuffled": True}),
    )
)


def explaining(side):
    """Half of the layers explain a tenth more, beforehand by more in the first; shuffled a twentieth less."""
    number = reading("explained", side)
    return WorkedExample(
        "S7",
        untrained(number),
        {"": 0.05, "control shuffled_answers": -0.05, "sensitivity": 0.1},
        expected="≥ 0.02",
        moves="≥ 0.02",
        kind="fitted",
        case={"side": side},
        cases=("side: words, image",),
        students=(
            student(told(number, (0.1,) * 6 + (0.0,) * 6, (0.2,) + (0.1,) * 5 + (0.0,) * 6)),
            student(told(number, -0.05), shuffled=True),
        ),
    )


BOXES, BARS = "greedy(64) of referred", "correct of sided_bars"
OF_FINETUNING = (
    *(turning(lesson, rate) for lesson in LESSONS for rate in RATES),
    *(
        moving("S4.lengths", "norm_gini", 0.01, lesson, third, sign, listed(UNEQUAL))
        for (lesson, third), sign in UNEQUAL.items()
    ),
    *(
        moving("S4.rank", "stable_rank", 0.05, lesson, third, sign, listed(RISING))
        for (lesson, third), sign in RISING.items()
    ),
    WorkedExample(
        "S5",
        untrained(ROTATIONS[0]),
        {
            "": SPIKE,
            "control shuffled_answers": SPIKE / 2,
            "sensitivity": (11 * 0.1 + 0.3) / 12,
        },
        expected="≥ 0.02",
        moves="≥ 0.02",
        kind="fitted",
        students=(
            turned({"words": SPIKED}),
            turned({"words": -0.2}, "spatial"),
            turned({"words": tuple(one / 2 for one in SPIKED)}, shuffled=True),
        ),
    ),
    WorkedExample(
        "S6.grounding",
        untrained(*ROTATIONS),
        {"": 0.15 - 0.1, "control shuffled_answers": 0.06 - 0.05, "sensitivity": 0.15},
        expected="≥ 0.02",
        moves="≥ 0.02",
        kind="fitted",
        students=FOUR,
    ),
    WorkedExample(
        "S6.spatial",
        untrained(ROTATIONS[0]),
        {"": 0.15 - 0.2, "control shuffled_answers": 0.08 - 0.1, "sensitivity": 0.15},
        expected="≥ 0.02",
        moves="≥ 0.02",
        kind="fitted",
        students=ONLY_WORDS,
    ),
    *map(explaining, SIDES),
    WorkedExample(
        "S8",
        {BOXES: {PLAIN: [FAR] * 4}},
        {
            "": 0.25,
            "control shuffled_answers": 0.25 - 0.5,
            "sensitivity": 0.5,
            "beside gained": 0.75,
            "beside gained_by_the_tower": 0.5,
        },
        expected="≥ 0.1",
        moves="≥ 0.1",
        students=(
            student({BOXES: {PLAIN: THREE}}, targets="bridged"),
            student({BOXES: {PLAIN: HALF}}, targets="tower", rank=15),
            student({BOXES: {PLAIN: ONE}}, shuffled=True),
        ),
    ),
    WorkedExample(
        "S10",
        {BARS: {PLAIN: 0.6}},
        {"": 0.3, "control shuffled_answers": -0.1, "sensitivity": 0.4, "beside by_places": 0.2},
        expected="≥ 0.1",
        moves="≥ 0.1",
        students=(
            student({BARS: {PLAIN: 0.9}}),
            student({BARS: {PLAIN: 0.8}}, "spatial"),
            student({BARS: {PLAIN: 0.5}}, shuffled=True),
        ),
    ),
)
