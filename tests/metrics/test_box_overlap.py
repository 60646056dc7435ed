"""Do two boxes have in common what the squares that they cover have?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.test_box_text import BOXES, cells
from vtmetrics.metrics import iou, overlaps


def told(box):
    return " ".join(map(str, box))


@given(BOXES, BOXES)
def test_boxes_share_the_squares_that_both_cover(one, other):
    both, either = cells(one) & cells(other), cells(one) | cells(other)
    assert iou(told(one), told(other)) == pytest.approx(len(both) / len(either))
    assert iou(told(one), told(other)) == iou(told(other), told(one))
    assert overlaps(told(one), told(other)) == (iou(told(one), told(other)) >= 0.5)
    assert iou(told(one), told(one)) == 1


@given(BOXES, BOXES, st.sampled_from([0.25, 3.0]), st.integers(-9, 9))
def test_place_and_scale_make_no_difference(one, other, unit, by):
    moved = [told(unit * (side + by) for side in box) for box in (one, other)]
    assert iou(*moved) == pytest.approx(iou(told(one), told(other)))


@given(BOXES, BOXES)
def test_a_size_is_the_way_between_corners(one, other):
    sizes = [told((a, b, c - a, d - b)) for a, b, c, d in (one, other)]
    assert iou(*sizes, form="size") == iou(told(one), told(other))


@pytest.mark.parametrize("said", ["4 4 0 0", "2 2 2 2", "8 8 9 9", "nothing", ""])
def test_what_covers_nothing_shares_nothing(said):
    assert iou(said, "0 0 4 4") == 0


def test_two_boxes_without_an_area_share_nothing():
    assert iou("2 2 2 2", "2 2 2 2") == 0


def test_another_form_or_a_reference_without_a_box_is_refused():
    with pytest.raises(ValueError, match="corners or size, not 'x'"):
        iou("0 0 1 1", "0 0 1 1", form="x")
    with pytest.raises(ValueError, match="names four numbers, not 'left'"):
        iou("0 0 1 1", "left")
