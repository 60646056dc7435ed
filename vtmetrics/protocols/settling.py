"""Settling: does a profile stay near where it ends, from a depth on? Asked as contrasts of its layers.

A profile's last point is left out of everything: nobody reads what the last layer writes to a token.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vtmetrics.metrics import remaining_change
from vtmetrics.statistics import Conjunction, Fitted, Measured, Profile, Scores, all_of, mean_profile
from vtmetrics.unmeasured import NotMeasured

#: how many blocks of layers what comes after a depth is divided into, at most
MOST_BLOCKS = 6
THIRD = 1 / 3


@dataclass(frozen=True)
class Extremes:
    """The two layers between which a profile has its whole range, found on scenes that no claim is judged on.

    On the judged scenes it is a difference of two fixed layers, where the range of a noisy curve is too wide.
    """

    lowest: int
    highest: int

    def span(self, profile: Profile) -> Fitted:
        """How far apart a profile's values are at these layers."""
        return profile.at(self.highest) - profile.at(self.lowest)


def extremes_on(validation: Scores) -> Extremes:
    """The layers where the mean profile of validation scenes is lowest and highest."""
    curve = moving(mean_profile(validation).whole[:-1])
    return Extremes(int(curve.argmin()), int(curve.argmax()))


def moving(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve itself; one that is the same at every layer to the last bit has nowhere to settle or turn."""
    if curve.min() == curve.max():
        raise NotMeasured("nothing to lose: on validation scenes the profile is the same at every layer")
    return curve


def settles(scores: Scores, ends: Extremes, within: float) -> Conjunction:
    """How far the mean profile is from its end in each block of layers after a third, beyond so much.

    Each part is at most 0 where it has settled, but for a share of its span. Of a mean in which half of the
    scenes still rise and the other half still fall that is true too: `near` asks the scenes by themselves.
    """
    profile = mean_profile(scores)
    start, end = _from(profile.points, THIRD), profile.points - 2
    share = within * ends.span(profile)
    parts: dict[str, Measured] = {}
    for block in _blocks(range(start, end)):
        away = profile.over(block) - profile.at(end)
        parts[f"{_layers(block)} above the end"] = away - share
        parts[f"{_layers(block)} below the end"] = -1 * away - share
    return all_of(parts)


def near(scores: Scores, within: float) -> Scores:
    """Whether each scene's profile is at a third of the depth as near its end as a share of its own range."""

    def is_near(curve: Tensor) -> Tensor:
        read = curve[..., :-1]
        away = (read[..., _from(curve.shape[-1], THIRD)] - read[..., -1]).abs()
        return (away <= within * (read.amax(-1) - read.amin(-1))).double()

    return scores.each(is_near, (0, 1), "share")


def late_share(scores: Scores) -> Scores:
    """The share of its movement up and down that each scene's own profile makes after a third of depth."""

    def late(curve: Tensor) -> Tensor:
        start = _from(curve.shape[-1], THIRD) / (curve.shape[-1] - 2)
        return remaining_change(curve[..., :-1], start, definition="variation")

    return scores.each(late, (0, 1))


def steady(profile: Profile, first: float, last: float, within: float) -> dict[str, Measured]:
    """How far each block of layers between two depths is from the mean of all of them, beyond so much."""
    layers = list(range(round(first * profile.points), round(last * profile.points)))
    middle = profile.over(layers)
    parts: dict[str, Measured] = {}
    for block in _blocks(layers):
        away = profile.over(block) - middle
        parts[f"{_layers(block)} above the mean"] = away - within
        parts[f"{_layers(block)} below the mean"] = -1 * away - within
    return parts


def _from(points: int, after: float) -> int:
    """The first layer at a depth or deeper, with a layer behind it to end at."""
    start = math.ceil(after * (points - 1) - 1e-9)
    if start >= points - 2:
        raise NotMeasured(f"too few layers: of {points - 1}, none lies between {after:.2g} and the last")
    return start


def _blocks(layers: Iterable[int]) -> list[list[int]]:
    """The layers in a few blocks of about one size, in order."""
    kept = np.array(list(layers))
    return [block.tolist() for block in np.array_split(kept, min(MOST_BLOCKS, len(kept)))]


def _layers(block: list[int]) -> str:
    """What a block is called: layer 4, or layers 4 to 5."""
    return f"layer {block[0]}" if len(block) == 1 else f"layers {block[0]} to {block[-1]}"
