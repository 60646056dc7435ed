"""Derivations of layers and objects: what one layer or one kind of token alone holds goes with it."""

from tests.calibration.derived import between, equal

_ONE = "image states turn in a layer that is not asked, and the question reads or turns in two that are"
_FORM = "a_box_for_a_place"

OF_LAYERS = {
    ("X1.half", "right"): [
        equal(0, "the one layer that turns image states is not in this half"),
        between(0.3, 1, "it is in the other one", arm="the_other_half"),
    ],
    ("X1.half", "wrong"): [between(0.3, 1, "image states turn in eight layers, two of this half")],
    ("X1.half", "null"): [equal(0, "image states never change", arm=arm) for arm in ("", "the_other_half")],
    ("X1.text", "right"): [between(0.01, 1, _ONE)],
    ("X1.text", "wrong"): [between(-1, -0.01, "image states turn in three of those that are asked")],
    ("X13", "right"): [
        between(3 / 12, 6 / 12, "layers 6 and 9 for layer 3"),
        equal(0, "who asks for a box asks where", 0.1, arm=_FORM),
    ],
    ("X13", "wrong"): [between(-6 / 12, -3 / 12, "layer 3 for layers 6 and 9")],
    ("X13", "null"): [between(0.05, 3 / 12, "who asks for a box reads in layer 9 as well", arm=_FORM)],
    ("X14", "right"): [between(0.1, 1, "words look at tokens on objects")],
    ("X14", "wrong"): [between(-1, -0.1, "words look at all others")],
    ("X14", "null"): [equal(0, "all tokens are their mean", arm=arm) for arm in ("", "sensitivity")],
}
