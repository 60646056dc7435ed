"""Figures of pairs: the paired differences of two runs, and papers that dispute a number, on one axis."""

from collections.abc import Iterable, Sequence

from vtmetrics.evidence import PairedCell, Place, compact, figures
from vtmetrics.report.disputes import Dispute
from vtmetrics.report.outline import Column
from vtmetrics.report.page.drawing import (
    AXIS_END,
    LABEL_ROOM,
    LINE_HIGH,
    LINES_TOP,
    LINES_WIDE,
    Axis,
    PageFigure,
    box,
    joined_marks,
    line,
    mark,
    text,
)

#: a figure has no room for more: the table has them all
MOST_DRAWN = 30


def difference_figure(cells: Iterable[PairedCell]) -> PageFigure | None:
    """The paired differences with their intervals, flips first, around nothing."""
    found = [cell for cell in cells if cell.found is not None and cell.found.found.value is not None]
    shown = [cell for cell in found if _finite(cell)][:MOST_DRAWN]
    if not shown:
        return None
    ends = [end for cell in shown for end in _ends(cell)]
    axis = Axis.over([0.0, *ends], LABEL_ROOM, AXIS_END)
    bottom = LINES_TOP + LINE_HIGH * len(shown)
    parts = [line([(axis.at(0), LINES_TOP - 6), (axis.at(0), bottom)], "zb")]
    parts += [
        text(axis.at(tick), bottom + 16, compact(f"{tick:.6g}"), "n", "middle") for tick in axis.ticks()
    ]
    for number, cell in enumerate(shown):
        y = LINES_TOP + LINE_HIGH * number + LINE_HIGH / 2
        low, value, high = _ends(cell)
        width = axis.at(cell.margin) - axis.at(-cell.margin)
        parts += [box(axis.at(-cell.margin), y - 7, width, 14, "z")]
        parts += [text(0, y + 4, _called(cell.place)), line([(axis.at(low), y), (axis.at(high), y)], "i e")]
        parts += [mark(axis.at(value), y, "diamond" if cell.flipped else "disc", "e")]
        flipped = cell.before if cell.before == cell.after else f"{cell.before} → {cell.after}"
        parts.append(text(AXIS_END + 10, y + 4, f"{flipped} {cell.change}"[:26]))
    more = len(found) - len(shown)
    told = f"Second less first, with the margin as a bar; a diamond has flipped. {more} more in the table."
    return PageFigure("Paired differences", told, LINES_WIDE, bottom + 22, joined_marks(parts))


def dispute_figure(dispute: Dispute, models: Sequence[Column]) -> PageFigure | None:
    """What two papers expect of one number, as two bars, and each model's estimate below them."""
    cells = {column: cell for column in models if (cell := dispute.cell(column))}
    rows = {
        column: cell.shown for column, cell in cells.items() if cell.shown and cell.shown.value is not None
    }
    if not rows:
        return None
    told = (dispute.first.told, dispute.second.told)
    borders = [end for one in told for end in (one.expected_low, one.expected_high)]
    numbers = [end for row in rows.values() for end in (row.low, row.value, row.high)]
    axis = Axis.over([*numbers, *borders], LABEL_ROOM, AXIS_END)
    bottom = LINES_TOP + 2 * LINE_HIGH + LINE_HIGH * len(rows)
    parts = [text(axis.at(tick), bottom + 16, compact(f"{tick:.6g}"), "n", "middle") for tick in axis.ticks()]
    for number, one in enumerate(told):
        low = axis.low if one.expected_low is None else one.expected_low
        high = axis.high if one.expected_high is None else one.expected_high
        y = float(LINES_TOP + LINE_HIGH * number)
        parts += [box(axis.at(low), y + 2, axis.at(high) - axis.at(low), LINE_HIGH - 5, "z zs")]
        parts += [
            text(0, y + 12, f"{one.claim}, {one.paper}"[:36], "d"),
            text(AXIS_END + 10, y + 12, compact(one.expected), "d"),
        ]
    for number, (column, row) in enumerate(rows.items(), 2):
        y = LINES_TOP + LINE_HIGH * number + LINE_HIGH / 2
        low, high = (axis.low if row.low is None else row.low, axis.high if row.high is None else row.high)
        parts += [text(0, y + 4, f"{column.number} {column.named}"[:36])]
        parts += [
            line([(axis.at(low), y), (axis.at(high), y)], "i e"),
            mark(axis.at(row.value or 0.0), y, "disc", "e"),
        ]
        parts.append(text(AXIS_END + 10, y + 4, " ".join(figures(row))))
    words = "; ".join(f"{one.claim} expects {compact(one.expected)}" for one in told)
    return PageFigure(dispute.name, words, LINES_WIDE, bottom + 22, joined_marks(parts))


def _ends(cell: PairedCell) -> tuple[float, float, float]:
    assert cell.found is not None  # noqa: S101 - only such are drawn
    found = cell.found.found
    return found.low, found.value or 0.0, found.high


def _finite(cell: PairedCell) -> bool:
    return all(abs(end) < float("inf") for end in (*_ends(cell), cell.margin))


def _called(place: Place) -> str:
    told = f"{place.claim} {place.case} {place.model}".replace("  ", " ")
    return told if len(told) < 37 else f"{told[:35]}…"
