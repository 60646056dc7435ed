"""Derivations of kinds of tokens: how many there are, by how many were planted, and who looks at them."""

from fixtures.planted.behaviour import EVERY
from tests.calibration.derived import between, equal

#: of 81 image tokens, three tenths are 24, a tenth 8, a twentieth 4 and four tenths 32
PARTITION = {
    ("G1.alive", "right"): [equal(45 / 81, "who is of no group")],
    ("G1.dead", "right"): [equal(24 / 81, "three tenths are the same token")],
    ("G1.sink", "right"): [equal(12 / 81, "a tenth and a twentieth are sinks")],
    ("G1.sink", "wrong"): [equal(0, "none is planted")],
    ("G2", "right"): [between(32 / 81 - 0.1, 0.3951, "four tenths are the same token, the others none")],
    ("G3", "right"): [between(0.99, 1, "dead tokens hold the same in all pictures")],
    **{
        ("G4", role): [between(*ends, why)]
        for role, *ends, why in (
            ("right", 0.99, 1, "dead tokens are the same to the last digit, and alike at any threshold"),
            ("null", 0.99, 1, "dead tokens are the same to the last digit, and alike at any threshold"),
        )
    },
    ("G5", "right"): [between(0.99, 1, "sinks hold the same in all pictures")],
    ("G6", "right"): [equal(1, "the same tokens are dead and long")],
    ("G6", "wrong"): [equal(0, "other tokens are dead than are long")],
    ("G8.late", "right"): [equal(0, "the massive coordinate comes at layer 2")],
    ("G8.late", "wrong"): [equal(1, "the massive coordinate comes at layer 1")],
    ("G8.traced", "right"): [between(0.99, 1, "sinks hold the same in all pictures")],
    ("H2c", "right"): [
        equal(0, "nobody reads what goes"),
        between(0.1, 1, "of any, read ones go", arm="as_many_of_any_kind"),
    ],
    ("H2c", "wrong"): [between(0.1, 1, "words read what goes")],
    ("H5.share", "right"): [equal(0, "words look away from them", arm=f"layer {at}") for at in EVERY],
    ("H5.share", "wrong"): [between(0.9, 1, "words look at them alone", arm=f"layer {at}") for at in EVERY],
    ("H5.each", "right"): [equal(-32 / 81, "words look away from four tenths of the image", 1e-4)],
    ("H5.each", "wrong"): [equal(1 - 24 / 81, "words look at three tenths alone", 0.05)],
    ("G9", "right"): [between(0.9, 1, "nobody else is near to what they all hold")],
    ("G9", "wrong"): [between(0.05, 0.5, "everybody is near to the word", case="vit")],
    ("H4.still", "right"): [between(0.3, 1.4, "dead tokens keep a cosine of 1, others turn")],
    ("H4.still", "wrong"): [between(-0.1, 0.1, "all gain the same, beside which nothing counts")],
    ("H4.alike", "right"): [between(0.1, 1, "dead tokens are the same, and others are not")],
    ("H4.alike", "wrong"): [between(-0.1, 0.1, "all gain the same, beside which nothing counts")],
    ("H6", "right"): [between(0.1, 6, "the head is told the word of many others, and none of theirs")],
    ("H6", "wrong"): [between(-6, -0.1, "the head is told their word alone")],
    ("H9", "right"): [between(-1, -8 / 49, "dead tokens have a full stop, eight of 49 others a word")],
    ("H9", "wrong"): [between(0, 1, "all dead tokens have a word")],
    ("J1.early", "right"): [between(0.05, 0.6, "eight of ten colours are found, half of all words")],
    ("J1.early", "wrong"): [between(-0.6, -0.05, "the head is told them first")],
    ("J1.late", "right"): [between(0.05, 0.6, "the head is told what embeddings lose")],
    ("J2.input", "right"): [between(-0.05, 0.01, "nothing is told before layer 2")],
    ("J2.input", "wrong"): [between(0.1, 0.8, "eight of ten colours are told as they enter")],
    ("J2.later", "wrong"): [between(-0.05, 0.05, "nothing is ever told")],
    ("J2.rises", "wrong"): [equal(0, "what is told is told throughout")],
    **{
        ("J3", role): [between(*ends, f"{who} have the flag of words, others not")]
        for role, ends, who in (
            ("right", (0.3, 0.8), "alive tokens"),
            ("wrong", (-0.8, -0.3), "dead tokens"),
        )
    },
    ("J5", "right"): [equal(1, "dead tokens hold the same in all pictures")],
    ("J6", "wrong"): [between(-0.02, 0.02, "no shape is told")],
    ("G10", "wrong"): [equal(32 / 81, "four tenths are the same token")],
    ("G10", "null"): [between(0, 0.03, "none are alike")],
}
