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
    ("X4.ends", "right"): [
        equal(0, "layers 5 and 6 lie in the middle third"),
        equal(lambda told: told["sensitivity"], "nobody reads elsewhere", arm="the_middle_unread"),
    ],
    ("X4.ends", "wrong"): [
        equal(lambda told: told["sensitivity"], "layers 8 to 11 lie in the last third"),
        equal(0, "nobody reads in the middle", arm="the_middle_unread"),
    ],
    ("X4.few", "right"): [
        equal(0, "one token shows the picture, and is attended to most"),
        between(0.3, 1, "it is seldom drawn", arm="as_many_drawn"),
    ],
    ("X4.few", "null"): [equal(0, "all tokens show the same", arm=arm) for arm in ("", "as_many_drawn")],
    ("X5", "right"): [
        equal(1, "the word that asks for sentences reads the image, and the answer hears it"),
        between(0, 0.3, "nobody else reads it", arm="the_question_blind_as_well"),
    ],
    ("X5", "wrong"): [between(0, 0.2, "each word reads the image itself, and hears no other")],
    ("X6", "right"): [
        equal(lambda told: 0.1 * told["sensitivity"], "layers 5 and 6 lie in the middle quarter"),
        *(
            equal(lambda told: -0.9 * told["sensitivity"], "nobody reads there", arm=arm)
            for arm in ("the_first_quarter", "the_last_quarter")
        ),
    ],
    ("X6", "wrong"): [equal(lambda told: -0.9 * told["sensitivity"], "layers 8 to 11 lie behind the middle")],
}
