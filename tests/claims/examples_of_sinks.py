"""Worked examples of sinks: who looks at them, what they cost, and where they turn to the first token."""

from dataclasses import replace

from tests.claims.worked_example import WorkedExample
from vtmetrics import (
    ALIVE,
    DONOR,
    IMAGE,
    PLAIN,
    SINK_LLM,
    SINK_VIT,
    SYSTEM,
    freeze,
    prune,
    substitute,
    truncate,
)

SINK = SINK_VIT | SINK_LLM
OTHERS = ALIVE - SINK
BOTH = SINK_VIT | OTHERS
#: a verdict on sinks takes so many pictures that have them
ENOUGH = 20
KINDS = {"SINK_VIT": SINK_VIT, "SINK_LLM": SINK_LLM, "SINK_LLM | SINK_VIT": SINK}
CASES = (f"sink: {', '.join(KINDS)}",)
NO_FFN = freeze(SINK_LLM, attention=False, first=1, last=2)
NO_ATTENTION = freeze(SINK_LLM, ffn=False, first=1, last=2)
FIRST_FFN = freeze(SINK_LLM, attention=False, first=0, last=1)
BOTH_FFN = freeze(SINK_LLM, attention=False, first=0, last=2)
SKIPPED = {
    "ffn2": NO_FFN,
    "ffn1, attention2": FIRST_FFN >> NO_ATTENTION,
    "ffn1, ffn2, attention2": BOTH_FFN >> NO_ATTENTION,
    "ffn2 of others": freeze(OTHERS, attention=False, first=1, last=2),
}


def skipped(claim, edit, **case):
    """Of .9 that are right, .85 are where a half of a layer is skipped, .5 without both layers."""
    right = {PLAIN: 0.9, truncate(0): 0.3, edit: 0.85, freeze(IMAGE, first=0, last=2): 0.5}
    return WorkedExample(
        claim,
        there(SINK_LLM, "words") | {"correct of words": right},
        {"": 0.05, "control whole_image": 0.4, "sensitivity": 0.6},
        expected="≤ 0.1",
        moves="≥ 0.1",
        competent=True,
        drawn=ENOUGH,
        **case,
    )


def there(sink, task):
    """Every picture has such tokens."""
    return {f"share({sink}, {sink}) of {task}": {PLAIN: 1.0}}


def gone(sink):
    return [prune(sink), *(prune(OTHERS.like(sink, seed)) for seed in (0, 1))]


def favoured(claim, expected):
    """Sinks are two tenths of sinks and alive tokens, and receive a tenth at each second of 12 layers."""
    answers = there(SINK_VIT, "words")
    answers[f"share({SINK_VIT}, {BOTH}) of words"] = {PLAIN: 0.2}
    answers[f"attention({SINK_VIT}, of={BOTH}, by=QUESTION) of words"] = {PLAIN: (0.0, 0.1) * 6}
    told = {"expected": expected, "kind": "number", "twin": True, "drawn": ENOUGH}
    return WorkedExample(claim, answers, {"": 0.05 - 0.2}, **told)


def rising(claim, sink, layer):
    """Sinks come a quarter nearer in the attention before, and by three quarters in the network."""
    curve = [0.0] * 25
    place = 2 * layer + 1
    curve[place] = 0.25
    curve[place + 1 :] = [1.0] * (24 - place)
    names = [f"{half} {at}" for at in range(1, 13) for half in ("attention", "ffn")]
    finds = dict.fromkeys(names, 0.75) | {f"attention {layer + 1}": 0.5}
    del finds[f"ffn {layer + 1}"]
    question = f"alignment('cosine', {sink}, FIRST, steps='sublayers') of captions"
    answers = there(sink, "captions") | {question: {PLAIN: tuple(curve)}}
    told = {"expected": "≥ 0.1", "kind": "number", "twin": True, "drawn": ENOUGH}
    return WorkedExample(claim, answers, finds, **told)


FOUND_FIRST = rising("I1.first", "massive(6)", 3)
#: so long is the first token before 12 layers and behind: it grows most in the fourth, and goes on growing
GROWING = (2.0, 2.0, 2.5, 3.0, *(6.0 + place / 10 for place in range(9)))
NEAR = "near_first(5, at=2)"

OF_SINKS = (
    favoured("G7", "≤ 0"),
    favoured("X10", "≥ 0"),
    *(
        WorkedExample(
            "H1.right",
            there(sink, "words")
            | {
                "correct of words": {
                    PLAIN: 0.9,
                    truncate(0): 0.3,
                    **dict(zip(gone(sink), (0.8, 0.4, 0.6), strict=True)),
                }
            },
            {"": 0.1, "control as_many_alive": 0.4, "sensitivity": 0.6},
            expected="≤ 0.1",
            moves="≥ 0.1",
            case={"sink": sink},
            cases=CASES,
            competent=True,
            drawn=ENOUGH,
        )
        for sink in KINDS.values()
    ),
    *(
        WorkedExample(
            "H1.same",
            there(sink, "words")
            | {
                "agree of words": {
                    substitute(IMAGE, by=DONOR, at=0): 0.2,
                    **dict(zip(gone(sink), (0.95, 0.5, 0.7), strict=True)),
                }
            },
            {"": 0.05, "control as_many_alive": 0.4, "sensitivity": 0.8},
            expected="≤ 0.1",
            moves="≥ 0.1",
            case={"sink": sink},
            cases=CASES,
            drawn=ENOUGH,
        )
        for sink in KINDS.values()
    ),
    # without sinks 6 tenths of questions about the whole are lost and 2 of others; without alive ones 3 and 1
    WorkedExample(
        "X17",
        there(SINK, "whole")
        | {
            "correct of whole": {
                PLAIN: 0.9,
                truncate(0): 0.1,
                **dict(zip(gone(SINK), (0.3, 0.5, 0.7), strict=True)),
            },
            "correct of fine": {
                PLAIN: 0.8,
                truncate(0): 0.2,
                **dict(zip(gone(SINK), (0.6, 0.7, 0.7), strict=True)),
            },
        },
        {"": 0.4, "control as_many_alive": 0.2, "sensitivity": 0.8},
        expected="≥ 0.1",
        moves="≥ 0.1",
        drawn=ENOUGH,
        competent=True,
    ),
    # sinks had two tenths in the mean layer, of which the system prompt gains 15 hundredths
    WorkedExample(
        "H8",
        there(SINK, "words")
        | {
            f"attention({SINK}, of={IMAGE | ~IMAGE}, by=QUESTION) of words": {PLAIN: (0.1, 0.3) * 6},
            f"attention({SYSTEM}, of={IMAGE | ~IMAGE}, by=QUESTION) of words": {
                PLAIN: (0.2, 0.4) * 6,
                gone(SINK)[0]: (0.4, 0.5) * 6,
                gone(SINK)[1]: (0.2, 0.5) * 6,
            },
        },
        {"": 0.05, "control as_many_alive": -0.05, "sensitivity": 0.2},
        expected="≥ 0",
        moves="≥ 0.01",
        drawn=ENOUGH,
    ),
    rising("I1.where", SINK_LLM, 1),
    replace(
        FOUND_FIRST,
        answers={**FOUND_FIRST.answers, "norm_median_log(FIRST) of validation_captions": {PLAIN: GROWING}},
    ),
    WorkedExample(
        "I1.level",
        there(SINK_LLM, "captions")
        | {f"alignment('cosine', {SINK_LLM}, FIRST) of captions": {PLAIN: (0.1, 0.2, 0.95, *(0.3,) * 10)}},
        {"": 0.95},
        expected="≥ 0.9",
        kind="number",
        twin=True,
        drawn=ENOUGH,
    ),
    # from the fourth layer to the last a tenth before half, and three tenths behind
    WorkedExample(
        "I2",
        {
            f"alignment('rank', {NEAR}, FIRST) of captions": {
                PLAIN: (0.5, 0.5, 0.0, *(0.1,) * 3, *(0.3,) * 6, 0.9)
            },
            f"alignment('cosine', {NEAR}, FIRST) of captions": {PLAIN: (0.0, 0.1, 0.8, *(0.2,) * 10)},
        },
        {"": (3 * 0.1 + 6 * 0.3) / 9, "sensitivity": 0.8},
        expected="≤ 0.1",
        moves="≥ 0.5",
        kind="number",
        twin=True,
    ),
    WorkedExample(
        "I3.turn",
        there(SINK_LLM, "captions")
        | {
            f"alignment('cosine', {SINK_LLM}, FIRST) of captions": {
                PLAIN: (0.1, 0.2, 0.9, *(0.3,) * 10),
                NO_FFN: (0.1, 0.2, 0.4, *(0.3,) * 10),
                NO_ATTENTION: (0.1, 0.2, 0.8, *(0.3,) * 10),
            }
        },
        {"": 0.5, "control second_attention_instead": 0.1, "sensitivity": 0.9},
        expected="≥ 0.3",
        moves="≥ 0.5",
        kind="number",
        drawn=ENOUGH,
    ),
    WorkedExample(
        "I3.attention",
        there(SINK_LLM, "words")
        | {
            f"attention({SINK_LLM}, of=IMAGE, by=QUESTION) of words": {
                PLAIN: (0.2, 0.4) * 6,
                NO_FFN: (0.0, 0.1) * 6,
                NO_ATTENTION: (0.1, 0.4) * 6,
            }
        },
        {"": 0.1, "control second_attention_instead": -0.1, "sensitivity": 0.3},
        expected="≥ 0",
        moves="≥ 0.01",
        drawn=ENOUGH,
    ),
    *(
        skipped("I4", edit, case={"skipped": name}, cases=(f"skipped: {', '.join(SKIPPED)}",))
        for name, edit in SKIPPED.items()
    ),
    skipped("I4.all", freeze(IMAGE - SINK_LLM, attention=False, first=1, last=2)),
)
