"""The practitioner's table as curves: how much is lost if image tokens leave at a layer, task by task."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vtmetrics.evidence import Conclusions, Evidence, Glyph, Place, is_practical, natural, rounded
from vtmetrics.report.outline import Column
from vtmetrics.report.page.drawing import (
    Axis,
    NumberTable,
    PageFigure,
    joined_marks,
    line,
    lines,
    mark,
    text,
)
from vtmetrics.report.practice import answer_of, parameters_of, points_lost, share_written

TASK_WIDE, TASK_HIGH, TASKS_LEFT, TASKS_TOP = 210, 112, 92, 26
#: more than so much is drawn at the edge: a practitioner asks about a few points
MOST_LOST = 0.1


@dataclass(frozen=True)
class SafeDepth:
    """What is known of a cut: its layer, what is lost there with the interval, and if so little is shown."""

    layer: float
    lost: float
    low: float
    high: float
    shown: bool


def practice_figure(conclusions: Conclusions, columns: Sequence[Column]) -> PageFigure | None:
    """Tasks down, models across; nothing where nobody asked."""
    asked = [place for place in conclusions if not place.twin and is_practical(conclusions.rows(place)[0])]
    models = [column for column in columns if not column.twin and any(p.model == column.model for p in asked)]
    if not asked or not models:
        return None
    tasks: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in sorted(asked, key=lambda place: natural(place.case)):
        tasks[parameters_of(place.case).get("task", place.case)][place.model].append(place)
    parts = [
        text(TASKS_LEFT + TASK_WIDE * number + 6, 14, f"{one.number} {one.named}"[:30])
        for number, one in enumerate(models)
    ]
    for row, (task, by_model) in enumerate(tasks.items()):
        parts.append(text(0, TASKS_TOP + TASK_HIGH * row + TASK_HIGH / 2, task[:14]))
        for number, model in enumerate(models):
            found = list(_depths(conclusions, by_model.get(model.model, ())))
            parts.append(_drawing(found, TASKS_LEFT + TASK_WIDE * number, TASKS_TOP + TASK_HIGH * row))
    told = (
        "Across each drawing the layer at which all image tokens leave, upwards how many right answers of a "
        "hundred are lost there, with the interval; a disc is a layer that is shown to be safe, a cross one "
        "that is not; the dashed lines are 1, 2 and 5 points."
    )
    width, height = TASKS_LEFT + TASK_WIDE * len(models), TASKS_TOP + TASK_HIGH * len(tasks)
    table = NumberTable(
        "Practice", ("model", "task", "loss", "answer"), tuple(_table(conclusions, models, tasks))
    )
    return PageFigure(
        "From which layer on can image tokens go?", told, width, height, joined_marks(parts), table
    )


def _depths(conclusions: Conclusions, places: Sequence[Place]) -> Iterator[SafeDepth]:
    for place in places:
        arms = {row.arm: row for row in conclusions.rows(place) if not row.twin}
        main, layer = arms.get(""), arms.get("beside:layer")
        allowed = share_written(parameters_of(place.case).get("within", ""))
        if main is None or main.value is None or layer is None or layer.value is None or allowed is None:
            continue
        low, high = (end if end is not None else main.value for end in (main.low, main.high))
        shown = conclusions[place].glyph is Glyph.SUPPORTED
        yield SafeDepth(layer.value, main.value + allowed, low + allowed, high + allowed, shown)


def _drawing(found: Sequence[SafeDepth], left: float, top: float) -> Markup:
    last = max((one.layer for one in found), default=1.0)
    x = Axis(0, max(last + 1, 2), left + 40, left + TASK_WIDE - 14)
    y = Axis(-0.06, MOST_LOST, top + TASK_HIGH - 24, top + 8)
    parts = [line([(x.first, y.at(0)), (x.last, y.at(0))], "x")]
    parts.append(lines([(x.first, y.at(share), x.last, y.at(share)) for share in (0.01, 0.02, 0.05)], "h"))
    parts += [
        text(x.first - 4, y.at(share) + 4, f"{100 * share:.0f}", "n", "end") for share in (0, 0.05, 0.1)
    ]
    parts += [text(x.at(tick), y.first + 14, f"{tick:.0f}", "n", "middle") for tick in x.ticks(5)]
    points = {one.layer: one for one in found}
    curve = [(x.at(layer), y.at(points[layer].lost)) for layer in sorted(points)]
    parts += [line(curve, "k")] if len(curve) > 1 else []
    parts.append(
        lines(
            [(x.at(one.layer), y.at(one.low), x.at(one.layer), y.at(one.high)) for one in points.values()],
            "i e",
        )
    )
    for one in points.values():
        parts.append(
            mark(x.at(one.layer), y.at(one.lost), "disc" if one.shown else "cross", "e" if one.shown else "t")
        )
        if one.shown:
            parts.append(text(x.at(one.layer), y.at(one.high) - 4, f"layer {one.layer:.0f}", "", "middle"))
    return (
        joined_marks(parts)
        if found
        else text(left + 44, top + TASK_HIGH / 2, "not asked or not measured", "d")
    )


def _table(
    conclusions: Conclusions, models: Sequence[Column], tasks: Mapping[str, Mapping[str, Sequence[Place]]]
) -> Iterator[tuple[str, ...]]:
    for model in models:
        for task, by_model in tasks.items():
            for place in by_model.get(model.model, ()):
                rows = conclusions.rows(place)
                loss = points_lost([parameters_of(place.case).get("within", "")])
                yield model.model, task, loss, f"{answer_of(conclusions[place], rows).plain}{_lost(rows)}"


def _lost(rows: Sequence[Evidence]) -> str:
    """What is lost at the layer, with its interval."""
    main = next((row for row in rows if not row.role), None)
    if main is None or main.value is None or main.low is None or main.high is None:
        return ""
    allowed = share_written(parameters_of(main.case).get("within", "")) or 0.0
    value, low, high = (rounded(100 * (number + allowed), 1) for number in (main.value, main.low, main.high))
    return f"; lost there: {value} points [{low}, {high}]"
