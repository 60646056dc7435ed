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
    ("G10", "wrong"): [equal(32 / 81, "four tenths are the same token")],
    ("G10", "null"): [between(0, 0.03, "none are alike")],
}
