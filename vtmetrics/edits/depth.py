"""Depth in a model: an int is a layer, a float a fraction of the layers."""

import math
from fractions import Fraction

Depth = int | float

# Fractions are meant as they are written: 0.29 of 50 layers is 14.5, though the float is a little less.
FINEST = 10_000


def checked_depth(depth: Depth) -> Depth:
    """The depth itself, if a model with enough layers has it."""
    if isinstance(depth, bool) or not isinstance(depth, int | float):
        raise TypeError(f"a depth is a layer (int) or a fraction of the layers (float), not {depth!r}")
    if isinstance(depth, float) and not 0 <= depth <= 1:
        raise ValueError(f"a fraction of the layers lies between 0 and 1, not at {depth!r}")
    if depth < 0:
        raise ValueError(f"layers count from 0, so there is no layer {depth}")
    return depth


def layer_of(depth: Depth, layers: int) -> int:
    """The layer at this depth of so many layers: a fraction f means round-half-up(f · layers)."""
    checked_depth(depth)
    if isinstance(depth, int):
        if depth > layers:
            raise ValueError(f"layer {depth} was wanted of a model whose depths are 0 to {layers}")
        return depth
    return math.floor(Fraction(depth).limit_denominator(FINEST) * layers + Fraction(1, 2))


def layer_before(depth: Depth, layers: int, asker: object) -> int:
    """The layer before a depth, whose attention whoever asks wants."""
    at = layer_of(depth, layers)
    if at == 0:
        raise ValueError(f"{asker} wants a layer that has another before it, not the first of {layers}")
    return at - 1
