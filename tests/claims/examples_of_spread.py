"""Worked examples of the spread over eleven ways of decoding: k of them away from all others by d.

The variance of such scores is d² k (11 − k) / 121.
"""

from tests.claims.examples_of_recovery import RUNS, WAYS, WHOLE
from tests.claims.worked_example import Student, WorkedExample
from vtmetrics import PLAIN

#: words in common with the truth, and with the whole model's caption: 4 and 4, 4 and 5, 6, 2, 2 and 3
FOUR, FOUR_AND_FIVE = "a b c d z z z z z z", "a b c d z z z z z y"
SIX, TWO, TWO_AND_THREE = "a b c d e f z z z z", "a b z z z z z z z z", "a b z z z z z z x z"


def ways(usual, other, count):
    """A text for each way, the last `count` of them another one."""
    return [usual] * (len(WAYS) - count) + [other] * count


def variance(apart, count):
    return apart**2 * count * (11 - count) / 121


def asked(edit, texts):
    """The questions for a caption of shapes in every way."""
    return {f"{way} of shapes": {edit: text} for way, text in zip(WAYS, texts, strict=True)}


def spread(claim, run, finds):
    """Of every second scene: a cut model with five captions apart, its student two, the whole one four,
    one that was trained at full depth three.
    """
    edit = RUNS[run]["edit"]
    cut, whole = asked(edit, ways(FOUR, TWO_AND_THREE, 5)), asked(PLAIN, ways(WHOLE, TWO_AND_THREE, 4))
    return WorkedExample(
        claim,
        {question: {**cut[question], **whole[question]} for question in cut},
        finds,
        expected="≤ 0",
        moves="≥ 0.01",
        kind="number",
        case={"run": run},
        cases=("run: quarter, third",),
        students=(
            Student(RUNS[run], asked(edit, ways(FOUR_AND_FIVE, SIX, 2))),
            Student({"edit": PLAIN}, asked(PLAIN, ways(SIX, TWO, 3))),
        ),
        scenes=2,
    )


OF_SPREAD = (
    spread(
        "E3.truth",
        "third",
        {
            "": variance(0.2, 2) - 0.8 * variance(0.2, 5),
            "control full_depth": variance(0.4, 3) - 0.8 * variance(0.6, 4),
            "sensitivity": variance(0.2, 5),
        },
    ),
    spread(
        "E3.teacher",
        "quarter",
        {
            "": variance(0.1, 2) - 0.8 * variance(0.1, 5),
            "control full_depth": variance(0.4, 3) - 0.8 * variance(0.7, 4),
            "sensitivity": variance(0.1, 5),
        },
    ),
)
