"""Worked examples of injection: a student that learned from the start, and one that learned a late entry.

Students are asked as they learned, and both without the image or with another one.
"""

from tests.claims.worked_example import BOX, Student, WorkedExample
from vtmetrics import DONOR, IMAGE, PLAIN, enter_at, substitute, truncate

BLIND, OTHER = truncate(0), substitute(IMAGE, by=DONOR, at=0)
TAUGHT = {"targets": "bridged", "teacher": "gold"}
START = {"edit": PLAIN, **TAUGHT}
EIGHTH = enter_at(1 / 8)
LAST = enter_at(5 / 16)
LATER = {"8 of 32": enter_at(1 / 4), "10 of 32": LAST}
ENTRIES = {"4 of 32": EIGHTH, **LATER}
SEEDS = {"one seed": {}, "another seed": {"seed": 1}}
OF_SEEDS = ("seed: one seed, another seed",)
#: boxes: the true one, one that is all but a column of it, and one of which less than half is in common
TRUE, NEAR, FAR = BOX, "0 0 3 4", "2 2 6 6"


def students(question, seed, entry, start, late):
    """Who learned from the start, and who learned a late entry; how both answer."""
    recipe = {"edit": entry, **TAUGHT, **SEEDS[seed]}
    return Student(START, {question: start}), Student(recipe, {question: late})


def kept(claim, entry, seed="one seed", **told):
    """Of 90 % that are right from the start, 85 % still are; 50 % where nobody learned it, 45 unseen."""
    own = {PLAIN: 0.8, EIGHTH: 0.2, entry: 0.3}
    start, late = {PLAIN: 0.9, entry: 0.5, BLIND: 0.4}, {entry: 0.85, OTHER >> entry: 0.45}
    return WorkedExample(
        claim,
        {"correct of words": own},
        {
            "": 0.05,
            "control another_image": 0.45,
            "control learned_from_the_start": 0.4,
            "sensitivity": 0.5,
            "beside untuned": 0.5,
        },
        expected="≤ 0.1",
        moves="≥ 0.1",
        by=0.1,
        students=students("correct of words", seed, entry, start, late),
        **told,
    )


def boxed(seed):
    """Of four boxes three are right from the start, and all where the image enters late, if it does."""
    question = "greedy(64) of boxes"
    start = {PLAIN: [TRUE, NEAR, NEAR, FAR], EIGHTH: [NEAR, FAR, FAR, FAR], BLIND: [FAR] * 4}
    late = {EIGHTH: [TRUE, TRUE, NEAR, TRUE], OTHER >> EIGHTH: [FAR, FAR, FAR, TRUE]}
    return WorkedExample(
        "M6.boxes",
        {question: {PLAIN: [TRUE] * 4, EIGHTH: [NEAR, NEAR, FAR, "red"]}},
        {
            "": -0.25,
            "control another_image": 0.5,
            "control learned_from_the_start": 0.5,
            "sensitivity": 0.75,
            "beside untuned": 0.5,
        },
        expected="≤ −0.01",
        moves="≥ 0.1",
        case={"seed": seed},
        cases=OF_SEEDS,
        students=students(question, seed, EIGHTH, start, late),
    )


def later(depth):
    """Of 90 % that are right from the start, 70 % are by so late an entry, and 88 by an eighth."""
    entry, question = LATER[depth], "correct of words"
    return WorkedExample(
        "M6.later",
        {question: {PLAIN: 0.8, entry: 0.3}},
        {"": 0.2, "control an_eighth": 0.02, "sensitivity": 0.5, "beside untuned": 0.5},
        expected="≥ 0.005",
        moves="≥ 0.1",
        by=0.005,
        case={"depth": depth},
        cases=("depth: 8 of 32, 10 of 32",),
        students=(
            Student(START, {question: {PLAIN: 0.9, BLIND: 0.4}}),
            Student({"edit": entry, **TAUGHT}, {question: {entry: 0.7}}),
            Student({"edit": EIGHTH, **TAUGHT}, {question: {EIGHTH: 0.88}}),
        ),
    )


def untrained(depth):
    """Of 80 % that are right, 30 % are by a late entry, and 25 of another image."""
    entry = ENTRIES[depth]
    return WorkedExample(
        "M7.untrained",
        {"correct of words": {PLAIN: 0.8, entry: 0.3, OTHER >> entry: 0.25, BLIND: 0.2}},
        {"": 0.5, "control another_image": 0.55, "sensitivity": 0.6},
        expected="≤ 0.1",
        moves="≥ 0.1",
        case={"depth": depth},
        cases=("depth: 4 of 32, 8 of 32, 10 of 32",),
        competent=True,
    )


DONORS = "grounding('any', EMBEDS, k=5, whose=DONOR) of captions"


def curves(entered, early, upper):
    """What tokens find at each layer, and of another picture's labels; the last layer does not count."""
    own = (entered, *[early] * 5, *[upper] * 6, 0.9)
    other = tuple(round(each / 5, 3) for each in own)
    return {"grounding('any', EMBEDS, k=5) of captions": own, DONORS: other}


def under(edit, *curve, more=None):
    """The answers under one edit, or under another one as well."""
    found = {question: {edit: one} for question, one in curves(*curve).items()}
    for other, others in (more or {}).items():
        for question, one in curves(*others).items():
            found[question][other] = one
    return found


def entering(depth):
    """As they enter .2 and .25 find their label, .05 untuned; a fifth of each is chance."""
    return WorkedExample(
        "J4.entry",
        under(PLAIN, 0.05, 0.1, 0.1),
        {"": 0.8 * 0.05, "control untuned_projector": 0.8 * -0.15, "sensitivity": 0.8 * 0.3},
        expected="0 ± 0.02",
        moves="≥ 0.03",
        kind="number",
        case={"depth": depth},
        cases=("depth: 4 of 32, 8 of 32, 10 of 32",),
        students=(
            Student(START, under(PLAIN, 0.2, 0.4, 0.3)),
            Student({"edit": ENTRIES[depth], **TAUGHT}, under(PLAIN, 0.25, 0.5, 0.6)),
        ),
    )


#: from layer 4 to the upper half .4 → .3 from the start, .1 → .6 entering late; untuned .1 → .2 and .1 → .3
RANGE = WorkedExample(
    "J4.range",
    under(PLAIN, 0.05, 0.1, 0.2, more={LAST: (0.1, 0.1, 0.3)}),
    {"": 0.8 * 0.6, "control untuned": 0.8 * 0.1, "sensitivity": 0.8 * 0.3},
    expected="≥ 0.02",
    moves="≥ 0.03",
    by=0.02,
    kind="number",
    students=(
        Student(START, under(PLAIN, 0.2, 0.4, 0.3)),
        Student({"edit": LAST, **TAUGHT}, under(LAST, 0.1, 0.1, 0.6)),
    ),
)

OF_INJECTION = (
    *(kept("M6.keeps", EIGHTH, seed, case={"seed": seed}, cases=OF_SEEDS) for seed in SEEDS),
    # of twelve layers, six of the paper's 32 are its four
    kept("M6.six", enter_at(3 / 16), layers=32),
    *map(boxed, SEEDS),
    *map(later, LATER),
    *map(untrained, ENTRIES),
    *map(entering, ENTRIES),
    RANGE,
)
