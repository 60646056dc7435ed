"""A row of the store: what was read of one scene in one run, and the key under which it is kept.

Both are tuples, of which hundreds of thousands are read in a second and nothing has to be collected.
"""

from typing import NamedTuple

from torch import Tensor

from vtmetrics.metrics import why


class RowKey(NamedTuple):
    """Everything that a row depends on: equal keys have equal rows."""

    model: str
    numerics: str
    edit: str
    reading: str
    scene: str


class StoredValue(NamedTuple):
    """A value, or one for each layer, or a text; or why there is none."""

    value: float | tuple[float, ...] | None = None
    text: str | None = None
    excluded: str | None = None
    missing: str | None = None


def curve_row(curve: Tensor) -> StoredValue:
    """The curve, or the first reason why a layer has no such number."""
    reasons = [reason for reason in map(why, curve) if reason is not None]
    if reasons:
        return StoredValue(excluded=f"undefined at {len(reasons)} of {len(curve)} layers: {reasons[0]}")
    return StoredValue(value=tuple(curve.tolist()))
