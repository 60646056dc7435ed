"""Parts of the depth: the mean of a curve over the first third of the layers, the last, or all.

A curve's last point is what the last layer writes, which no layer reads: it's in none of them.
"""

from torch import Tensor


def early(curve: Tensor) -> Tensor:
    """The mean over the first third of the layers."""
    return curve[..., : _layers(curve) // 3].mean(-1)


def late(curve: Tensor) -> Tensor:
    """The mean over the last third of the layers."""
    layers = _layers(curve)
    return curve[..., layers - layers // 3 : layers].mean(-1)


def throughout(curve: Tensor) -> Tensor:
    """The mean over all layers."""
    return curve[..., :-1].mean(-1)


def _layers(curve: Tensor) -> int:
    return int(curve.shape[-1]) - 1
