"""A row of the store: what was read of one scene in one run, and the key under which it is kept.

Both are tuples, of which hundreds of thousands are read in a second and nothing has to be collected.
"""

from typing import NamedTuple


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
