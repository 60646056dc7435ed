"""Box overlap: how much two boxes have in common, as a number; whether half, is `overlaps`."""

from typing import Literal

from vtmetrics.metrics.box_text import Sides, box_in, overlap_of


def iou(prediction: str, reference: str, *, form: Literal["corners", "size"] = "corners") -> float:
    """Intersection over union of the boxes that two texts name.

    Formula: |A ∩ B| / |A ∪ B|
    Unit: share
    Range: [0, 1]; 0 where a box covers nothing or is inside out, and where the prediction names none
    Unchanged by: exchange of two boxes, translation, scale of both
    Source: Jaccard 1901; RefCOCO counts a half and more as right (`overlaps`)

    Both are in the same units: pixels, shares of the picture or thousandths. "corners" are left, top, right
    and bottom; "size" is left, top, width and height, as COCO's annotations are.

    >>> iou("0 0 4 4", "0 2 4 6"), iou("0 0 4 4", "0 2 4 4", form="size")
    (0.3333333333333333, 0.3333333333333333)
    """
    if form not in ("corners", "size"):
        raise ValueError(f"form must be corners or size, not {form!r}")
    meant, said = box_in(reference), box_in(prediction)
    if meant is None:
        raise ValueError(f"a reference for boxes names four numbers, not {reference!r}")
    if said is None:
        return 0.0
    return overlap_of(said, meant) if form == "corners" else overlap_of(_corners(said), _corners(meant))


def _corners(box: Sides) -> Sides:
    left, top, width, height = box
    return left, top, left + width, top + height
