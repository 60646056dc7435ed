"""Training change: how far a profile went, in the sense and at the layer that other scenes have shown.

A mean of absolute changes, and the largest of them, grow with noise. With signs and layer found beforehand
both are contrasts of fixed layers, and none where nothing changes. A profile's last point is left out:
nobody reads what the last layer writes to a token.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.readings import Observed
from vtmetrics.statistics import Fitted, Scores, mean_profile


@dataclass(frozen=True)
class TrainingChange:
    """What training changes of each scene's profile; which way, and where most, scenes of validation tell."""

    judged: Scores
    validation: Scores

    def mean(self) -> Fitted:
        """How far the mean profile goes the validation's way, in the mean over layers."""
        signs = np.sign(self._known()).tolist()
        return self.over(lambda curve: (curve[..., :-1] * curve.new_tensor(signs)).mean(-1))

    def at_furthest(self) -> Fitted:
        """How far it goes at the layer, and the way, that it goes furthest in validation."""
        known = self._known()
        layer = int(np.abs(known).argmax())
        sign = float(np.sign(known[layer]))
        return self.over(lambda curve: sign * curve[..., layer])

    def spike(self) -> Fitted:
        """How much further it goes there than in the mean over layers."""
        return self.at_furthest() - self.mean()

    def over(self, layers: Callable[[Tensor], Tensor], sign: int = 1) -> Fitted:
        """How far it goes up over a part of the depth, or down with the sign -1, whatever validation says."""
        return mean_profile(sign * self.judged).read(layers, (-math.inf, math.inf))

    def _known(self) -> NDArray[np.float64]:
        return mean_profile(self.validation).whole[:-1]


def change_by_training(
    before: Model, after: Model, scenes: Sequence[Scene], validation: Sequence[Scene], reading: Observed
) -> TrainingChange:
    """What training has changed of a reading over depth, on the scenes that are judged and on others."""
    both = (after.observe(some, reading) - before.observe(some, reading) for some in (scenes, validation))
    return TrainingChange(*both)
