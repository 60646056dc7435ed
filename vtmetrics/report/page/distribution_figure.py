"""The distribution over scenes: how many scenes have which score, a small drawing for each model."""

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from vtmetrics.evidence import SceneScores, compact
from vtmetrics.report.page.drawing import Axis, NumberTable, PageFigure, bars, joined_marks, line, text
from vtmetrics.statistics import Conjunction, Fitted, Measured, Scores

#: so many different scores have a bar each; of more, so many bars of equal width are made
MOST_SCORES = 14
#: from where to where a bar counts
Edge = tuple[float, float]
BARS_WIDE, BARS_HIGH, BARS_ACROSS = 190, 92, 4


def distribution_figure(kept: Mapping[str, tuple[SceneScores, str]], claim: str) -> PageFigure | None:
    """One drawing for each model, by its name, on one axis; of statistics, which hardly move, on its own."""
    values = {model: found for model, (one, part) in kept.items() if (found := values_of(one.measured, part))}
    if not values:
        return None
    scenes = all(_of_scenes(one.measured) for one, _ in kept.values())
    shared = bar_edges(sorted(number for found in values.values() for number in found))
    edges = {model: shared if scenes else bar_edges(sorted(found)) for model, found in values.items()}
    parts = [
        _drawing(model, found, edges[model], (number % BARS_ACROSS, number // BARS_ACROSS))
        for number, (model, found) in enumerate(values.items())
    ]
    what = (
        "how many scenes have which score" if scenes else "what the statistic is without each group of scenes"
    )
    ranges = (f"{model} {_n(min(found))} to {_n(max(found))}" for model, found in values.items())
    told = f"{what.capitalize()}; the dashed line is the mean. {'; '.join(ranges)}."
    table = NumberTable(what.capitalize(), *(_pivoted if scenes else _listed)(values, edges))
    width, rows = BARS_WIDE * min(len(values), BARS_ACROSS), math.ceil(len(values) / BARS_ACROSS)
    return PageFigure(f"{claim}: {what}", told, width, BARS_HIGH * rows, joined_marks(parts), table)


def _of_scenes(measured: Measured) -> bool:
    if isinstance(measured, Conjunction):
        return all(map(_of_scenes, measured.parts.values()))
    return isinstance(measured, Scores)


#: heads and lines of a table
Lines = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


def _pivoted(values: Mapping[str, Sequence[float]], edges: Mapping[str, Sequence[Edge]]) -> Lines:
    """A line for each score, a column for each model."""
    shared = next(iter(edges.values()))
    counts = [in_bars(found, shared) for found in values.values()]
    lines = (
        (_between(edge), *(str(count) for count in told)) for edge, *told in zip(shared, *counts, strict=True)
    )
    return ("score", *values), tuple(lines)


def _listed(values: Mapping[str, Sequence[float]], edges: Mapping[str, Sequence[Edge]]) -> Lines:
    """A line for each bar, model after model."""
    lines: list[tuple[str, ...]] = []
    for model, found in values.items():
        counts = zip(edges[model], in_bars(found, edges[model]), strict=True)
        lines += [(model,), *((_between(edge), str(count)) for edge, count in counts if count)]
    return ("from, to", "groups"), tuple(lines)


def _between(edge: Edge) -> str:
    low, high = edge
    return _n(low) if low == high else f"{_n(low)} to {_n(high)}"


def values_of(measured: Measured, part: str = "") -> list[float]:
    """The score of each scene; of a statistic, what it is without each group."""
    if isinstance(measured, Conjunction):
        parts = measured.parts
        return values_of(parts.get(part) or next(iter(parts.values())))
    found = measured.replicates if isinstance(measured, Fitted) else None
    if isinstance(measured, Scores):
        found = {scene: float(value) for scene, value in measured.values.items()}
    return [value for value in (found or {}).values() if math.isfinite(value)]


def bar_edges(numbers: Sequence[float]) -> list[Edge]:
    """From where to where each bar counts: one number each, if they are few."""
    different = sorted({round(number, 9) for number in numbers})
    if len(different) <= MOST_SCORES:
        return [(number, number) for number in different]
    low, high = different[0], different[-1]
    step = (high - low) / MOST_SCORES
    return [(low + step * bar, low + step * (bar + 1)) for bar in range(MOST_SCORES)]


def in_bars(numbers: Sequence[float], edges: Sequence[Edge]) -> list[int]:
    """How many of the numbers fall to each bar."""
    counts = [0] * len(edges)
    for number in numbers:
        reached = (bar for bar, (_, high) in enumerate(edges) if round(number, 9) <= high)
        counts[next(reached, len(edges) - 1)] += 1
    return counts


def _drawing(model: str, found: Sequence[float], edges: Sequence[Edge], cell: tuple[int, int]) -> Markup:
    counts, mean = in_bars(found, edges), sum(found) / len(found)
    left, top = BARS_WIDE * cell[0], BARS_HIGH * cell[1]
    axis = Axis.over([end for edge in edges for end in edge], left + 10, left + BARS_WIDE - 16)
    bottom, most = top + BARS_HIGH - 18, max(counts)
    thick = max(2.0, min(14.0, (BARS_WIDE - 26) / len(edges) - 1))
    parts = [text(left + 4, top + 12, model[:26], "d")]
    heights = [(BARS_HIGH - 36) * count / most if most else 0 for count in counts]
    middles = [axis.at((low + high) / 2) for low, high in edges]
    parts.append(bars(zip(middles, heights, strict=True), bottom, thick, "b"))
    ends = (edges[0][0], edges[-1][1])
    parts += [line([(axis.first, bottom), (axis.last, bottom)], "x")]
    parts += [line([(axis.at(mean), top + 18), (axis.at(mean), bottom)], "m")]
    parts += [text(axis.at(ends[0]), bottom + 14, _n(ends[0]), "n", "middle" if ends[0] != ends[1] else "")]
    if ends[0] != ends[1]:
        parts.append(text(axis.at(ends[1]), bottom + 14, _n(ends[1]), "n", "middle"))
    return joined_marks(parts)


def _n(number: float) -> str:
    return compact(f"{number:.3g}")
