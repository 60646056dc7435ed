"""Gates: what fails a run: a comparison, a verdict that was not expected or, without these, a refutation."""

from dataclasses import dataclass

from vtmetrics.evidence import Comparison, Conclusions, Evidence, Glyph, HeldExpectations, Place, is_apart
from vtmetrics.suite.model_pair import ModelPair


@dataclass(frozen=True)
class Gates:
    """The comparisons that a run was asked for, and what was expected of it.

    Without a comparison, nothing may be refuted. What came out as expected fails nothing; whatever the
    expectations do not name is held to the other gates.
    """

    baseline: Comparison | None = None
    pair: ModelPair | None = None
    expected: HeldExpectations | None = None

    def failing(self, conclusions: Conclusions) -> set[Place]:
        """The cells that fail the run."""
        found = _refuted(conclusions) if self.baseline is None and self.pair is None else self._changed()
        return found if self.expected is None else (found - self.expected.true) | self.expected.untrue

    def fails(self, conclusions: Conclusions) -> bool:
        """Whether the run fails: by a cell, by a comparison of nothing, or by a name that no claim has."""
        nothing = (self.baseline and self.baseline.pairing.foreign) or (self.pair and self.pair.nothing)
        unmet = self.expected is not None and self.expected.fails
        return bool(nothing) or unmet or bool(self.failing(conclusions))

    def _changed(self) -> set[Place]:
        changed = () if self.baseline is None else self.baseline.failing
        return {change.place for change in changed} | (set() if self.pair is None else self.pair.failing)


def _refuted(conclusions: Conclusions) -> set[Place]:
    """The refuted cells of models, which fail a run that compares nothing."""
    refuted = (place for place, found in conclusions.items() if found.glyph is Glyph.REFUTED)
    return {place for place in refuted if not place.twin and _decides(conclusions.rows(place)[0])}


def _decides(row: Evidence) -> bool:
    """Whether a refutation counts: what no paper says is only shown."""
    return not (is_apart(row) or row.diagnostic)
