"""The layers of a token map: norms and attention as colours to lay over the picture, and nearest words."""

import base64
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from vtmetrics.report.page.drawing import short
from vtmetrics.report.sanitise import plain

#: pixels of the longer side, and layers that a page has room for
MAP_SIDE, MOST_LAYERS = 96, 16
Fill = tuple[int, int, int]
#: from the least to the most
DARKEST, BRIGHTEST = (24, 24, 60), (255, 232, 120)
FILLS: Mapping[str, Fill | None] = {"alive": None, "dead": DARKEST, "sink": BRIGHTEST}
NOWHERE = (128, 128, 128, 0)
#: sheets of an image, side by side
MOST_SHEETS = 4
#: words that all layers of a map have room for, and letters of one of them
MOST_CELLS, MOST_LETTERS = 3000, 10
#: what a kind of token is marked with, beside its colour
MARKS = {"alive": "", "dead": "†", "sink": "●"}


@dataclass(frozen=True)
class ColorLayer:
    """Colours to lay over the picture, what they say in words, and how wide and high they are."""

    content: str
    words: str
    width: int
    height: int
    sheets: int


@dataclass(frozen=True)
class WordGrid:
    """The nearest word of each token where it lies: rows of cells, each a kind, its mark and a word."""

    caption: str
    rows: tuple[tuple[tuple[str, str, str], ...], ...]


@dataclass(frozen=True)
class MapLayer:
    """One layer: its number, its colours and, where there is room, its words."""

    layer: int
    drawn: tuple[ColorLayer, ...]
    words: tuple[WordGrid, ...]


def map_layers(told: Mapping[str, Any]) -> Iterator[MapLayer]:
    """All layers or, of a deep model, every second or third of them, from the first to the last."""
    count = len(told["norms"])
    shown = _spread(count, MOST_LAYERS)
    worded = {shown[place] for place in _spread(len(shown), MOST_CELLS // (2 * len(told["kinds"]) or 1))}
    for layer in shown:
        numbers = {"norm": told["norms"][layer]}
        if layer < len(told["received"]):
            numbers["attention"] = told["received"][layer]
        drawn = (_colors(told, each, _words(name, layer, each)) for name, each in numbers.items())
        yield MapLayer(layer, tuple(drawn), tuple(_grids(told, layer)) if layer in worded else ())


def _spread(count: int, most: int) -> list[int]:
    """So many numbers below `count` at the most, evenly spread, the last one among them."""
    step = -(-count // max(most - 1, 1)) if count > most else 1
    return sorted({*range(0, count, step), count - 1}) if count else []


def _words(name: str, layer: int, numbers: Sequence[float | None]) -> str:
    known = [number for number in numbers if number is not None]
    reach = f"from {short(min(known))} to {short(max(known))}" if known else "of no token"
    return f"{name} at layer {layer}, {reach}"


def kinds_layer(told: Mapping[str, Any]) -> ColorLayer:
    """Dead tokens in the dark and sinks bright; of what is alive the picture is seen as it is."""
    counts = Counter(told["kinds"])
    words = f"{counts['alive']} alive, {counts['dead']} dead in the dark, {counts['sink']} sinks bright"
    return _over_picture(told, [FILLS[kind] for kind in told["kinds"]], words)


def _colors(told: Mapping[str, Any], numbers: Sequence[float | None], words: str) -> ColorLayer:
    known = [number for number in numbers if number is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    shares = [
        None if number is None else (number - low) / (high - low) if high > low else 0.5 for number in numbers
    ]
    return _over_picture(told, [None if share is None else _color(share) for share in shares], words)


def _over_picture(told: Mapping[str, Any], fills: Sequence[Fill | None], words: str) -> ColorLayer:
    """Each token where it lies, sheets side by side, as a PNG in letters; clear where there is no colour."""
    width, height = (max(int(side), 1) for side in told["size"])
    scale, sheets = MAP_SIDE / max(width, height), min(max([0, *told["sheets"]]) + 1, MOST_SHEETS)
    one = max(round(width * scale), 1), max(round(height * scale), 1)
    drawn = Image.new("RGBA", (sheets * one[0], one[1]), NOWHERE)
    pen = ImageDraw.Draw(drawn)
    for fill, box, sheet in zip(fills, told["rectangles"], told["sheets"], strict=True):
        if fill is None or sheet < 0 or None in box:
            continue
        left, top, right, bottom = (round(float(end) * scale) for end in box)
        beside = sheet * one[0]
        pen.rectangle((left + beside, top, right + beside - 1, bottom - 1), fill=(*fill, 255))
    written = io.BytesIO()
    drawn.quantize(64, Image.Quantize.FASTOCTREE).save(written, "PNG", optimize=True)
    content = base64.b64encode(written.getvalue()).decode()
    return ColorLayer(content, words, *one, sheets)


def _color(share: float) -> Fill:
    red, green, blue = (
        round(dark + share * (bright - dark)) for dark, bright in zip(DARKEST, BRIGHTEST, strict=True)
    )
    return red, green, blue


def _grids(told: Mapping[str, Any], layer: int) -> Iterator[WordGrid]:
    """The words of one layer by each way of reading them, sheet by sheet."""
    several = max([0, *told["sheets"]]) > 0
    for way, layers in told["words"].items():
        for sheet in range(max([-1, *told["sheets"]]) + 1):
            named = f"Nearest words by {plain(way)} at layer {layer}" + (f", sheet {sheet + 1}" * several)
            yield WordGrid(named, tuple(_rows(told, layers[layer], sheet)))


def _rows(
    told: Mapping[str, Any], nearest: Sequence[Sequence[int | None]], sheet: int
) -> Iterator[tuple[tuple[str, str, str], ...]]:
    """Cells from the top to the bottom and from the left to the right; empty where no token lies."""
    cells: dict[tuple[float, float], tuple[str, str, str]] = {}
    for token, (kind, box) in enumerate(zip(told["kinds"], told["rectangles"], strict=True)):
        if told["sheets"][token] != sheet or None in box:
            continue
        first = nearest[token][0] if nearest[token] else None
        word = "" if first is None else plain(told["texts"][first]).strip()[:MOST_LETTERS]
        cells[float(box[1]), float(box[0])] = (kind if kind in MARKS else "", MARKS[kind], word or "·")
    across = sorted({left for _, left in cells})
    for top in sorted({top for top, _ in cells}):
        yield tuple(cells.get((top, left), ("", "", "")) for left in across)
