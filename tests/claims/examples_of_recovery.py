"""Worked examples of recovery: a caption of ten words, of which cut models and their students say some.

In common with the truth, and with the whole model's caption: CUT 2 and 3, WHOLE 8 and 10, SEEN 7 and 8,
UNSEEN 3 and 5, UNRELATED 4 and 6. Answers are right, wrong, or wrong as the whole model's are.
"""

from tests.claims.worked_example import CHAIN, FINE, Student, WorkedExample
from vtmetrics import DONOR, IMAGE, PLAIN, substitute, truncate
from vtmetrics.readings import beams, drawn, greedy

QUARTER, THIRD = truncate(1 / 4), truncate(1 / 3)
OTHER = substitute(IMAGE, by=DONOR, at=0)
CUT, WHOLE = "a b z z z z z z x z", "a b c d e f g h x y"
SEEN, UNSEEN, UNRELATED = "a b c d e f g v v y", "a b c w w w w w x y", "a b c d w w x y w w"
WRONG, LIKEWISE = "u", "v"
ONE, TWO = [FINE, WRONG, WRONG, WRONG], [FINE, FINE, WRONG, WRONG]
THREE, THREE_LIKEWISE = [FINE, FINE, FINE, WRONG], [FINE, FINE, FINE, LIKEWISE]
RUNS = {
    "quarter": {"edit": QUARTER},
    "quarter, another seed": {"edit": QUARTER, "seed": 1},
    "quarter, all modules": {"edit": QUARTER, "rank": 4, "targets": "all"},
    "third": {"edit": THIRD},
}
WAYS = [
    *(greedy(64), beams(64, width=4)),
    *(drawn(64, temperature=0.7, seed=seed) for seed in range(3)),
    *(drawn(64, top_p=0.9, seed=seed) for seed in range(3)),
    *(drawn(64, top_k=50, seed=seed) for seed in range(3)),
]


def tuned(claim, run, finds, expected, answers=None, **told):
    """A model under a cut, its student, and one that was trained at full depth, with captions or answers too.

    After the cut one fine answer in four is right, three of the whole model's, two at full depth.
    """
    recipe, edit = RUNS[run], RUNS[run]["edit"]
    own = {"greedy(64) of shapes": {edit: CUT, PLAIN: WHOLE}}
    seeing = {"greedy(64) of shapes": {edit: SEEN, OTHER >> edit: UNSEEN}}
    whole = {"greedy(64) of shapes": {edit: UNRELATED}}
    if answers:
        own["greedy(64) of fine"] = {edit: ONE, PLAIN: THREE_LIKEWISE}
        seeing["greedy(64) of fine"] = {edit: answers, OTHER >> edit: [WRONG] * 4}
        whole["greedy(64) of fine"] = {edit: THREE}
    students = Student(recipe, seeing), Student({"edit": PLAIN}, whole)
    case = {"case": {"run": run}, "cases": (f"run: {', '.join(RUNS)}",)}
    return WorkedExample(claim, own, finds, expected, moves="≥ 0.1", students=students, **case, **told)


#: the cut costs .6, and seven tenths of the way back are .2 + .42
BACK = {"": 0.7 - 0.62, "control another_image": 0.3 - 0.62, "control full_depth": 0.4 - 0.62}
#: of the likeness to the teacher it costs .7, and .3 + .49
TAUGHT = {"": 0.8 - 0.79, "control another_image": 0.5 - 0.79, "control full_depth": 0.6 - 0.79}
BACK_AGAIN = {"expected": "≥ 0", "kind": "number", "by": 0.1}

OF_RECOVERY = (
    *(tuned("E1.truth", run, {**BACK, "sensitivity": 0.6}, **BACK_AGAIN) for run in RUNS),
    tuned("E1.teacher", "third", {**TAUGHT, "sensitivity": 0.7}, **BACK_AGAIN),
    # half of the way back is .5 of the answers, .5 of the captions' words
    tuned(
        "E2.truth",
        "quarter, another seed",
        {"": 0.75 - 0.5, "control captions": 0.7 - 0.5, "sensitivity": 0.5},
        expected="≤ 0",
        answers=THREE,
    ),
    # of the likeness to the teacher .625 and .65
    tuned(
        "E2.teacher",
        "quarter",
        {"": 1 - 0.625, "control captions": 0.8 - 0.65, "sensitivity": 0.75},
        expected="≤ 0",
        answers=THREE_LIKEWISE,
    ),
    # five sixths of the captions' cost against a half of the answers'; at full depth a third against all
    tuned(
        "E2.ahead",
        "quarter, all modules",
        {"": 5 / 6 - 1 / 2, "control full_depth": 1 / 3 - 1, "sensitivity": 0.5},
        expected="≥ 0.2",
        answers=TWO,
        kind="fitted",
        by=0.1,
    ),
    # the slope over ranks at 0, ½ and 1 is the last less the first
    WorkedExample(
        "E2.flat",
        {"greedy(64) of fine": {PLAIN: THREE}, "greedy(64) of shapes": {QUARTER: CUT}},
        {"": 0.25, "control captions_from_nothing": 0.3 - 0.2, "sensitivity": 0.25},
        expected="0 ± 0.1",
        moves="≥ 0.1",
        case={"budget": "rank"},
        cases=("budget: rank, steps",),
        students=(
            Student({"edit": QUARTER, "rank": 4}, {"greedy(64) of fine": {QUARTER: ONE}}),
            Student({"edit": QUARTER}, {"greedy(64) of fine": {QUARTER: THREE}}),
            Student(
                {"edit": QUARTER, "rank": 64},
                {"greedy(64) of fine": {QUARTER: TWO}, "greedy(64) of shapes": {QUARTER: UNSEEN}},
            ),
        ),
    ),
    WorkedExample(
        "E2.flat",
        {"greedy(64) of fine": {PLAIN: THREE}, "greedy(64) of shapes": {QUARTER: CUT}},
        {"": 0.5, "control captions_from_nothing": 0.5, "sensitivity": 0.0},
        expected="0 ± 0.1",
        moves="≥ 0.1",
        case={"budget": "steps"},
        cases=("budget: rank, steps",),
        students=(
            Student({"edit": QUARTER, "steps": 75}, {"greedy(64) of fine": {QUARTER: ONE}}),
            Student(
                {"edit": QUARTER},
                {"greedy(64) of fine": {QUARTER: THREE}, "greedy(64) of shapes": {QUARTER: SEEN}},
            ),
        ),
    ),
    # short answers lose .5, chains .75 − .5, true steps .95 − .6
    WorkedExample(
        "E4",
        {
            "correct of direct": {PLAIN: 0.9},
            "greedy(64) of chains": {PLAIN: [CHAIN, CHAIN, CHAIN, "so no"]},
            "concludes of chains": {PLAIN: 0.95},
        },
        {"": 0.5 - 0.25, "control true_steps": 0.5 - 0.35, "sensitivity": 0.5},
        expected="≤ 0.1",
        moves="≥ 0.1",
        students=(
            Student(
                {"edit": QUARTER},
                {
                    "correct of direct": {QUARTER: 0.4},
                    "greedy(64) of chains": {QUARTER: [CHAIN, CHAIN, "so no", "so no"]},
                    "concludes of chains": {QUARTER: 0.6},
                },
            ),
        ),
    ),
)
