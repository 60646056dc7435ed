"""Joint rows: what a paper says by claims of several rows together, and no claim asks by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vtmetrics.evidence.conclusion import Conclusion, Glyph, joined
from vtmetrics.evidence.conclusion_table import Conclusions


@dataclass(frozen=True)
class JointRow:
    """A row that says what claims of other rows say together: it stands if all of them do."""

    name: str
    says: str
    claims: tuple[str, ...]

    def lacking(self, conclusions: Conclusions, model: str) -> list[str]:
        """Those of its claims that were not asked of a model."""
        return [name for name in self.claims if not conclusions.cases(name, model)]

    def standing(self, conclusions: Conclusions, model: str) -> Conclusion:
        """What its claims make of a model together, as cases of one claim would; "–" if one wasn't asked."""
        if lacking := self.lacking(conclusions, model):
            return Conclusion(Glyph.UNMEASURED, f"{' and '.join(lacking)} not asked")
        parts = {name: joined(conclusions.cases(name, model)) for name in self.claims}
        told = ", ".join(f"{name} {part.glyph}" for name, part in parts.items())
        return replace(joined(parts), reason=told)


def asked_jointly(rows: Iterable[JointRow], conclusions: Conclusions) -> list[JointRow]:
    """The rows of which some claim was asked."""
    asked = {place.claim for place in conclusions}
    return [row for row in rows if asked & {*row.claims}]
