"""A row: what was read of one scene in one run, and the key under which it is kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """Everything that a row depends on: equal keys have equal rows."""

    model: str
    numerics: str
    edit: str
    reading: str
    scene: str


@dataclass(frozen=True)
class Row:
    """A value, or one for each layer, or a text; or why there is none."""

    value: float | tuple[float, ...] | None = None
    text: str | None = None
    excluded: str | None = None
    missing: str | None = None
