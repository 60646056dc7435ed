"""Boxes in texts: the box that a text names, in whatever form a family writes it, and how far two overlap.

Each family has units of its own: pixels, shares of the picture, thousandths. How far boxes overlap is the
same in all of them, as long as both texts are in the same. What differs is how the numbers are found.
"""

import re

Sides = tuple[float, float, float, float]

#: a number that is no part of a word: the 2 of "bbox_2d" is none
_NUMBER = re.compile(r"(?<![\w.])-?(?:\d+(?:\.\d+)?|\.\d+)(?!\w)")
#: PaliGemma's tokens of places, which tell top before left
_PLACE = re.compile(r"<loc(\d{4})>")
#: how much of what either box covers both have to cover
HALF = 0.5


def box_in(text: str) -> Sides | None:
    """Left, top, right and bottom of the first box that a text names; None if it names none.

    >>> box_in("the dog is at [0.1, 0.2, 0.5, 0.75].")
    (0.1, 0.2, 0.5, 0.75)
    """
    placed = [float(found) for found in _PLACE.findall(text)[:4]]
    if len(placed) == 4:
        top, left, bottom, right = placed
        return left, top, right, bottom
    told = [float(found) for found in _NUMBER.findall(text)[:4]]
    return (told[0], told[1], told[2], told[3]) if len(told) == 4 else None


def overlap_of(one: Sides, other: Sides) -> float:
    """Of what two boxes cover together, the share that both cover; a box inside out covers nothing."""
    both = _area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))
    either = _area(one) + _area(other) - both
    return both / either if either else 0.0


def overlaps(text: str, reference: str) -> float:
    """Whether the box that a text names covers with the reference's half of what either does: 0 or 1.

    Both are in the same units; a text without a box is wrong.
    """
    meant, said = box_in(reference), box_in(text)
    if meant is None:
        raise ValueError(f"a reference for boxes names four numbers, not {reference!r}")
    return float(said is not None and overlap_of(said, meant) >= HALF)


def _area(box: Sides) -> float:
    left, top, right, bottom = box
    return max(0.0, right - left) * max(0.0, bottom - top)
