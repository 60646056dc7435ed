"""The conclusions of a run or a file: what every cell of some evidence says, each cell judged once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from vtmetrics.evidence.conclusion import Conclusion, Glyph, judged
from vtmetrics.evidence.evidence import Evidence, Place
from vtmetrics.evidence.figure import natural
from vtmetrics.evidence.prospect import NONE, Prospect, prospect, settled


class Conclusions(Mapping[Place, Conclusion]):
    """A table by claim, case, model and twin; whoever asks what a cell says reads it here."""

    def __init__(self, rows: Iterable[Evidence]) -> None:
        self._rows: dict[Place, list[Evidence]] = defaultdict(list)
        for row in rows:
            self._rows[row.cell.of_model].append(row)
        self._found: dict[Place, Conclusion] = {}
        for place, kept in self._rows.items():
            for twin in dict.fromkeys(row.twin for row in kept):
                self._found[place._replace(twin=twin)] = judged(kept, twin)

    def __getitem__(self, place: Place) -> Conclusion:
        return self._found[place]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def rows(self, place: Place) -> list[Evidence]:
        """The evidence of a cell, with that of its model and of all its twins."""
        return self._rows.get(place.of_model, [])

    def cases(self, claim: str, model: str, twin: str = "") -> dict[str, Conclusion]:
        """What each case of a claim says about a model or a twin of it, in natural order."""
        found = {
            place.case: conclusion
            for place, conclusion in self._found.items()
            if (place.claim, place.model, place.twin) == (claim, model, twin)
        }
        return {case: found[case] for case in sorted(found, key=natural)}

    def prospect(self, claim: str, model: str, times: float) -> float:
        """How probable it is that `times` as many scenes settle what a claim says about a model."""
        return settled(
            self._prospect(Place(claim, case, model), found, times)
            for case, found in self.cases(claim, model).items()
        )

    def _prospect(self, place: Place, found: Conclusion, times: float) -> Prospect:
        if found.glyph is Glyph.UNDECIDED:
            return prospect(self.rows(place), place.twin, times)
        decided = found.glyph not in (Glyph.UNMEASURED, Glyph.FAILED)
        return Prospect(1.0, float(found.glyph is Glyph.REFUTED)) if decided else NONE
