"""Disputes: where two papers expect different things of one measurement, who of them is right about whom."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from vtmetrics.evidence import Conclusions, Evidence, Glyph, compact
from vtmetrics.report.cell import STYLES, Cell, cell_text
from vtmetrics.report.columns_of_text import BETWEEN, padded, paragraph, space
from vtmetrics.report.outline import ClaimEntry, Column

DISPUTED = "Disputes: one measurement, of which two papers expect different things"
#: of two verdicts about one number the one that counts
WEIGHTIEST = (
    *(Glyph.SUPPORTED, Glyph.VACUOUS, Glyph.UNDECIDED, Glyph.REFUTED),
    *(Glyph.FAILED, Glyph.UNMEASURED),
)
LEAST_AXIS, MOST_AXIS = 15, 41
#: how far an axis goes beyond what stands on it, as a share of that
MARGIN = 0.1


@dataclass(frozen=True)
class Dispute:
    """A claim, and the one that disputes it: two intervals, and one number for each model."""

    first: ClaimEntry
    second: ClaimEntry

    @property
    def name(self) -> str:
        """Both ids."""
        return f"{self.first.name} ⇄ {self.second.name}"

    @property
    def told(self) -> Evidence:
        """Any row of the claim that was there first."""
        return self.first.told

    @property
    def rows(self) -> tuple[Evidence, ...]:
        """The evidence of both."""
        return self.first.rows + self.second.rows

    @property
    def conclusions(self) -> Conclusions:
        """What all rows say."""
        return self.first.conclusions

    def cell(self, column: Column) -> Cell | None:
        """What is counted: that one of them stands, or that this is open, and only then that neither does."""
        cells = [cell for entry in (self.first, self.second) if (cell := entry.cell(column)) is not None]
        return min(cells, key=lambda cell: WEIGHTIEST.index(cell.conclusion.glyph), default=None)

    def stance(self, column: Column) -> str:
        """In words, for which of them it holds."""
        cells = {entry.name: entry.cell(column) for entry in (self.first, self.second)}
        glyphs = {name: cell.conclusion.glyph for name, cell in cells.items() if cell is not None}
        stands = [name for name, glyph in glyphs.items() if glyph is Glyph.SUPPORTED]
        vacuous = [name for name, glyph in glyphs.items() if glyph is Glyph.VACUOUS]
        if stands:
            return f"holds for {' and '.join(stands)}"
        if vacuous:
            return f"holds for {' and '.join(vacuous)}, and for a control too"
        if glyphs and set(glyphs.values()) == {Glyph.REFUTED}:
            return "holds for neither"
        return "not measured" if set(glyphs.values()) <= {Glyph.UNMEASURED} else "undecided"


def disputes(entries: Sequence[ClaimEntry]) -> list[Dispute]:
    """The pairs of which the report has both."""
    there = {entry.name: entry for entry in entries}
    later = (entry for entry in entries if entry.told.disputes in there)
    return [Dispute(there[str(entry.told.disputes)], entry) for entry in later]


def headline_entries(entries: Sequence[ClaimEntry]) -> list[ClaimEntry | Dispute]:
    """What a headline counts: a dispute is one."""
    found = {dispute.first.name: dispute for dispute in disputes(entries)}
    later = {dispute.second.name for dispute in found.values()}
    return [found.get(entry.name, entry) for entry in entries if entry.name not in later]


def dispute_lines(entries: Sequence[ClaimEntry], columns: Sequence[Column], width: int) -> Iterator[Text]:
    """Each dispute with both intervals on one axis, and every model's number below; nothing without one."""
    found = disputes(entries)
    if not found:
        return
    yield from paragraph(Text(DISPUTED, "bold"), width, Text())
    for dispute in found:
        yield from _block(dispute, [column for column in columns if not column.twin], width)
    yield Text()


def _block(dispute: Dispute, columns: Sequence[Column], width: int) -> Iterator[Text]:
    stated = f"{dispute.first.told.statement} {dispute.second.told.statement}"
    yield from paragraph(Text(stated), width, Text.styled(f"{dispute.name}  ", "bold cyan"))
    names = [_who(entry) for entry in (dispute.first, dispute.second)]
    names += [f"{column.number} {column.named}" for column in columns]
    room = min(max(map(len, names)), width // 3)
    axis = _Axis.of(dispute, columns, max(LEAST_AXIS, min(MOST_AXIS, width // 3)))
    for name, entry in zip(names, (dispute.first, dispute.second), strict=False):
        line = space(BETWEEN) + padded(Text(name, "dim"), room) + space(BETWEEN) + axis.expected(entry.told)
        yield padded(line + Text(f"  {compact(entry.told.expected)}", "dim"), width)
    for name, column in zip(names[2:], columns, strict=True):
        cell = dispute.cell(column)
        line = space(BETWEEN) + padded(Text(name, "bold"), room) + space(BETWEEN) + axis.estimate(cell)
        yield padded(line + space(BETWEEN) + _told(dispute, column, cell), width)


def _who(entry: ClaimEntry) -> str:
    return f"{entry.name} {entry.told.paper}"


def _told(dispute: Dispute, column: Column, cell: Cell | None) -> Text:
    if cell is None:
        return Text("not asked", "dim")
    stance, glyph = dispute.stance(column), cell.conclusion.glyph
    if cell.shown is None or cell.shown.value is None:
        return Text(f"{stance}: {cell.conclusion.reason}" if cell.conclusion.reason else stance, "dim")
    return cell_text(cell.shown, None, brief=False) + Text(f"  {stance}", STYLES[glyph])


@dataclass(frozen=True)
class _Axis:
    """Numbers as places in a line of text."""

    low: float
    high: float
    width: int

    @classmethod
    def of(cls, dispute: Dispute, columns: Sequence[Column], width: int) -> "_Axis":
        """As long as all borders and intervals need, and a little longer."""
        cells = [dispute.cell(column) for column in columns]
        shown = [cell.shown for cell in cells if cell is not None and cell.shown is not None]
        borders = [entry.told for entry in (dispute.first, dispute.second)]
        known = [number for row in shown for number in (row.value, row.low, row.high)]
        known += [number for row in borders for number in (row.expected_low, row.expected_high)]
        there = [number for number in known if number is not None]
        low, high = min(there, default=0.0), max(there, default=1.0)
        beyond = MARGIN * (high - low) or 1.0
        return cls(low - beyond, high + beyond, width)

    def expected(self, row: Evidence) -> Text:
        """The interval in which a paper says that the number lies; open where it has no border."""
        low = -math.inf if row.expected_low is None else row.expected_low
        high = math.inf if row.expected_high is None else row.expected_high
        return Text(self._drawn(low, high, "═"), "cyan")

    def estimate(self, cell: Cell | None) -> Text:
        """A model's interval with its value in it; blank where there is none."""
        row = cell.shown if cell is not None else None
        if row is None or row.value is None:
            return space(self.width)
        low, high = (row.value if end is None else end for end in (row.low, row.high))
        line = self._drawn(low, high, "─")
        place = self._place(row.value)
        return Text(f"{line[:place]}●{line[place + 1 :]}")

    def _drawn(self, low: float, high: float, stroke: str) -> str:
        first, last = self._place(low), self._place(high)
        return (" " * first + stroke * (last - first + 1)).ljust(self.width)

    def _place(self, number: float) -> int:
        share = (number - self.low) / (self.high - self.low)
        return round(min(max(share, 0.0), 1.0) * (self.width - 1))
