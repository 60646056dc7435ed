"""Worked examples of reasoning: chains of a few steps, and how many of them change."""

from tests.claims.worked_example import CHAIN, WorkedExample
from vtmetrics import DONOR, IMAGE, PLAIN, attended, prune, substitute, truncate

QUARTER, HALF = truncate(1 / 4), truncate(1 / 2)
SPARSE = prune(IMAGE.sample(5 / 8))
OTHER = substitute(IMAGE, by=DONOR, at=0)
CHAINS = {"moves": "≥ 0.1", "competent": True}
THIRD = truncate(1 / 6, IMAGE - attended(1 / 3, 1 / 6))
DRAWN = truncate(1 / 6, IMAGE - IMAGE.sample(1 / 3))
RIGHT, WRONG = CHAIN, "p, q so no"

OF_REASONING = (
    # cuts change half of the steps, another image three quarters: two thirds of what can change. Of
    # conclusions they change a half, another image all. Beyond that and a tenth are left
    # (2/3 − 1/2 − .1) · .75
    WorkedExample(
        "D1.steps",
        {
            "greedy(64) of chains": {
                QUARTER: "p, x, y, z so yes",
                HALF: "p, q, r, z so no",
                SPARSE: "p, q, y, z so yes",
                OTHER: "u, v, w, s so no",
                PLAIN: "p, q, r, s so yes",
            }
        },
        {"": (2 / 3 - 1 / 2 - 0.1) * 0.75, "control pruning": (2 / 3 - 0.1) * 0.75, "sensitivity": 0.5},
        expected="≥ 0",
        kind="number",
        **CHAINS,
    ),
    # of four words the cuts change two and one, pruning puts in a fifth, another image changes three
    WorkedExample(
        "D1.words",
        {
            "greedy(64) of chains": {
                QUARTER: "p x, r y so yes",
                HALF: "p q, r y so no",
                SPARSE: "p q, r s, t so yes",
                OTHER: "u v, w s so no",
                PLAIN: "p q, r s so yes",
            }
        },
        {"": (0.5 - 0.5 - 0.1) * 0.75, "control pruning": 0.2 - 0.075, "sensitivity": 0.375},
        expected="≥ 0",
        kind="number",
        **CHAINS,
    ),
    # short answers lose .9 − .4, chains .75 − .375, true steps .9 − .5
    WorkedExample(
        "D2",
        {
            "correct of direct": {QUARTER: 0.3, HALF: 0.5, PLAIN: 0.9},
            "greedy(64) of chains": {
                QUARTER: [RIGHT, WRONG, WRONG, WRONG],
                HALF: [RIGHT, RIGHT, WRONG, WRONG],
                PLAIN: [RIGHT, RIGHT, RIGHT, WRONG],
            },
            "concludes of chains": {QUARTER: 0.4, HALF: 0.6, PLAIN: 0.9},
        },
        {"": 0.5 - 0.375, "control true_steps": 0.5 - 0.4, "sensitivity": 0.5},
        expected="≤ 0.1",
        **CHAINS,
    ),
    # of eight words the cut leaves the whole run's after two, pruning after five
    WorkedExample(
        "D3",
        {
            "greedy(64) of chains": {
                QUARTER: "p, q, x, s, t, u so yes",
                SPARSE: "p, q, r, s, t, x so yes",
                OTHER: "p, x, y, z, t, u so yes",
                PLAIN: "p, q, r, s, t, u so yes",
            }
        },
        {"": 1 / 2 - 2 / 8, "control pruning": 1 / 2 - 5 / 8, "sensitivity": 0.5},
        expected="≥ 0.1",
        kind="number",
        by=0.1,
        **CHAINS,
    ),
    # ranked tokens lose two of three right chains and a tenth of the short answers, drawn ones one chain
    # and three tenths; without the image no chain is right
    WorkedExample(
        "X18",
        {
            "correct of direct": {THIRD: 0.8, DRAWN: 0.6, truncate(0): 0.1, PLAIN: 0.9},
            "greedy(64) of chains": {
                THIRD: [RIGHT, WRONG, WRONG, WRONG],
                DRAWN: [RIGHT, RIGHT, WRONG, WRONG],
                truncate(0): WRONG,
                PLAIN: [RIGHT, RIGHT, RIGHT, WRONG],
            },
        },
        {"": 0.5 - 0.1, "control as_many_drawn": 0.25 - 0.3, "sensitivity": 0.75},
        expected="≥ 0.1",
        **CHAINS,
    ),
)
