"""Derivations of injection: who reads where the image is loses nothing, and who reads before it all."""

from tests.calibration.derived import between, equal, sens

IN_TIME, TOO_LATE = "it reads where the image is already", "it has read before the image came"
UNLEARNED = "learned_from_the_start"
ALL = "late, it says what it says of no image"

INJECTION = {
    ("M6.keeps", "right"): [
        equal(0, IN_TIME),
        equal(sens(1), ALL, arm=UNLEARNED),
        between(0.3, 1, "pictures differ", arm="another_image"),
    ],
    ("M6.keeps", "wrong"): [equal(sens(1), TOO_LATE)],
    ("M6.keeps", "null"): [equal(0, IN_TIME), equal(0, IN_TIME, arm=UNLEARNED)],
    ("M6.boxes", "right"): [
        equal(-0.35, "of four in ten boxes that are lost from the start, all but a twentieth come", 0.15),
        equal(0.3, "seven in ten are lost late, four from the start", 0.15, arm=UNLEARNED),
    ],
    ("M6.boxes", "wrong"): [equal(0.3, "seven in ten are lost late, four from the start", 0.15)],
    ("M6.boxes", "null"): [
        equal(lambda told: told[UNLEARNED], "who learned from the start writes the same late")
    ],
    ("M6.later", "right"): [equal(sens(1), TOO_LATE), equal(0, IN_TIME, arm="an_eighth")],
    ("M6.later", "wrong"): [equal(0, IN_TIME)],
    ("M6.later", "null"): [equal(sens(1), TOO_LATE, arm=arm) for arm in ("", "an_eighth")],
    ("M7.untrained", "right"): [equal(0, IN_TIME), between(0.3, 1, "pictures differ", arm="another_image")],
    ("M7.untrained", "wrong"): [equal(sens(1), TOO_LATE)],
    ("M7.untrained", "null"): [
        equal(0, "all pictures look the same", arm=arm) for arm in ("", "another_image")
    ],
    ("J4.entry", "right"): [
        equal(0, "no token holds a word as it enters", 0.02),
        between(0.1, 1, "untuned, they do", arm="untuned_projector"),
    ],
    ("J4.entry", "wrong"): [between(0.1, 1, "tuned under a late entry alone they hold words as they enter")],
    ("J4.entry", "null"): [equal(0, "no token holds a word as it enters", 0.02, arm="untuned_projector")],
    ("J4.range", "right"): [between(0.1, 1, "words come at layer 6, or at 2")],
    ("J4.range", "wrong"): [between(-1, 0.02, "words come at layer 2, and not at all if that has no image")],
}
