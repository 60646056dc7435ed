"""Training change: how far a profile went, in the sense and at the layer that other scenes have shown.

A mean of absolute changes, and the largest of them, grow with noise. With signs and layer found beforehand
both are contrasts of fixed layers, and none where nothing changes. A profile's last point is left out:
nobody reads what the last layer writes to a token.
"""

import math
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from vtmetrics.statistics import Fitted, Scores, mean_profile


@dataclass(frozen=True)
class Ways:
    """Which way each layer's value goes by training, and at which layer it goes furthest."""

    signs: tuple[float, ...]
    furthest: int

    def mean(self, change: Scores) -> Fitted:
        """How far the mean profile of some changes goes that way, in the mean over layers."""
        return mean_profile(change).read(self._mean, (-math.inf, math.inf))

    def at_furthest(self, change: Scores) -> Fitted:
        """How far it goes where it went furthest."""
        return mean_profile(change).read(self._furthest, (-math.inf, math.inf))

    def spike(self, change: Scores) -> Fitted:
        """How much further it goes there than in the mean over layers."""
        return self.at_furthest(change) - self.mean(change)

    def _mean(self, curve: Tensor) -> Tensor:
        return (curve[..., :-1] * curve.new_tensor(self.signs)).mean(-1)

    def _furthest(self, curve: Tensor) -> Tensor:
        return self.signs[self.furthest] * curve[..., self.furthest]


def ways_of(validation: Scores) -> Ways:
    """The ways of the mean profile of changes on scenes that no claim is judged on."""
    curve = mean_profile(validation).whole[:-1]
    return Ways(tuple(np.sign(curve).tolist()), int(np.abs(curve).argmax()))
