"""Worked examples of prunability and inertness: what is left without dead tokens, and who looks at them."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import ALIVE, DEAD, DONOR, IMAGE, PLAIN, SINK_LLM, SINK_VIT, prune, substitute, truncate

BLIND, ANOTHER = truncate(0), substitute(IMAGE, by=DONOR, at=0)
WITHOUT_DEAD = prune(DEAD)
WITHOUT_ANY = [prune(IMAGE.like(DEAD, seed)) for seed in (0, 1)]
AS_MANY_DEAD = prune(DEAD.upto(ALIVE))
AS_MANY_ALIVE = [prune(ALIVE.upto(DEAD, seed)) for seed in (0, 1, 2, 3, 4)]
#: 2.3 in the sum
KEPT_ALIVE = dict(zip(AS_MANY_ALIVE, [0.5, 0.4, 0.6, 0.5, 0.3], strict=True))
ELSEWHERE = {ANOTHER >> AS_MANY_DEAD: 0.6, ANOTHER >> AS_MANY_ALIVE[0]: 0.55}

GONE = DEAD | SINK_VIT | SINK_LLM
OTHERS = ALIVE - (SINK_VIT | SINK_LLM)
#: what is no alive token, or dead alone
RIGHT, SAME = ("correct", {PLAIN: 0.9, BLIND: 0.2}), ("agree", {ANOTHER: 0.25})
NOT_ALIVE = {"DEAD": DEAD, "DEAD | SINK_LLM | SINK_VIT": GONE}


def others_gone(claim, gone, whole, **told):
    """Seven tenths are left without dead tokens, 2.3 in the sum of five draws without others."""
    alive = [prune(OTHERS.upto(gone, seed)) for seed in range(5)]
    reading, answers = whole[0], whole[1] | {prune(gone.upto(OTHERS)): 0.7}
    answers |= dict(zip(alive, (0.5, 0.4, 0.6, 0.5, 0.3), strict=True))
    answers |= {ANOTHER >> prune(gone.upto(OTHERS)): 0.6, ANOTHER >> alive[0]: 0.55}
    return WorkedExample(
        claim,
        {
            "share(SINK_LLM | SINK_VIT, SINK_LLM | SINK_VIT) of words": {PLAIN: 1.0},
            f"{reading} of words": answers,
        },
        {"": 0.7 - 2.3 / 5, "control another_image": 0.05, "sensitivity": told.pop("moved")},
        moves="≥ 0.1",
        case={"gone": gone},
        cases=(f"gone: {', '.join(NOT_ALIVE)}",),
        drawn=20,
        **told,
    )


OF_PRUNABILITY = (
    WorkedExample(
        "H2a.right",
        {
            "correct of words": {
                PLAIN: 0.9,
                BLIND: 0.2,
                WITHOUT_DEAD: 0.85,
                WITHOUT_ANY[0]: 0.6,
                WITHOUT_ANY[1]: 0.7,
            }
        },
        {"": 0.05, "control as_many_of_any_kind": 0.25, "sensitivity": 0.7},
        expected="≤ 0.01",
        moves="≥ 0.1",
        by=0.01,
        competent=True,
    ),
    WorkedExample(
        "H2a.same",
        {"agree of words": {ANOTHER: 0.3, WITHOUT_DEAD: 0.9, WITHOUT_ANY[0]: 0.5, WITHOUT_ANY[1]: 0.6}},
        {"": 0.1, "control as_many_of_any_kind": 0.45, "sensitivity": 0.7},
        expected="≤ 0.1",
        moves="≥ 0.1",
    ),
    WorkedExample(
        "H3.right",
        {"correct of words": {PLAIN: 0.9, BLIND: 0.2, AS_MANY_DEAD: 0.8, **KEPT_ALIVE, **ELSEWHERE}},
        {"": 0.8 - 2.3 / 5, "control another_image": 0.05, "sensitivity": 0.7},
        expected="≥ 0.01",
        moves="≥ 0.1",
        by=0.01,
        competent=True,
    ),
    WorkedExample(
        "H3.same",
        {"agree of words": {ANOTHER: 0.25, AS_MANY_DEAD: 0.7, **KEPT_ALIVE, **ELSEWHERE}},
        {"": 0.7 - 2.3 / 5, "control another_image": 0.05, "sensitivity": 0.75},
        expected="≥ 0.1",
        moves="≥ 0.1",
        by=0.1,
    ),
    *(
        others_gone("H3b.right", gone, RIGHT, moved=0.7, expected="≥ 0.01", by=0.01, competent=True)
        for gone in NOT_ALIVE.values()
    ),
    *(
        others_gone("H3b.same", gone, SAME, moved=0.75, expected="≥ 0.1", by=0.1)
        for gone in NOT_ALIVE.values()
    ),
)

AS_MANY_GONE = [prune(IMAGE.like(GONE, seed)) for seed in (0, 1)]
#: of 12 layers, one at which dead tokens receive two tenths; half a tenth in the mean
RECEIVED = (0.0, 0.05, 0.05, 0.2, 0.0, 0.0, 0.1, 0.1, 0.05, 0.05, 0.0, 0.0)

OF_INERTNESS = (
    # of four boxes three are right, all without dead tokens, and two without as many alive ones
    WorkedExample(
        "H2b",
        {
            "greedy(64) of boxes": {
                PLAIN: ["0 0 4 4", "0 0 4 3", "0 0 4 2", "0 0 4 1"],
                WITHOUT_DEAD: "0 0 4 4",
                prune(ALIVE.upto(DEAD)): ["0 0 4 4", "0 0 4 3", "4 4 0 0", "nothing"],
                prune(DEAD, positions="renumbered"): "4 4 8 8",
                BLIND: "nothing",
            }
        },
        {"": 0.25, "control as_many_alive": -0.25, "sensitivity": 0.75, "beside renumbered": -0.75},
        expected="≥ 0.01",
        moves="≥ 0.1",
    ),
    WorkedExample(
        "H2c",
        {
            "correct of words": {
                PLAIN: 0.9,
                BLIND: 0.2,
                prune(GONE): 0.8,
                AS_MANY_GONE[0]: 0.5,
                AS_MANY_GONE[1]: 0.6,
            }
        },
        {"": 0.1, "control as_many_of_any_kind": 0.35, "sensitivity": 0.7},
        expected="≤ 0.1",
        moves="≥ 0.1",
        competent=True,
    ),
    WorkedExample(
        "H5.share",
        {"attention(DEAD, of=IMAGE, by=QUESTION) of words": {PLAIN: RECEIVED}},
        {f"layer {layer}": received for layer, received in enumerate(RECEIVED)},
        expected="≤ 0.08",
        twin=True,
    ),
    WorkedExample(
        "H5.each",
        {
            "attention(DEAD, of=IMAGE, by=QUESTION) of words": {PLAIN: RECEIVED},
            "share(DEAD, IMAGE) of words": {PLAIN: [0.3, 0.4, 0.2, 0.3]},
        },
        {"": 0.05 - 0.3},
        expected="≤ −0.05",
        kind="number",
        twin=True,
        twin_by=0.1,
    ),
)
