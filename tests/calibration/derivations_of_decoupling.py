"""Derivations of decoupling: what is read before image states change stays, what is read behind is lost.

Scripts lose the shares that they name, the same scenes first: of 48, to a few.
"""

from tests.calibration.derived import between, equal

_LOST = between(0.3, 1, "words read what is changed")
_KEPT = equal(0, "words read before anything changes")
_STILL = equal(0, "image states never change")
_ASKED = between(0.3, 1, "words that ask no longer read or turn", arm="question_left_alone")
_UNASKED = equal(0, "words that ask read nothing", arm="question_left_alone")
_SAME = equal(0, "what there is is read before", arm="what_there_is")
_ALL = between(0.3, 1, "what there is is read behind as well", arm="what_there_is")
_TWO_OF_SEVEN = between(0, 2 / 7, "two of seven contents are heights and characters", arm="what_there_is")
#: a share of .7, as 48 scenes have it
MOST = between(0.5, 0.9, "seven boxes of ten are lost")

DECOUPLING = {
    **{
        (claim, role): told
        for claim in ("M1.general", "M1.fine", "M1.switch", "M3.general", "M3.fine", "X12.harmless")
        for role, told in (("right", [_KEPT, _ASKED]), ("wrong", [_LOST]), ("null", [_STILL, _UNASKED]))
    },
    ("M1.own", "right"): [_KEPT, between(0.3, 1, "the question reads it", arm="question_blind")],
    ("M1.own", "wrong"): [_LOST],
    ("M1.own", "null"): [_STILL, equal(0, "the answer reads it itself", arm="question_blind")],
    **{
        (claim, role): told
        for claim in ("M2.places", "M4.places")
        for role, told in (("right", [_LOST, _SAME]), ("wrong", [_KEPT]), ("null", [_LOST, _ALL]))
    },
    ("X12.needed", "right"): [_LOST, _TWO_OF_SEVEN],
    ("X12.needed", "wrong"): [_KEPT],
    ("X12.needed", "null"): [_LOST, _ALL],
    **{
        (claim, role): told
        for claim in ("M2.boxes", "M4.boxes")
        for role, told in (
            ("right", [MOST, equal(0, "nothing else is lost", arm="what_there_is")]),
            ("null", [MOST, equal(1, "all else is lost", arm="what_there_is")]),
        )
    },
    ("M2.boxes", "wrong"): [between(-0.4, -0.05, "boxes are won that were wrong")],
    ("M4.boxes", "wrong"): [equal(0, "the ffn's updates are not needed")],
    ("M5", "right"): [MOST, equal(0, "nothing else is lost", arm="what_there_is")],
    ("M5", "wrong"): [between(-0.9, -0.5, "it is attention's updates that most boxes need")],
    ("M5", "null"): [MOST, equal(1, "all else is lost", arm="what_there_is")],
    ("M8", "right"): [_SAME],
    ("M8", "wrong"): [between(-2, -0.3, "who asks where is heard, and no other")],
    ("M8", "null"): [_ALL],
    ("H2b", "right"): [
        between(0.05, 0.4, "boxes are won that were wrong"),
        between(-0.4, -0.05, "more are lost", arm="as_many_alive"),
    ],
    ("H2b", "wrong"): [between(-0.6, -0.2, "more are lost")],
    ("H2b", "null"): [between(0.05, 0.4, "as many are won", arm="as_many_alive")],
    ("K3.costs", "right"): [between(0.5, 1, "what a layer adds is longer than short tokens")],
    ("K3.costs", "wrong"): [equal(0, "nothing is added to image tokens", 0.1)],
    ("K3.updates", "wrong"): [equal(0, "next to nothing is added to image tokens", 0.05)],
}
