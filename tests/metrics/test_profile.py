"""Do the measures of a profile say where it changes, and by how much?"""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.metrics import plateau, remaining_change, total_variation, trend, why

close = pytest.approx
STEPS = st.lists(st.integers(-8, 8), min_size=2, max_size=20).filter(lambda values: len(set(values)) > 1)
PROFILES = STEPS.map(lambda values: torch.tensor(values, dtype=torch.float64))


@given(PROFILES, st.floats(0, 1), st.sampled_from([-0.5, 2.0]))
def test_what_is_to_come_is_a_share_that_falls_with_depth(profile, after, scale):
    for definition in ("range", "variation"):
        left = remaining_change(profile, after, definition=definition).item()
        assert 0 <= left <= remaining_change(profile, after / 2, definition=definition).item() <= 1
        assert remaining_change(scale * profile + 3, after, definition=definition).item() == close(left)
        assert remaining_change(profile, 1.0, definition=definition).item() == 0
    assert remaining_change(profile, 0.0, definition="variation").item() == 1


@given(PROFILES, st.integers(0, 20), st.sampled_from([0.0, 0.15, 0.5]))
def test_the_plateau_begins_where_little_is_to_come(profile, step, share):
    """The two are inverse: a plateau by this depth is at most this share of change after it."""
    depth = min(step, len(profile) - 1) / (len(profile) - 1)

    assert (plateau(profile, share).item() <= depth + 1e-9) == (
        remaining_change(profile, depth).item() <= share
    )


def test_a_detour_is_change_too():
    """A profile that ends where it began has all of its range before it until it is back."""
    there_and_back = torch.tensor([0.0, 0.0, 1.0, 0.0, 0.0])

    assert remaining_change(there_and_back, 0.5).item() == 1
    assert remaining_change(there_and_back, 0.75).item() == 0
    assert plateau(there_and_back).item() == 0.75
    assert total_variation(there_and_back).item() == 2
    assert total_variation(there_and_back, after=0.5).item() == 1


@pytest.mark.parametrize(("after", "layer", "layers"), [(1 / 3, 4, 12), (0.28, 7, 25)])
def test_a_fraction_that_meets_a_layer_is_that_layer(after, layer, layers):
    """0.28 · 25 is 7, although computers say 7.000000000000001."""
    peak = torch.zeros(layers + 1)
    peak[layer] = 1

    assert remaining_change(peak, after).item() == 1
    assert plateau(peak).item() == close((layer + 1) / layers)


@given(PROFILES, st.integers(-5, 5))
def test_a_trend_is_the_rise_of_the_line(profile, slope):
    depths = torch.linspace(0, 1, len(profile), dtype=torch.float64)
    straight = slope * depths
    for definition in ("least-squares", "theil-sen"):
        assert trend(straight, definition=definition).item() == close(slope, abs=1e-9)
        rise = trend(profile, definition=definition).item()
        assert trend(profile.flip(0), definition=definition).item() == close(-rise, abs=1e-9)
        assert trend(profile, 7 * depths + 2, definition=definition).item() == close(rise, abs=1e-9)
    assert trend(profile + straight).item() == close(trend(profile).item() + slope, abs=1e-9)


def test_one_wild_layer_does_not_move_the_median_slope():
    profile = torch.linspace(0, 1, 21, dtype=torch.float64)
    profile[20] = 100

    assert trend(profile, definition="theil-sen").item() == close(1, abs=1e-9)
    assert trend(profile).item() > 5


def test_profiles_come_in_batches():
    profiles = torch.arange(24.0).reshape(2, 3, 4) ** 2

    assert remaining_change(profiles).shape == plateau(profiles).shape == trend(profiles).shape == (2, 3)


def test_what_a_profile_cannot_say():
    assert why(remaining_change(torch.ones(5))) == "the profile does not change"
    assert why(plateau(torch.ones(5))) == "the profile does not change"
    assert why(trend(torch.tensor([0.0, torch.inf]))).startswith("the profile holds NaN")
    assert why(total_variation(torch.tensor([-1e308, 1e308, 0], dtype=torch.float64))) is not None
    assert trend(torch.ones(5)).item() == 0
    with pytest.raises(ValueError, match="at least 2 points, not 1"):
        plateau(torch.ones(1))
    with pytest.raises(ValueError, match="between 0 and 1, not 2"):
        remaining_change(torch.ones(3), after=2)
    with pytest.raises(ValueError, match="3 increasing numbers"):
        trend(torch.ones(3), torch.tensor([0.0, 2.0, 1.0]))
