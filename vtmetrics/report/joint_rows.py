"""Joint rows: what a paper says by claims of several rows together, and no claim asks by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.text import Text

from vtmetrics.evidence import Conclusion, Conclusions, Glyph, joined
from vtmetrics.report.cell import STYLES
from vtmetrics.report.columns_of_text import paragraph
from vtmetrics.report.outline import Column

TOGETHER = "Joint rows: each stands if all of its claims do"


@dataclass(frozen=True)
class JointRow:
    """A row that says what claims of other rows say together: it stands if all of them do."""

    says: str
    claims: tuple[str, ...]

    def standing(self, conclusions: Conclusions, model: str) -> Conclusion:
        """What its claims make of a model together, as cases of one claim would; "–" if one wasn't asked."""
        found = {name: conclusions.cases(name, model) for name in self.claims}
        lacking = [name for name, cases in found.items() if not cases]
        if lacking:
            return Conclusion(Glyph.UNMEASURED, f"{' and '.join(lacking)} not asked")
        parts = {name: joined(cases) for name, cases in found.items()}
        told = ", ".join(f"{name} {part.glyph}" for name, part in parts.items())
        return replace(joined(parts), reason=told)


#: rows of which nothing is measured that other rows don't measure
JOINT = {
    "R5": JointRow(
        "Probes find the number nearly everywhere, and counting loses half with every second token.",
        ("Q2.everywhere", "R3.half"),
    )
}


def joint_rows(conclusions: Conclusions) -> dict[str, JointRow]:
    """The rows of which the report has a claim."""
    asked = {place.claim for place in conclusions}
    return {name: row for name, row in JOINT.items() if asked & {*row.claims}}


def joint_lines(conclusions: Conclusions, columns: Sequence[Column], width: int) -> Iterator[Text]:
    """Each row with what it says, and below it what every model's claims come to, with the reason."""
    found = joint_rows(conclusions)
    if not found:
        return
    yield from paragraph(Text(TOGETHER, "bold"), width, Text())
    for name, row in found.items():
        told = Text(f"{row.says} ({' and '.join(row.claims)})")
        yield from paragraph(told, width, Text.styled(f"{name}  ", "bold cyan"))
        for column in (each for each in columns if not each.twin):
            stands = row.standing(conclusions, column.model)
            glyph = Text.styled(stands.glyph, STYLES[stands.glyph])
            reason = Text(f" {stands.reason}" if stands.reason else "", "dim")
            yield from paragraph(glyph + reason, width, Text(f"  {column.number} {column.named}  "))
    yield Text()
