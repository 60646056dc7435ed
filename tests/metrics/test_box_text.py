"""A box in a text is found however a family writes it, and two overlap as their areas do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.metrics.box_text import box_in, overlap_of, overlaps

WHOLE = st.integers(0, 12)
BOXES = st.tuples(WHOLE, WHOLE, WHOLE, WHOLE).map(
    lambda at: (min(at[0], at[2]), min(at[1], at[3]), max(at[0], at[2]) + 1, max(at[1], at[3]) + 1)
)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("3 4 7 8", (3, 4, 7, 8)),
        ("[0.1, 0.25, .5, 1]", (0.1, 0.25, 0.5, 1)),
        ('```json\n[{"bbox_2d": [12, 30, 45, 60], "label": "dog"}]\n```', (12, 30, 45, 60)),
        ("<|box_start|>(12,34),(56,78)<|box_end|>", (12, 34, 56, 78)),
        ("<ref>dog</ref><box>[[1, 2, 3, 4]]</box>", (1, 2, 3, 4)),
        ("<loc0100><loc0200><loc0300><loc0400> dog", (200, 100, 400, 300)),
        ("x1: 1, y1: 2, x2: 3, y2: 4.", (1, 2, 3, 4)),
        ("from -1 2 3 4 to 5", (-1, 2, 3, 4)),
        ("1 2 3", None),
        ("<loc0100><loc0200>", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_box_is_the_first_four_numbers_or_places(text, box):
    assert box_in(text) == box


def cells(box):
    """The unit squares that a box of whole numbers covers."""
    left, top, right, bottom = box
    return {(x, y) for x in range(left, right) for y in range(top, bottom)}


@given(BOXES, BOXES)
def test_boxes_overlap_as_the_squares_that_they_cover(one, other):
    both, either = cells(one) & cells(other), cells(one) | cells(other)
    assert overlap_of(one, other) == pytest.approx(len(both) / len(either))
    assert overlap_of(one, other) == overlap_of(other, one)


@given(BOXES, BOXES, st.sampled_from([0.01, 4.0, 1000.0]))
def test_an_overlap_is_the_same_in_all_units(one, other, unit):
    scaled = [tuple(unit * side for side in box) for box in (one, other)]
    assert overlap_of(*scaled) == pytest.approx(overlap_of(one, other))


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("0 0 4 4", 1),
        ("0 0 4 2", 1),
        ("0 0 4 1.9", 0),
        ("4 4 0 0", 0),
        ("2 2 2 2", 0),
        ("4 0 8 4", 0),
        ("somewhere", 0),
    ],
)
def test_right_is_who_covers_half_of_what_either_does(said, right):
    assert overlaps(said, "0 0 4 4") == right


def test_a_reference_without_a_box_is_refused():
    with pytest.raises(ValueError, match="names four numbers, not 'left'"):
        overlaps("0 0 4 4", "left")
