"""A conjunction: numbers of which a claim has to be true together, such as all steps or blocks of layers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vtmetrics.statistics.finding import Measured
from vtmetrics.statistics.interval import Range


@dataclass(frozen=True, eq=False)
class Conjunction(Measured):
    """Several numbers, by name, that are all expected in one interval; each is a line of evidence.

    It is supported if each part is, and refuted if one part is at a stricter level, since one of many fails
    by chance more easily. `instead` are other conjunctions, of which any would do as well where a claim says
    "there is a layer": then it is refuted only if all of these are too.
    """

    parts: Mapping[str, Measured]
    instead: tuple["Conjunction", ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no parts, or parts that are no numbers."""
        if not self.parts:
            raise ValueError("a conjunction wants at least one part, got none")
        for name, part in self.parts.items():
            if not isinstance(part, Measured) or isinstance(part, Conjunction):
                raise TypeError(f"the part {name!r} must be Scores or Fitted, not {type(part).__name__}")

    def or_else(self, *others: "Conjunction") -> "Conjunction":
        """With others that would do as well: this one is judged, and refuted only if none of them stands."""
        return replace(self, instead=(*self.instead, *others))

    @property
    def range(self) -> Range:  # type: ignore[override]
        """Between which numbers all parts lie."""
        lows, highs = zip(*(part.range for part in self.parts.values()), strict=True)
        return min(lows), max(highs)

    @property
    def missing(self) -> Mapping[str, str]:  # type: ignore[override]
        """The scenes that have no score in one of the parts, because something failed."""
        return {scene: why for part in self.parts.values() for scene, why in part.missing.items()}

    @property
    def excluded(self) -> Mapping[str, str]:  # type: ignore[override]
        """The scenes that one of the parts is not about."""
        lost = self.missing
        told = {scene: why for part in self.parts.values() for scene, why in part.excluded.items()}
        return {scene: why for scene, why in told.items() if scene not in lost}


def all_of(parts: Mapping[str, Measured]) -> Conjunction:
    """Parts by name that have to hold together."""
    return Conjunction(dict(parts))
