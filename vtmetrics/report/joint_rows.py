"""Joint rows in the terminal: what each says, and what every model's claims come to."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from vtmetrics.evidence import Conclusions, JointRow, asked_jointly
from vtmetrics.report.cell import STYLES
from vtmetrics.report.columns_of_text import paragraph
from vtmetrics.report.outline import Column
from vtmetrics.report.sanitise import plain

TOGETHER = "Joint rows: each stands if all of its claims do"


def joint_lines(
    rows: Iterable[JointRow], conclusions: Conclusions, columns: Sequence[Column], width: int
) -> Iterator[Text]:
    """Each row of which a claim was asked, and below it every model's verdict with the reason."""
    found = asked_jointly(rows, conclusions)
    if not found:
        return
    yield from paragraph(Text(TOGETHER, "bold"), width, Text())
    for row in found:
        told = Text(f"{row.says} ({' and '.join(row.claims)})")
        yield from paragraph(told, width, Text.styled(f"{row.name}  ", "bold cyan"))
        for column in (each for each in columns if not each.twin):
            stands = row.standing(conclusions, column.model)
            glyph = Text.styled(stands.glyph, STYLES[stands.glyph])
            reason = Text(f" {stands.reason}" if stands.reason else "", "dim")
            yield from paragraph(glyph + reason, width, Text(f"  {column.number} {column.named}  "))
    yield Text()


def safe_joint(row: JointRow) -> JointRow:
    """The row with text that can only be shown."""
    return JointRow(plain(row.name), plain(row.says), tuple(map(plain, row.claims)))
