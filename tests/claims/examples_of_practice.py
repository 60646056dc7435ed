"""Worked examples of practice: what cuts at each of twelve layers lose, and where the walk stops.

Half of the answers are lost at layer 4, none from layer 5 on; to show that takes some 190 groups.
"""

from tests.claims.worked_example import WorkedExample
from vtmetrics import PLAIN, truncate

CUTS = [truncate(layer) for layer in range(12)]
KEPT = dict(zip(CUTS, [0.3, 0.4, 0.4, 1.0, 0.5, *[1.0] * 7], strict=True))


def walked(task, score, added):
    """Two points of a hundred may be lost, and are not; without the image .7 are."""
    return WorkedExample(
        "Practice",
        {
            f"{score} of {task}": {PLAIN: 1.0, **KEPT},
            **added,
            f"flops(counted) of {task}": {PLAIN: 200.0, truncate(5): 150.0},
            f"kv_bytes(counted) of {task}": {PLAIN: 40.0, truncate(5): 10.0},
        },
        {
            "": -0.02,
            "control no_image": 0.68,
            "sensitivity": 0.7,
            "beside layer": 5,
            "beside flops": 0.25,
            "beside kv_bytes": 0.75,
        },
        expected="≤ 0",
        moves="≥ 0.1",
        case={"task": task, "within": 0.02},
        drawn=400,
    )


OF_PRACTICE = (
    *(walked(task, "correct", {}) for task in ("letters", "words", "sentences")),
    walked("captions", "agree", {"logprob of captions": {PLAIN: -0.5, truncate(0): -1.2}}),
)
