"""Late growth: curves with a known rise, and towers that are too shallow to have a window."""

import pytest
import torch

from vtmetrics.protocols import steeper_between
from vtmetrics.unmeasured import NotMeasured

LATE = steeper_between(0.8, 0.95)


@pytest.mark.parametrize(
    ("blocks", "first", "last"), [(24, 20, 22), (27, 22, 25), (32, 26, 30), (12, 10, 11)]
)
def test_the_window_lies_between_two_shares_of_the_depth(blocks, first, last):
    """A curve that rises there alone, by a step a block, is steeper by that step."""
    curve = torch.zeros(blocks + 1, dtype=torch.float64)
    curve[first + 1 : last + 1] = torch.arange(1, last - first + 1, dtype=torch.float64)
    curve[last + 1 :] = last - first
    assert float(LATE(curve)) == pytest.approx(1)
    early = torch.zeros(blocks + 1, dtype=torch.float64)
    early[first:] = first
    assert float(LATE(early)) == pytest.approx(-1)
    behind = torch.zeros(blocks + 1, dtype=torch.float64)
    behind[last + 1 :] = 100
    assert float(LATE(behind)) == 0


def test_an_even_rise_is_no_steeper_late_and_levels_change_nothing():
    even = torch.arange(25, dtype=torch.float64)
    assert float(LATE(even * 3 + 7)) == pytest.approx(0)
    both = torch.stack([even, -even, torch.zeros(25, dtype=torch.float64)])
    assert LATE(both).tolist() == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("blocks", [1, 4, 6])
def test_a_shallow_tower_has_no_window(blocks):
    with pytest.raises(NotMeasured, match=rf"too few layers: of {blocks} blocks, none lies from 0.8 to 0.95"):
        LATE(torch.zeros(blocks + 1))


@pytest.mark.parametrize("window", [(0.0, 0.5), (0.9, 0.8), (0.5, 1.2)])
def test_what_is_no_window_is_refused(window):
    with pytest.raises(ValueError, match="a window lies between two shares of the depth"):
        steeper_between(*window)
