"""Late growth: is a curve steeper in a window late in its depth than in all that comes before?"""

import math
from collections.abc import Callable

from torch import Tensor

from vtmetrics.unmeasured import NotMeasured


def steeper_between(first: float, last: float) -> Callable[[Tensor], Tensor]:
    """A statistic of curves (..., B + 1): by how much they rise more a block in the window than before it.

    The window is the blocks between two shares of the depth. A contrast of three points: where a curve is
    steepest is an argmax, which noise alone moves.
    """
    if not 0 < first < last <= 1:
        raise ValueError(f"a window lies between two shares of the depth, not between {first} and {last}")

    def steeper(curve: Tensor) -> Tensor:
        blocks = curve.shape[-1] - 1
        start, end = math.ceil(first * blocks - 1e-9), math.floor(last * blocks + 1e-9)
        if start >= end:
            raise NotMeasured(f"too few layers: of {blocks} blocks, none lies from {first:g} to {last:g}")
        begun, before, behind = curve[..., 0], curve[..., start], curve[..., end]
        return (behind - before) / (end - start) - (before - begun) / start

    return steeper
