"""Drawing: lines, marks and axes as a few letters of SVG, and the tables that stand behind figures."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vtmetrics.evidence import compact

#: a figure of lines one below the other: up to where labels and the axis go, how wide it is, how high a line
LABEL_ROOM, AXIS_END, LINES_WIDE = 236, 640, 800
LINE_HIGH, LINES_TOP = 17, 26
#: how much of an axis is left free beyond what it shows
FREE_ENDS = 0.04


@dataclass(frozen=True)
class NumberTable:
    """The numbers behind a figure: a caption, heads, and lines of cells."""

    caption: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PageFigure:
    """A drawing with what it shows in words, and its numbers."""

    title: str
    told: str
    width: int
    height: int
    body: Markup
    table: NumberTable | None = None


@dataclass(frozen=True)
class Axis:
    """Numbers from `low` to `high` as places from `first` to `last`; what lies beyond is drawn at the end."""

    low: float
    high: float
    first: float
    last: float

    @classmethod
    def over(cls, numbers: Iterable[float | None], first: float, last: float) -> "Axis":
        """An axis that holds these numbers, and a little more."""
        known = [number for number in numbers if number is not None and math.isfinite(number)]
        low, high = min(known, default=0.0), max(known, default=1.0)
        free = (high - low) * FREE_ENDS or max(abs(low), 1.0) * FREE_ENDS
        return cls(low - free, high + free, first, last)

    def at(self, number: float) -> float:
        """Its place, at an end of the axis if it lies beyond."""
        share = (min(max(number, self.low), self.high) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)

    def holds(self, number: float | None) -> bool:
        """Whether it lies on the axis."""
        return number is not None and self.low <= number <= self.high

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers on the axis, at most so many."""
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough)
        first = math.ceil(self.low / step - 1e-9)
        return [number * step for number in range(first, math.floor(self.high / step + 1e-9) + 1)]


def place(number: float) -> str:
    """A coordinate, as short as one can draw by."""
    return f"{number:.1f}".removesuffix(".0")


def text(x: float, y: float, told: str, kind: str = "", anchor: str = "") -> Markup:
    """A word at a place."""
    where = Markup(' text-anchor="{}"').format(anchor) if anchor else Markup()
    return Markup("<text{}{} x={} y={}>{}</text>").format(_class(kind), where, place(x), place(y), told)


def line(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    """A line through these places."""
    told = "L".join(f"{place(x)} {place(y)}" for x, y in points)
    return Markup('<path{} d="M{}"/>').format(_class(kind), told)


def lines(pairs: Iterable[tuple[float, float, float, float]], kind: str) -> Markup:
    """Several lines from place to place, as one path."""
    told = "".join(f"M{place(x)} {place(y)}L{place(u)} {place(v)}" for x, y, u, v in pairs)
    return Markup('<path{} d="{}"/>').format(_class(kind), told) if told else Markup()


def band(upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]], kind: str) -> Markup:
    """The area between two lines."""
    told = "L".join(f"{place(x)} {place(y)}" for x, y in [*upper, *reversed(lower)])
    return Markup('<path{} d="M{}Z"/>').format(_class(kind), told)


def box(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    """A rectangle."""
    told = (_class(kind), place(x), place(y), place(max(width, 0.5)), place(max(height, 0)))
    return Markup("<rect{} x={} y={} width={} height={} />").format(*told)


def mark(x: float, y: float, shape: str, kind: str) -> Markup:
    """A point: a disc or, of what stands beside, a diamond, a square or a cross."""
    if shape == "disc":
        return Markup("<circle{} cx={} cy={} r=4 />").format(_class(kind), place(x), place(y))
    outline = {
        "diamond": "m-4.5 0l4.5-4.5l4.5 4.5l-4.5 4.5z",
        "square": "m-3.5-3.5h7v7h-7z",
        "cross": "m-3.5-3.5l7 7m0-7l-7 7",
    }[shape]
    return Markup('<path{} d="M{} {}{}"/>').format(_class(kind), place(x), place(y), outline)


def joined_marks(parts: Iterable[Markup]) -> Markup:
    """All of a drawing, one after the other."""
    return Markup().join(parts)


def _class(kind: str) -> Markup:
    if " " in kind:
        return Markup(' class="{}"').format(kind)
    return Markup(" class={}").format(kind) if kind else Markup()


def bars(heights: Iterable[tuple[float, float]], bottom: float, thick: float, kind: str) -> Markup:
    """Bars at places, each so high, as one path."""
    told = "".join(f"M{place(x)} {place(bottom)}v{place(-height)}" for x, height in heights if height)
    return Markup('<path{} stroke-width={} d="{}"/>').format(_class(kind), place(thick), told)


def short(number: float) -> str:
    """A number in three digits."""
    return compact(f"{number:.3g}")
