"""Worked examples of decoupling: what is left where a sublayer no longer writes to image tokens."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import IMAGE, PLAIN, QUESTION, SYSTEM, blind, freeze, truncate

BLIND = truncate(0)
ATTENTION, ASKED_ATTENTION = freeze(IMAGE, ffn=False), freeze(QUESTION, ffn=False)
FFN, ASKED_FFN = freeze(IMAGE, attention=False), freeze(QUESTION, attention=False)
SWITCH = ATTENTION >> blind(SYSTEM | QUESTION, IMAGE, last=1, decoding=False)
LATE, ASKED_LATE = freeze(IMAGE, first=1 / 2), freeze(QUESTION, first=1 / 2)
#: the true box of every made-up scene is 0 0 4 4: half of it, and less than half
HALF_RIGHT, WRONG, RIGHT = "0 0 4 2", "0 0 4 1", "0 0 4 4"


def free(claim, task, edit, asked):
    """A twentieth is lost, and four tenths where the question is left alone."""
    return WorkedExample(
        claim,
        {f"correct of {task}": {PLAIN: 0.9, edit: 0.85, asked: 0.5, BLIND: 0.2}},
        {"": 0.05, "control question_left_alone": 0.4, "sensitivity": 0.7},
        expected="≤ 0.1",
        moves="≥ 0.1",
        competent=True,
    )


def costs(claim, task, edit):
    """Four tenths of these are lost, and a tenth of what there is."""
    return WorkedExample(
        claim,
        {
            f"correct of {task}": {PLAIN: 0.8, edit: 0.4, BLIND: 0.3},
            "correct of what": {PLAIN: 0.9, edit: 0.8},
        },
        {"": 0.4, "control what_there_is": 0.1, "sensitivity": 0.5},
        expected="≥ 0.1",
        moves="≥ 0.1",
        competent=True,
    )


def boxes(claim, edit, expected):
    """Of four boxes all are right, then two, of which one covers half of the true one."""
    return WorkedExample(
        claim,
        {
            "greedy(64) of boxes": {PLAIN: RIGHT, edit: [RIGHT, HALF_RIGHT, WRONG, "nothing"], BLIND: WRONG},
            "correct of what": {PLAIN: 0.9, edit: 0.8},
        },
        {"": 0.5, "control what_there_is": 0.1, "sensitivity": 1.0},
        expected=expected,
        moves="≥ 0.1",
    )


OF_DECOUPLING = (
    free("M1.general", "what", ATTENTION, ASKED_ATTENTION),
    free("M1.fine", "fine", ATTENTION, ASKED_ATTENTION),
    WorkedExample(
        "M1.own",
        {
            "correct of what": {
                PLAIN: 0.9,
                blind(IMAGE, IMAGE): 0.8,
                blind(QUESTION, IMAGE): 0.4,
                BLIND: 0.2,
            }
        },
        {"": 0.1, "control question_blind": 0.5, "sensitivity": 0.7},
        expected="≤ 0.1",
        moves="≥ 0.1",
        competent=True,
    ),
    WorkedExample(
        "M1.switch",
        {"correct of what": {PLAIN: 0.9, SWITCH: 0.8, ASKED_ATTENTION: 0.4, BLIND: 0.2}},
        {"": 0.1, "control question_left_alone": 0.5, "sensitivity": 0.7},
        expected="≤ 0.1",
        moves="≥ 0.1",
        competent=True,
    ),
    boxes("M2.boxes", ATTENTION, "≥ 0.01"),
    costs("M2.places", "places", ATTENTION),
    free("M3.general", "what", FFN, ASKED_FFN),
    free("M3.fine", "fine", FFN, ASKED_FFN),
    boxes("M4.boxes", FFN, "≥ 0.05"),
    costs("M4.places", "places", FFN),
    # of four boxes attention's updates cost one and the ffn's three: two in the mean
    WorkedExample(
        "M5",
        {
            "greedy(64) of boxes": {
                PLAIN: RIGHT,
                ATTENTION: [RIGHT, RIGHT, HALF_RIGHT, WRONG],
                FFN: [RIGHT, WRONG, WRONG, "nothing"],
            },
            "correct of what": {ATTENTION: 0.9, FFN: 0.7},
        },
        {"": 0.5, "control what_there_is": 0.2, "sensitivity": 0.5},
        expected="≥ 0",
        moves="≥ 0.1",
        by=0.1,
    ),
    *(
        WorkedExample(
            "M8",
            {
                "correct of what": {PLAIN: 0.9, edit: 0.8, asked: 0.5},
                "correct of places": {PLAIN: 0.8, edit: 0.3, asked: 0.3},
            },
            {
                "": 0.4 - 0.1,
                "control what_there_is": 0.1,
                "sensitivity": 0.5,
                "beside image": 0.4,
                "beside question": 0.1,
            },
            expected="≥ 0.1",
            moves="≥ 0.1",
            case={"sublayer": name},
            cases=("sublayer: attention, ffn",),
            competent=True,
        )
        for name, edit, asked in (("attention", ATTENTION, ASKED_ATTENTION), ("ffn", FFN, ASKED_FFN))
    ),
    free("X12.harmless", "fine", LATE, ASKED_LATE),
    costs("X12.needed", "fine", LATE),
)
