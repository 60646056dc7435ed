"""The estimates of a claim on the axis of what is expected: each model's, with controls, arms and twins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vtmetrics.evidence import VERDICT_GLYPHS, Evidence, Glyph, compact, figures
from vtmetrics.report.outline import ClaimEntry, Column
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

#: what stands between two models
BETWEEN_MODELS = 7
SHAPES = {"": "disc", "control": "diamond", "sensitivity": "square", "twin": "cross"}


@dataclass(frozen=True)
class EstimateLine:
    """One line of the figure: what it is called, what was found, and as what it is drawn."""

    label: str
    row: Evidence
    kind: str
    glyph: str = ""


def estimate_figure(entry: ClaimEntry, columns: Sequence[Column]) -> PageFigure | None:
    """The claim's figure; none where no model has a number."""
    shown = list(_lines(entry, columns))
    own = [one for one in shown if one.kind != "twin"] or shown
    if not any(one.row.value is not None for one in shown if not one.kind):
        return None
    told = entry.told
    numbers = [number for one in own for number in (one.row.low, one.row.value, one.row.high)]
    axis = Axis.over([*numbers, told.expected_low, told.expected_high], LABEL_ROOM, AXIS_END)
    bottom = LINES_TOP + LINE_HIGH * len(shown) + BETWEEN_MODELS * sum(not one.kind for one in shown)
    parts, y = (
        [_zone(told, axis, bottom), *_scale(axis, bottom)],
        LINES_TOP + LINE_HIGH / 2 - BETWEEN_MODELS / 2,
    )
    for one in shown:
        y += 0 if one.kind else BETWEEN_MODELS
        parts += _line(one, axis, y)
        y += LINE_HIGH
    words = f"Expected {compact(told.expected)}. " + "; ".join(_spoken(one) for one in shown if not one.kind)
    return PageFigure(f"{told.claim}: estimates", words, LINES_WIDE, bottom + 22, joined_marks(parts))


def _lines(entry: ClaimEntry, columns: Sequence[Column]) -> Iterator[EstimateLine]:
    """Of each model the case that decides, its controls and arms, and what its twins do there."""
    for column in columns:
        cell = entry.cell(column)
        if column.twin or cell is None or cell.shown is None:
            continue
        main, glyph = cell.shown, cell.conclusion.glyph
        case = f", {main.case}" if main.case and cell.cases > 1 else ""
        yield EstimateLine(f"{column.number} {column.named}{case}", main, "", f"{glyph} {glyph.word}")
        same = [row for row in entry.rows if row.model == column.model and row.case == main.case]
        for row in sorted(same, key=_rank):
            kind, _, name = row.arm.partition(":")
            if row.value is None or kind not in SHAPES or row.role == "" or (row.twin and row.arm):
                continue
            if row.twin:
                yield EstimateLine(f"{row.twin} twin", row, "twin", _glyph(row))
            else:
                yield EstimateLine(f"{kind} {name.replace('_', ' ')}".strip(), row, kind, _glyph(row))


def _rank(row: Evidence) -> tuple[bool, bool, str]:
    return bool(row.twin), row.arm == "sensitivity", row.role


def _glyph(row: Evidence) -> str:
    return str(VERDICT_GLYPHS.get(row.verdict, Glyph.FAILED))


def _spoken(one: EstimateLine) -> str:
    return f"{one.label}: {one.glyph} {' '.join(figures(one.row))}".strip()


def _zone(told: Evidence, axis: Axis, bottom: float) -> Markup:
    """Where the number is expected, with the borders drawn: shading alone says nothing in print."""
    low = axis.low if told.expected_low is None else told.expected_low
    high = axis.high if told.expected_high is None else told.expected_high
    first, last = axis.at(low), axis.at(high)
    borders = [
        line([(axis.at(end), LINES_TOP - 4), (axis.at(end), bottom)], "zb")
        for end in (told.expected_low, told.expected_high)
        if end is not None and axis.holds(end)
    ]
    word = text((first + last) / 2, LINES_TOP - 10, f"expected {compact(told.expected)}", "zt", "middle")
    return joined_marks(
        [box(first, LINES_TOP - 4, last - first, bottom - LINES_TOP + 4, "z"), *borders, word]
    )


def _scale(axis: Axis, bottom: float) -> Iterator[Markup]:
    yield line([(axis.first, bottom), (axis.last, bottom)], "x")
    for tick in axis.ticks():
        yield line([(axis.at(tick), bottom), (axis.at(tick), bottom + 4)], "x")
        yield text(axis.at(tick), bottom + 16, compact(f"{tick:.6g}"), "n", "middle")


def _line(one: EstimateLine, axis: Axis, y: float) -> Iterator[Markup]:
    row, value = one.row, one.row.value
    kind = {"": "e", "control": "c", "sensitivity": "s", "twin": "t"}[one.kind]
    yield text(0 if not one.kind else 14, y + 4, _cut(one.label), "" if not one.kind else "d")
    if value is None:
        yield text(axis.first + 4, y + 4, one.glyph, "d")
        return
    low = axis.low if row.low is None else row.low
    high = axis.high if row.high is None else row.high
    if row.low is not None or row.high is not None:
        yield line([(axis.at(low), y), (axis.at(high), y)], f"i {kind}")
    if one.kind == "sensitivity" and axis.holds(row.expected_low):
        border = axis.at(row.expected_low or 0.0)
        yield line([(border, y - 6), (border, y + 6)], "sb")
    yield mark(axis.at(value), y, SHAPES[one.kind], kind)
    beyond = "" if axis.holds(value) else " (off the axis)"
    told = f"{one.glyph.partition(' ')[0]} {' '.join(figures(row))}{beyond}"
    yield text(AXIS_END + 10, y + 4, told, "" if not one.kind else "d")


def _cut(label: str, most: int = 36) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"
