"""Worked examples of substitution: how many answers other states keep."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import DONOR, IMAGE, MEAN, NOISE, PLAIN, QUESTION, READOUT, SYSTEM, substitute, truncate

ANOTHER = substitute(IMAGE, by=DONOR, at=0)
TEXT = SYSTEM | QUESTION
SEEN = {"moves": "≥ 0.1"}


def put(tokens, by, at):
    return substitute(tokens, by=by, at=at)


def unchanged(claim, by, at, **told):
    """States of another layer keep .9, another image's .4, noise .3; of the mean token nobody is judged."""
    return WorkedExample(
        claim,
        {
            "agree of words": {
                put(IMAGE, by, at): 0.9,
                put(IMAGE, DONOR, at): 0.4,
                put(IMAGE, NOISE, at): 0.3,
                put(IMAGE, MEAN, at): 0.6,
                ANOTHER: 0.2,
            },
            "cosine of words": {put(IMAGE, by, at): 0.95},
        },
        {
            "": 0.9,
            "control another_image": 0.4,
            "control noise": 0.3,
            "sensitivity": 0.8,
            "beside mean_token": 0.6,
            "beside cosine": 0.95,
        },
        expected="≥ 0.95",
        **told,
        **SEEN,
    )


def looked(half, deep):
    """Of validation scenes: what another image's states keep, and what no image does."""
    return {
        put(IMAGE, DONOR, 1 / 2): half[0],
        put(IMAGE, DONOR, 3 / 4): deep[0],
        truncate(1 / 2): half[1],
        truncate(3 / 4): deep[1],
    }


def gaps(claim, tokens, **beside):
    """From near and from far, at three quarters of the depth: what the far states lose."""
    kept = {"": (tokens, 0.9, 0.4), "control image": (IMAGE, 0.85, 0.8)}
    kept |= {"beside as_many_image_tokens": (IMAGE.like(tokens), 0.75, 0.7)}
    kept |= {f"beside {name}": shown for name, shown in beside.items()}
    asked = {put(some, 5 / 8, 3 / 4): near for some, near, _ in kept.values()}
    asked |= {put(some, 1 / 3, 3 / 4): far for some, _, far in kept.values()}
    lost = {name: near - far for name, (_, near, far) in kept.items()}
    return WorkedExample(
        claim,
        {"agree of words": {**asked, ANOTHER: 0.2}},
        {**lost, "sensitivity": 0.8},
        expected="≥ 0.1",
        **SEEN,
    )


def asymmetry(claim, image, at):
    """Image states keep .9 against .5 of the question's; noise .4 against .3."""
    return WorkedExample(
        claim,
        {
            "agree of words": {
                put(image, 1 / 3, at): 0.9,
                put(QUESTION, 1 / 3, at): 0.5,
                put(image, NOISE, at): 0.4,
                put(QUESTION, NOISE, at): 0.3,
                ANOTHER: 0.2,
            }
        },
        {"": 0.4, "control noise": 0.1, "sensitivity": 0.8},
        expected="≥ 0.1",
        case={"at": at},
        cases=("at: 0.5, 0.75",),
        **SEEN,
    )


LEVELS = ("by, at: (0.3333, 0.5), (0.3333, 0.75), (0.5, 0.75)",)
OF_SUBSTITUTION = (
    unchanged("B1.level", 1 / 3, 3 / 4, case={"by": 1 / 3, "at": 3 / 4}, cases=LEVELS),
    unchanged("B1.input", 0, 1 / 2),
    unchanged("B1.reverse", 3 / 4, 1 / 3),
    # of ten words each that agrees is a tenth; what another image's text has in common, .2, counts as 0
    WorkedExample(
        "B1.said",
        {
            "greedy(64) of captions": {
                PLAIN: "a b c d e f g h i j",
                put(IMAGE, 1 / 3, 1 / 2): "a b c d e f g h i x",
                put(IMAGE, DONOR, 1 / 2): "a b c d x x x x x x",
                put(IMAGE, NOISE, 1 / 2): "a b c x x x x x x x",
                ANOTHER: "a b x x x x x x x x",
            }
        },
        {
            "": 0.7 / 0.8,
            "control another_image": 0.2 / 0.8,
            "control noise": 0.1 / 0.8,
            "sensitivity": 0.8,
            "beside raw": 0.9,
            "beside object_f1": 0,
        },
        expected="≥ 0.95",
        kind="number",
        by=0.1,
        competent=True,
        **SEEN,
    ),
    WorkedExample(
        "B1.flat",
        {
            "agree of words": {
                put(IMAGE, 5 / 8, 3 / 4): 0.9,
                put(IMAGE, 1 / 3, 3 / 4): 0.7,
                put(IMAGE, DONOR, 3 / 4): 0.4,
                ANOTHER: 0.2,
            }
        },
        {"": 0.2, "control another_image": 0.5, "sensitivity": 0.8},
        expected="0 ± 0.1",
        **SEEN,
    ),
    WorkedExample(
        "B1.specificity",
        {
            "agree of words": {
                put(IMAGE, 1 / 3, 1 / 2): 0.9,
                put(IMAGE, DONOR, 1 / 2): 0.4,
                put(IMAGE, NOISE, 1 / 2): 0.3,
                ANOTHER: 0.2,
            },
            "agree of validation_words": looked(half=(0.5, 0.3), deep=(0.8, 0.6)),
        },
        {"": 0.5, "control noise": -0.1, "sensitivity": 0.8, "beside depth": 0.5},
        expected="≥ 0.1",
        **SEEN,
    ),
    gaps("B2.text", TEXT | READOUT, readout_alone=(READOUT, 0.95, 0.6)),
    gaps("B2.question", QUESTION),
    gaps("B2.readout", READOUT),
    asymmetry("B3.all", IMAGE, 1 / 2),
    asymmetry("B3.matched", IMAGE.like(QUESTION), 3 / 4),
    WorkedExample(
        "B4",
        {
            "agree of words": {
                put(IMAGE, 1 / 3, 3 / 4): 0.9,
                truncate(3 / 4): 0.5,
                put(IMAGE, NOISE, 3 / 4): 0.55,
            },
            "agree of validation_words": looked(half=(0.95, 0.1), deep=(0.8, 0.6)),
        },
        {"": 0.4, "control noise": 0.05, "sensitivity": 0.9, "beside depth": 0.75},
        expected="≥ 0.1",
        moves="≥ 0.95",
    ),
)
