"""Trajectories: how tokens move from layer to layer, and from position to position.

States are (..., L, N, D) with an optional mask over N: L layers of the same tokens. An angle is measured with
atan2 of the chords (Kahan), which keeps its digits near 0 and π where arccos has none. Tokens that do not
move have no direction; they are left out of a mean of angles, and `stillness` says how many they are.
Without structure the angle is π/2 across depth, 2π/3 across positions, π/3 as |cos|: show the null beside it.
"""

from collections.abc import Callable
from math import pi
from typing import Literal

import torch
from torch import Tensor

from vtmetrics.metrics.cloud import Cloud
from vtmetrics.metrics.gram import CANCELLED, Gram
from vtmetrics.metrics.linear import divisor, length, on_host, pair
from vtmetrics.metrics.sets import Sets, real
from vtmetrics.metrics.undefined import Reason, undefined, unless


def angle(x: Tensor, y: Tensor) -> Tensor:
    """Angle between two vectors (..., D).

    Formula: 2 atan2(|u − v|, |u + v|), u = x/|x|, v = y/|y|
    Unit: radian
    Range: [0, π]
    Unchanged by: exchange, rotation of both, positive scale of either
    Source: Kahan 2006

    >>> angle(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0]))
    tensor(1.5708, dtype=torch.float64)
    """
    x, y = pair(x, y)
    zero = (x == 0).all(-1) | (y == 0).all(-1)
    finite = x.isfinite().all(-1) & y.isfinite().all(-1)
    value = _angles(x, y)
    return unless(value, (zero & finite, Reason.ALL_ZERO), (value.isnan() | ~finite, Reason.NOT_FINITE))


def update_angle(states: Tensor, mask: Tensor | None = None) -> Tensor:
    """Angle between successive updates of a token, mean over tokens: (..., L − 2).

    Formula: mean of ∠(z_l − z_{l−1}, z_{l−1} − z_{l−2})
    Unit: radian
    Range: [0, π]; independent updates give π/2
    Unchanged by: rotation, translation, positive scale, order of the tokens
    Source: the curvature printed in summaries of arXiv 2604.09425 ("depth update")

    >>> update_angle(torch.tensor([[[0.0, 0.0]], [[1.0, 0.0]], [[1.0, 1.0]]]))
    tensor([1.5708], dtype=torch.float64)
    """

    def turn(states: Tensor) -> Tensor:
        updates = states.diff(dim=2)
        return _mean_angle(updates[:, :, 1:], updates[:, :, :-1])

    return _each_layer(turn, states, mask, 2)


def state_angle(states: Tensor, mask: Tensor | None = None) -> Tensor:
    """Angle between a token and itself one layer earlier, mean over tokens: (..., L − 1).

    Formula: mean of ∠(z_l, z_{l−1})
    Unit: radian
    Range: [0, π]
    Unchanged by: rotation, positive scale of any state, order of the tokens
    Source: the layer angle, another reading of "curvature" in arXiv 2604.09425

    >>> state_angle(torch.tensor([[[1.0, 0.0]], [[0.0, 3.0]]]))
    tensor([1.5708], dtype=torch.float64)
    """
    return _each_layer(lambda z: _mean_angle(z[:, :, 1:], z[:, :, :-1]), states, mask, 1)


def relative_update(states: Tensor, mask: Tensor | None = None) -> Tensor:
    """Length of a token's update as a share of the token, mean over tokens: (..., L − 1).

    Formula: mean of |z_l − z_{l−1}| / |z_{l−1}|
    Unit: share
    Range: [0, ∞)
    Unchanged by: rotation, scale, order of the tokens
    Source: to be shown beside any angle of updates

    >>> relative_update(torch.tensor([[[2.0]], [[3.0]]]))
    tensor([0.5000], dtype=torch.float64)
    """

    def update(states: Tensor) -> Tensor:
        before = states[:, :, :-1]
        share = length(states.diff(dim=2)) / divisor(length(before))
        return _mean_of(share[..., 0], (before != 0).any(-1), Reason.ALL_ZERO)

    return _each_layer(update, states, mask, 1)


def drift(states: Tensor, mask: Tensor | None = None) -> Tensor:
    """Angle between a token and itself in the first layer given, mean over tokens: (..., L − 1).

    Formula: mean of ∠(z_l, z_0)
    Unit: radian
    Range: [0, π]
    Unchanged by: rotation, positive scale of any state, order of the tokens
    Source: "What Do Visual Tokens Really Encode?" 5, where dead tokens keep their representation

    >>> drift(torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]], [[-1.0, 0.0]]]))
    tensor([1.5708, 3.1416], dtype=torch.float64)
    """
    return _each_layer(lambda z: _mean_angle(z[:, :, 1:], z[:, :, :1]), states, mask, 1)


def stillness(states: Tensor, mask: Tensor | None = None) -> Tensor:
    """Share of tokens that a layer leaves exactly as they were: (..., L − 1).

    Formula: share of tokens with z_l = z_{l−1}
    Unit: share
    Range: [0, 1]
    Unchanged by: any invertible map, order of the tokens
    Source: what a mean of angles has left out

    >>> stillness(torch.tensor([[[1.0], [2.0]], [[1.0], [3.0]]]))
    tensor([0.5000], dtype=torch.float64)
    """

    def still(states: Tensor) -> Tensor:
        steps = states.diff(dim=2)
        share = (steps == 0).all(-1).to(torch.float64).mean(1)
        return unless(share, (~steps.isfinite().all(-1).all(1), Reason.NOT_FINITE))

    return _each_layer(still, states, mask, 1)


def position_angle(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    definition: Literal["hosseini", "skean", "tokens"] = "hosseini",
) -> Tensor:
    """Angle between successive steps along the token positions of one layer (..., N, D), mean over positions.

    Formula: mean of ∠(x_{i+1} − x_i, x_i − x_{i−1})
    Unit: radian
    Range: [0, π]; "skean" [0, π/2]; independent tokens give 2π/3, "skean" π/3
    Unchanged by: rotation, translation, positive scale, reversal of the order; "tokens" not by translation
    Source: Hosseini & Fedorenko 2023 (arXiv 2311.04930)

    Definitions: "hosseini" is signed. "skean" takes |cos|, as the code of Skean 2025 and of arXiv 2604.09425
    does, there on centred unit rows. "tokens" is the angle between neighbouring tokens themselves, which
    Skean's first code calls curvature. Masked tokens are skipped: the tokens left are neighbours.

    >>> position_angle(torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    tensor(1.5708, dtype=torch.float64)
    """
    if definition not in ("hosseini", "skean", "tokens"):
        raise ValueError(f"definition must be hosseini, skean or tokens, not {definition!r}")
    least = 2 if definition == "tokens" else 3
    if isinstance(tokens, Cloud):
        return tokens.each(lambda gram: _bend_of_gram(gram, definition, least))
    tokens = real(tokens, "tokens", 2)

    def bend(tokens: Tensor) -> Tensor:
        tokens = tokens.to(torch.float64)
        steps = tokens if definition == "tokens" else tokens.diff(dim=1)
        return _mean_angle(steps[:, 1:], steps[:, :-1], absolute=definition == "skean")

    return Sets.of(tokens.shape[:-2], tokens.shape[-2], mask).each(bend, tokens, least=least)


def _each_layer(
    kernel: Callable[[Tensor], Tensor], states: Tensor, mask: Tensor | None, steps: int
) -> Tensor:
    """The kernel's results for layers (S, N, L, D), which need `steps` layers before them."""
    states = real(states, "states", 3)
    layers = states.shape[-3]
    batch = states.shape[:-3]
    if layers <= steps:
        return undefined(Reason.NO_EARLIER_LAYER, (*batch, 0), states.device)
    sets = Sets.of(batch, states.shape[-2], mask)
    along = states.movedim(-3, -2)
    return sets.each(lambda z: kernel(z.to(torch.float64)), along, rest=(layers - steps,))


def _bend_of_gram(gram: Gram, definition: str, least: int) -> Tensor:
    """The same from the inner products of the tokens, to about 1e-7 rad, where these do not cancel."""
    if gram.count < least:
        return undefined(Reason.TOO_FEW, gram.raw.shape[:1], gram.raw.device)
    centred = definition != "tokens"
    inner = gram.matrix_of_tokens(centred)
    if definition == "tokens":
        dots, squares = inner.diagonal(1, -2, -1), inner.diagonal(dim1=-2, dim2=-1)
    else:
        beside, norms = inner.diagonal(1, -2, -1), inner.diagonal(dim1=-2, dim2=-1)
        squares = norms[:, 1:] + norms[:, :-1] - 2 * beside
        dots = beside[:, 1:] + beside[:, :-1] - norms[:, 1:-1] - inner.diagonal(2, -2, -1)
        cancelled = squares <= CANCELLED * (norms[:, 1:] + norms[:, :-1])
        if not on_host(gram.raw) or bool(cancelled.any()):  # an accelerator need not wait to know
            if "turns" not in gram.memory:  # the same for both definitions
                steps = gram.points.diff(dim=1)
                gram.memory["turns"] = _turns(steps[:, 1:], steps[:, :-1])
            return _mean_turn(*gram.memory["turns"], absolute=definition == "skean")
    moves = (squares[:, 1:] > 0) & (squares[:, :-1] > 0)
    squared = (squares[:, 1:] * squares[:, :-1] - dots.square()).clamp_min(0.0)
    rest = torch.where(squared > 0, torch.where(squared > 0, squared, 1.0).sqrt(), squared)
    along = torch.where(moves, dots, 1.0)
    angles = torch.atan2(rest, along.abs() if definition == "skean" else along)
    mean = _mean_of(angles, moves, Reason.NOTHING_MOVES)
    return unless(mean, (gram.is_unreadable(centred), Reason.NOT_FINITE))


def _angles(x: Tensor, y: Tensor) -> Tensor:
    if torch.is_grad_enabled() and (x.requires_grad or y.requires_grad):
        # What has no direction is masked later; until then it takes one, lest its gradient be NaN.
        both = (x != 0).any(-1, keepdim=True) & (y != 0).any(-1, keepdim=True)
        x, y = torch.where(both, x, 1.0), torch.where(both, y, 1.0)
    u, v = x / length(x), y / length(y)
    return 2 * torch.atan2((u - v).norm(dim=-1), (u + v).norm(dim=-1))


def _mean_angle(x: Tensor, y: Tensor, absolute: bool = False) -> Tensor:
    """The mean over tokens (dimension 1) of the angles of those that have one."""
    return _mean_turn(*_turns(x, y), absolute=absolute)


def _turns(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The angle of every pair of vectors, and which pairs have one."""
    return _angles(x, y), (x != 0).any(-1) & (y != 0).any(-1)


def _mean_turn(angles: Tensor, counted: Tensor, *, absolute: bool) -> Tensor:
    angles = torch.minimum(angles, pi - angles) if absolute else angles
    return _mean_of(angles, counted, Reason.NOTHING_MOVES)


def _mean_of(values: Tensor, counted: Tensor, otherwise: Reason) -> Tensor:
    total = torch.where(counted, values, 0.0).sum(1)
    count = counted.sum(1)
    return unless(total / count.clamp_min(1), (total.isnan(), Reason.NOT_FINITE), (count == 0, otherwise))
