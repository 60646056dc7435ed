"""Derivations of sinks: who looks at them and what reads them, by what was planted."""

from tests.calibration.derived import between, equal, sens

ALIVE = "as_many_alive"
ATTENTION = "second_attention_instead"
MASSIVE = "what is massive is all that such a token holds, and all that the first one does"
#: what is gone, the dead alone or with the sinks
NOT_ALIVE = ("DEAD;", "DEAD | SINK_LLM | SINK_VIT;")
#: of 81 image tokens a quarter are the tower's sinks, a fifth the language model's, and 45 neither
SINKS = {
    ("G7", "right"): [
        between(-0.36, -0.3, "nobody looks at 20 of 65 tokens, or a few less if some are dead")
    ],
    ("G7", "wrong"): [between(0.6, 0.72, "words look at 20 of 65 tokens alone")],
    ("X10", "right"): [between(0.6, 0.72, "words look at 20 of 65 tokens alone")],
    ("X10", "wrong"): [between(-0.36, -0.3, "nobody looks at 20 of 65 tokens, or a few less")],
    **{
        (claim, role): told
        for claim in ("H1.right", "H1.same")
        for role, told in {
            "right": [equal(0, "nobody reads what goes"), between(0.1, 1, "words read the alive", arm=ALIVE)],
            "wrong": [between(0.5, 1, "words read what goes", case="SINK_VIT")],
            "null": [equal(0, "nobody reads what goes"), equal(0, "all of the read are alike", arm=ALIVE)],
        }.items()
    },
    **{
        (claim, role): told
        for claim in ("H3b.right", "H3b.same")
        for role, told in {
            "right": [between(0.1, 1, "words read the others alone", case=case) for case in NOT_ALIVE],
            "wrong": [
                equal(0, "words read sinks alone, and neither goes", case=NOT_ALIVE[0]),
                between(-1, -0.1, "words read the sinks that go", case=NOT_ALIVE[1]),
            ],
            "null": [
                equal(1, "all of the others go, and words read them alone", case=case) for case in NOT_ALIVE
            ],
        }.items()
    },
    ("H8", "right"): [
        equal(sens(0.5), "the first token alone is massive as well, and so it has all that they had", 0.02),
        equal(sens(-0.5), "nobody looks at alive tokens in the layers in which they look", 0.02, arm=ALIVE),
    ],
    ("H8", "wrong"): [equal(sens(-0.5), "whom words look at is of the image", 0.02)],
    ("X17", "right"): [
        between(0.9, 1, "who asks for the whole reads sinks alone, who asks for one thing others")
    ],
    ("X17", "wrong"): [equal(0, "nobody reads what has sunk")],
    ("X17", "null"): [between(0.1, 1, "who asks for the whole reads any", arm=arm) for arm in ("", ALIVE)],
    ("I1.where", "right"): [equal(1, MASSIVE, 0.01, arm=half) for half in ("ffn 1", "attention 2", "ffn 12")],
    ("I1.where", "wrong"): [equal(-1, "it comes a layer before", 0.01, arm="ffn 1")],
    ("I1.first", "right"): [equal(1, MASSIVE, 0.01, arm=half) for half in ("ffn 1", "attention 4", "ffn 5")],
    ("I1.first", "wrong"): [equal(-1, "that of the image comes two layers later", 0.01, arm="ffn 4")],
    ("I1.level", "right"): [equal(1, MASSIVE, 0.001)],
    ("I1.level", "wrong"): [between(0.5, 0.85, "such tokens hold where they lie as well")],
    ("I2", "right"): [between(0, 0.1, "those five are massive in all later layers, as eleven others are")],
    ("I2", "wrong"): [between(0.11, 1, "they are turned round a layer later")],
    ("I3.turn", "right"): [
        equal(1, MASSIVE, 0.001),
        equal(0, "attention writes nothing to them", 0.001, arm=ATTENTION),
    ],
    ("I3.turn", "wrong"): [equal(0, "they were massive before", 0.001)],
    ("I3.attention", "right"): [
        equal(5 / 12, "words look at them from layer 2 on, and at nobody else of the image", 0.02),
        equal(-5 / 12, "they still do", 0.02, arm=ATTENTION),
    ],
    ("I3.attention", "wrong"): [between(-1, -0.5, "until it is massive, words look at nobody else")],
    ("I4", "right"): [
        equal(0, "what is read is made in the first layer, and sinks are not read"),
        between(0.1, 1, "image states turn in the first layer", arm="whole_image"),
    ],
    ("I4", "wrong"): [
        between(0.1, 1, "image states turn in the second network", case="ffn2 of others"),
        equal(0, "sinks are not read", case="ffn1"),
    ],
    ("I4.all", "right"): [
        equal(0, "what is read is made in the first layer"),
        between(0.1, 1, "image states turn in the first layer", arm="whole_image"),
    ],
    ("I4.all", "wrong"): [between(0.1, 1, "image states turn in the second network")],
    **{
        (claim, "null"): [equal(0, "image states stand still", arm=arm) for arm in ("", "whole_image")]
        for claim in ("I4", "I4.all")
    },
}
