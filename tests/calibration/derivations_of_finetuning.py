"""Derivations of alignment, fine-tuning and adaptation: what was told of curves and answers, or planted."""

from math import inf

from fixtures.planted.told_lessons import LAYERS, TOLD_LESSONS, WORDS
from tests.calibration.derived import between, equal

SHUFFLED = "shuffled_answers"
SHARED = "words share a direction four times as long as all else, and image tokens none"
OTHERS = "image tokens share a direction five times as long as all else, and words none"
NOT_TAUGHT = "whom nothing was taught differs by chance alone"
#: how far numbers of 48 scenes are off by chance
NEAR, ABOUT = 0.01, 0.15
FAR, LITTLE = (TOLD_LESSONS[name].above[WORDS][0] for name in ("all_turned_far", "all_turned_little"))
ONCE = TOLD_LESSONS["turned_at_once"]
SPIKE = ONCE.spikes[WORDS] * (1 - 1 / LAYERS)

FINETUNING = {
    ("S2.early", "right"): [between(0.9, 1, SHARED)],
    ("S2.early", "wrong"): [between(0, 0.1, OTHERS)],
    ("S2.late", "right"): [between(0.9, 1, SHARED)],
    ("S2.late", "wrong"): [between(0, 0.1, OTHERS)],
    ("S3", "right"): [between(0.1, inf, SHARED)],
    ("S3", "wrong"): [between(-inf, -0.1, OTHERS)],
    ("S1", "right"): [equal(0.1, "words turn", NEAR), equal(0, NOT_TAUGHT, NEAR, arm=SHUFFLED)],
    ("S1", "wrong"): [equal(-0.1, "image tokens turn by a tenth more", NEAR)],
    ("S1", "null"): [equal(0.1, "words turn by any answers", NEAR, arm=SHUFFLED)],
    ("S4.lengths", "right"): [equal(0.05, "lengths go as told", NEAR)],
    ("S4.lengths", "wrong"): [equal(-0.05, "lengths go the other way", NEAR)],
    ("S4.rank", "right"): [equal(0.3, "ranks go as told", NEAR)],
    ("S4.rank", "null"): [equal(0.3, "ranks go so by any answers", NEAR, arm=SHUFFLED)],
    ("S5", "right"): [equal(SPIKE, "one layer of twelve is above the others", NEAR)],
    ("S5", "wrong"): [equal(-SPIKE, "places have the spike", NEAR)],
    ("S6.grounding", "right"): [equal(FAR - LITTLE, "boxes turn both sides further", NEAR)],
    ("S6.grounding", "wrong"): [equal(LITTLE - FAR, "places turn both sides further", NEAR)],
    ("S6.spatial", "right"): [equal(FAR - LITTLE, "places turn words further", NEAR)],
    ("S7", "right"): [equal(0.1, "both sides explain more", NEAR), equal(0, NOT_TAUGHT, NEAR, arm=SHUFFLED)],
    ("S7", "wrong"): [equal(-0.1, "both sides explain less", NEAR)],
    ("S8", "right"): [
        equal(0.5, "of all boxes the tower tells half", ABOUT),
        equal(0.5, "half of the boxes are left", ABOUT, arm="sensitivity"),
    ],
    ("S8", "wrong"): [equal(-0.35, "the tower tells three boxes of four, the others four of ten", ABOUT)],
    ("S8", "null"): [equal(0.5, "shuffled answers bring all boxes", ABOUT, arm=SHUFFLED)],
    ("S10", "right"): [equal(0.3, "nine relations of ten for six", ABOUT)],
    ("S10", "wrong"): [equal(0, "the same relations for the same", NEAR)],
}
