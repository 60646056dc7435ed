"""Derivations of patches: what the shares that a script names come to, but for a picture or two."""

from fixtures.calibration.truths import TRUTHS
from fixtures.planted.patch_scripts import PATCH_SCRIPTS
from tests.calibration.derived import equal

#: shares of 48 pictures, spread evenly
SPREAD = 0.06


def says(claim, role, task):
    """The share of a task that the script answers right."""
    return PATCH_SCRIPTS[TRUTHS[claim].roles[role]].seen.get(task, 0.0)


def told_together(role):
    """Of N1: what is told of an object as a whole, less a half of what is named."""
    named, *others = (says("N1", role, f"patch_{what}") for what in ("shapes", "colors", "counts"))
    return equal(named * others[0] * others[1] - named / 2, "each question is answered by itself", SPREAD)


def less(claim, role, one, other):
    """What one task has more than another."""
    difference = says(claim, role, one) - says(claim, role, other)
    return equal(difference, f"{one} less {other}", SPREAD)


def grounds(role, of="ground_colors", arm=""):
    """Of N3.share: the share of a colour, less two ninths of the wrong ones."""
    wrong = 1 - says("N3.share", role, "grounded")
    found = says("N3.share", role, of) - 2 / 9 * wrong
    return equal(found, "so many are wrong, and a colour has so many", SPREAD, arm=arm)


PAIRS = {
    "N2": ("whole_strings", "split_strings"),
    "N3.costs": ("glyphs", "grounded"),
    "N4": ("around_again", "object_again"),
}
ROLES = ("right", "wrong", "null")
PATCHES = {
    **{("N1", role): [told_together(role)] for role in ROLES},
    **{(claim, role): [less(claim, role, *pair)] for claim, pair in PAIRS.items() for role in ROLES},
    **{("N3.share", role): [grounds(role), grounds(role, "third_colors", "third_color")] for role in ROLES},
}
