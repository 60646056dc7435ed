"""Do the angles obey geometry, and keep their digits where arccos has none?"""

from math import pi

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import clouds, gaussian, rotation
from vtmetrics.metrics import (
    angle,
    drift,
    position_angle,
    relative_update,
    state_angle,
    stillness,
    update_angle,
    why,
)

close = pytest.approx
SEEDS = st.integers(0, 2**16)
POSITIONS = ("hosseini", "skean")


@pytest.mark.parametrize("theta", [1e-12, 1e-8, 1e-3, 1.0, 3.0, pi - 1e-8])
def test_an_angle_keeps_its_digits_everywhere(theta):
    """The arccos of a cosine knows nothing below 1e-8."""
    theta = torch.tensor(theta, dtype=torch.float64)
    turned = torch.stack([theta.cos(), theta.sin()])

    assert angle(torch.tensor([1.0, 0.0]), turned).item() == close(theta.item(), rel=1e-10, abs=0)


@given(clouds())
def test_a_straight_line_does_not_turn(tokens):
    """Nor does it turn the other way; back and forth is π, or 0 where the sign is lost."""
    direction = tokens[:1] / tokens[:1].norm()
    ahead = torch.arange(6.0, dtype=torch.float64)[:, None] * direction
    back = torch.tensor([0.0, 1, 0, 1, 0, 1], dtype=torch.float64)[:, None] * direction

    assert position_angle(ahead).item() == close(0, abs=1e-7)
    assert position_angle(back).item() == close(pi, abs=1e-7)
    assert position_angle(back, definition="skean").item() == close(0, abs=1e-7)


@pytest.mark.parametrize("n", [3, 5, 12])
def test_a_regular_polygon_turns_by_its_outer_angle(n):
    turns = 2 * pi * torch.arange(n, dtype=torch.float64) / n
    corners = torch.stack([turns.cos(), turns.sin()], dim=1) @ rotation(9)[:2]

    assert position_angle(corners).item() == close(2 * pi / n, abs=1e-12)


@given(clouds(), SEEDS, st.floats(1e-3, 1e3))
def test_similarity_and_reversal_change_no_angle_of_positions(tokens, seed, scale):
    moved = scale * (tokens @ rotation(tokens.shape[1], seed) + gaussian(1, tokens.shape[1], seed=seed))
    for definition in POSITIONS:
        here = position_angle(tokens, definition=definition).item()
        assert 0 <= here <= (pi if definition == "hosseini" else pi / 2) + 1e-12
        assert position_angle(moved, definition=definition).item() == close(here, abs=1e-6)
        assert position_angle(tokens.flip(0), definition=definition).item() == close(here, abs=1e-9)


def test_independent_tokens_turn_by_two_thirds_of_pi():
    """The null: what no structure reads, in each definition."""
    tokens = gaussian(400, 500)

    assert position_angle(tokens).item() == close(2 * pi / 3, abs=0.02)
    assert position_angle(tokens, definition="skean").item() == close(pi / 3, abs=0.02)
    assert position_angle(tokens, definition="tokens").item() == close(pi / 2, abs=0.02)


def test_independent_updates_turn_by_a_right_angle():
    states = gaussian(6, 50, 400).cumsum(0)

    assert update_angle(states) == close(torch.full((4,), pi / 2), abs=0.02)


def test_orthogonal_steps_turn_by_right_angles():
    states = torch.eye(5, dtype=torch.float64).cumsum(0)[:, None].expand(5, 3, 5)

    assert update_angle(states).tolist() == close([pi / 2] * 3, abs=1e-12)


@given(clouds(), clouds(), SEEDS)
def test_depth_angles_are_those_of_each_token(tokens, others, seed):
    """The mean over tokens of the plain angle, for states, updates and drift."""
    n, d = min(len(tokens), len(others)), min(tokens.shape[1], others.shape[1])
    first, second = tokens[:n, :d], others[:n, :d] + 1
    third = gaussian(n, d, seed=seed)
    states = torch.stack([first, second, third])

    assert state_angle(states)[1].item() == close(angle(third, second).mean().item(), rel=1e-12)
    assert drift(states)[1].item() == close(angle(third, first).mean().item(), rel=1e-12)
    assert update_angle(states)[0].item() == close(
        angle(third - second, second - first).mean().item(), rel=1e-12
    )
    expected = ((second - first).norm(dim=1) / first.norm(dim=1)).mean().item()
    assert relative_update(states)[0].item() == close(expected, rel=1e-12)


@given(clouds(), SEEDS, st.floats(1e-3, 1e3))
def test_update_angles_ignore_similarity_and_order(tokens, seed, scale):
    n, d = tokens.shape
    states = torch.cat([tokens[None], gaussian(2, n, d, seed=seed + 2**17)])
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    moved = scale * (states @ rotation(d, seed) + gaussian(d, seed=seed))[:, order]

    assert update_angle(moved).item() == close(update_angle(states).item(), abs=1e-6)
    assert relative_update(scale * states)[0].item() == close(relative_update(states)[0].item(), rel=1e-9)


def test_tokens_that_do_not_move_are_left_out_and_counted():
    """A frozen token has no direction; it must not be one more right angle, and not be forgotten either."""
    states = torch.tensor([[[0.0, 0.0], [5.0, 5.0]], [[1.0, 0.0], [5.0, 5.0]], [[2.0, 0.0], [5.0, 5.0]]])

    assert update_angle(states).item() == close(0, abs=1e-12)
    assert stillness(states).tolist() == [0.5, 0.5]
    assert why(update_angle(states[:, 1:])[0]) == "no token moves"


def test_one_layer_has_no_earlier_one():
    assert state_angle(gaussian(2, 1, 3, 4)).shape == (2, 0)
    assert update_angle(gaussian(2, 3, 4)).shape == (0,)
