"""Curves over depth: a number of states layer by layer, each model's with its band, and its twins' beside."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup

from vtmetrics.evidence import TWINS, CellStory, ShownCourse, compact
from vtmetrics.report.page.drawing import Axis, NumberTable, PageFigure, band, joined_marks, line, text
from vtmetrics.report.sanitise import plain

DEPTH_WIDE, DEPTH_HIGH, DEPTHS_ACROSS = 380, 190, 2
#: how the lines of model and twins are told apart without colour: solid, dashed, dotted, dash and dot
STROKES = {"": "k", **{twin: f"k k{number}" for number, twin in enumerate(TWINS, 1)}}
#: a model's courses, by twin
Courses = Mapping[str, ShownCourse]


def depth_figures(stories: Iterable[CellStory], claim: str) -> Iterator[PageFigure]:
    """One figure for each number and edit, with a drawing for each model."""
    found: dict[tuple[str, str], dict[str, dict[str, ShownCourse]]] = {}
    for story in stories:
        for course in story.courses:
            of = found.setdefault((course.reading, course.edit), {})
            of.setdefault(story.place.model, {}).setdefault(story.place.twin, course)
    for (reading, edit), models in found.items():
        own = {model: twins for model, twins in models.items() if any(map(_numbers, twins.values()))}
        if own:
            yield _figure(plain(reading), plain(edit), own, claim)


def _figure(reading: str, edit: str, models: Mapping[str, Courses], claim: str) -> PageFigure:
    drawings = [
        _drawing(plain(model), courses, (number % DEPTHS_ACROSS, number // DEPTHS_ACROSS))
        for number, (model, courses) in enumerate(models.items())
    ]
    rows = math.ceil(len(models) / DEPTHS_ACROSS)
    under = "" if edit == "PLAIN" else f" under {edit}"
    told = f"{reading}{under}, mean over scenes at the input of every layer, with a pointwise band of 95 %."
    title = f"{claim}: {reading}{under} over depth"
    table = NumberTable(f"{reading}{under}", *_table(models))
    return PageFigure(
        title,
        told,
        DEPTH_WIDE * min(len(models), DEPTHS_ACROSS),
        DEPTH_HIGH * rows,
        joined_marks(drawings),
        table,
    )


def _drawing(model: str, courses: Courses, cell: tuple[int, int]) -> Markup:
    left, top = DEPTH_WIDE * cell[0], DEPTH_HIGH * cell[1]
    layers = max(len(course.values) for course in courses.values())
    x = Axis(0, max(layers - 1, 1), left + 44, left + DEPTH_WIDE - 74)
    y = Axis.over(
        [number for one in courses.values() for number in _numbers(one)], top + DEPTH_HIGH - 30, top + 24
    )
    parts = [text(left + 4, top + 13, model[:44], "")]
    for tick in y.ticks(4):
        parts += [line([(x.first, y.at(tick)), (x.last, y.at(tick))], "g")]
        parts += [text(x.first - 5, y.at(tick) + 4, compact(f"{tick:.4g}"), "n", "end")]
    for tick in x.ticks(6):
        if tick == int(tick):
            parts += [text(x.at(tick), y.first + 15, f"{tick:.0f}", "n", "middle")]
    parts.append(text(x.last + 14, y.first + 15, "layer", "n"))
    ordered = sorted(courses.items(), key=lambda one: list(STROKES).index(one[0]), reverse=True)
    ends = []
    for twin, course in ordered:
        parts += _course(course, x, y, STROKES[twin])
        ends.append((_end(course, y), twin or "model"))
    return joined_marks([*parts, *_labels(ends, x.last + 6, y)])


def _course(course: ShownCourse, x: Axis, y: Axis, kind: str) -> Iterator[Markup]:
    if course.low and None not in (*course.low, *course.high):
        upper, lower = (
            [(x.at(layer), y.at(number)) for layer, number in enumerate(numbers) if number is not None]
            for numbers in (course.high, course.low)
        )
        yield band(upper, lower, "w" if kind == "k" else "w v")
    points = [(x.at(layer), y.at(number)) for layer, number in enumerate(course.values) if number is not None]
    if points:
        yield line(points, kind)


def _end(course: ShownCourse, y: Axis) -> float:
    """Where the line ends, which its label stands beside."""
    known = [number for number in course.values if number is not None]
    return y.at(known[-1]) if known else y.first


def _labels(ends: Sequence[tuple[float, str]], x: float, y: Axis) -> Iterator[Markup]:
    """The names at the ends of the lines, moved apart where they would lie on each other."""
    below = -math.inf
    for height, name in sorted(ends):
        below = max(height + 4, below + 12, y.last + 6)
        yield text(x, min(below, y.first + 2), name, "" if name == "model" else "d")


def _numbers(course: ShownCourse) -> list[float]:
    return [number for number in (*course.values, *course.low, *course.high) if number is not None]


def _table(models: Mapping[str, Courses]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """A line for each layer: the mean, and for the model itself from where to where."""
    told = {
        f"{plain(model)} {twin}".strip(): one
        for model, all_of in models.items()
        for twin, one in all_of.items()
    }
    layers = max(len(course.values) for course in told.values())
    lines = (
        (str(layer), *(_told(course, layer, whole=not name.endswith(TWINS)) for name, course in told.items()))
        for layer in range(layers)
    )
    return ("layer", *told), tuple(lines)


def _told(course: ShownCourse, layer: int, *, whole: bool) -> str:
    value = course.values[layer] if layer < len(course.values) else None
    if value is None:
        return "–"
    ends = [course.low[layer], course.high[layer]] if course.low and whole else []
    reach = " [{}, {}]".format(*map(_short, ends)) if ends and None not in ends else ""
    return f"{_short(value)}{reach}"


def _short(number: float | None) -> str:
    return "–" if number is None else compact(f"{number:.3g}")
