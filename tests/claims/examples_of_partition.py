"""Worked examples of the partition: shares of tokens by kind, and how alike a kind is in two images."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import ALIVE, DEAD, PLAIN, SINK_LLM, SINK_VIT, clustered

SINK = SINK_VIT | SINK_LLM
LARGEST, ANY = clustered(0.9, 0), clustered(0.9, None)


def shared(claim, tokens, expected, of="IMAGE", **told):
    """Four pictures of which two, one, three and two tenths are of the kind: two tenths in the mean."""
    answers = {f"share({tokens}, {of}) of captions": {PLAIN: [0.2, 0.1, 0.3, 0.2]}}
    finds = {"": 0.2} | {arm: value for arm, (_, value) in told.items()}
    answers |= {f"share({other}, {of}) of captions": {PLAIN: value} for other, value in told.values()}
    return WorkedExample(claim, answers, finds, expected=expected, kind="number", twin=True)


def across(claim, tokens, expected):
    """Two pictures have this kind of token in the same direction, two in others."""
    answers = {f"across_images({tokens}) of captions": {PLAIN: [1.0, 0.6, 1.0, 0.8]}}
    return WorkedExample(claim, answers, {"": 0.85}, expected=expected, kind="number", twin=True)


OF_PARTITION = (
    shared("G1.alive", ALIVE - SINK, "0.5 … 0.7"),
    shared("G1.dead", DEAD - SINK, "0.2 … 0.4"),
    shared("G1.sink", SINK, "0.03 … 0.2"),
    # four tenths in the largest cluster, and of the other six a quarter of the image in others
    WorkedExample(
        "G2",
        {
            f"share({LARGEST}, IMAGE) of captions": {PLAIN: 0.4},
            f"share({ANY - LARGEST}, IMAGE) of captions": {PLAIN: [0.2, 0.3, 0.25, 0.25]},
        },
        {"": 0.15},
        expected="≥ 0.1",
        kind="number",
        twin=True,
    ),
    across("G3", DEAD, "≥ 0.95"),
    *(
        WorkedExample(
            "G4",
            {f"in_common(clustered({tau}, 0), {LARGEST}) of captions": {PLAIN: [1.0, 0.9, 0.8, 0.9]}},
            {"": 0.9},
            expected="≥ 0.8",
            kind="number",
            case={"tau": tau},
            cases=("tau: 0.8, 0.95",),
            twin=True,
        )
        for tau in (0.8, 0.95)
    ),
    across("G5", SINK_VIT, "≥ 0.97"),
    shared("G6", LARGEST, "≥ 0.8", of=SINK_VIT, **{"beside in_any_cluster": (ANY, 0.7)}),
    shared("G8.late", "massive(1)", "≤ 0.1", of=SINK_LLM),
    across("G8.traced", SINK_LLM, "≥ 0.9"),
    shared("G10", LARGEST, "≤ 0.1"),
)
