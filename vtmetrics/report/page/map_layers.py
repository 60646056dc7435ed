"""The layers of a token map: small pictures of norms and of attention, brighter where there is more."""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from vtmetrics.report.page.drawing import short

#: pixels of the longer side, and layers that a page has room for
MAP_SIDE, MOST_LAYERS = 96, 16
#: from the least to the most
DARKEST, BRIGHTEST = (24, 24, 60), (255, 232, 120)
NOWHERE = (128, 128, 128)


@dataclass(frozen=True)
class MapLayer:
    """One layer: its number, and of each thing that is drawn the picture with what it says in words."""

    layer: int
    drawn: tuple[tuple[str, str], ...]


def map_layers(told: Mapping[str, Any]) -> Iterator[MapLayer]:
    """All layers or, of a deep model, every second or third of them, from the first to the last."""
    count = len(told["norms"])
    step = -(-count // MOST_LAYERS)
    for layer in sorted({*range(0, count, step), count - 1}):
        numbers = {"norm": told["norms"][layer]}
        if layer < len(told["received"]):
            numbers["attention"] = told["received"][layer]
        drawn = ((_picture(told, each), _words(name, layer, each)) for name, each in numbers.items())
        yield MapLayer(layer, tuple(drawn))


def _words(name: str, layer: int, numbers: Sequence[float | None]) -> str:
    known = [number for number in numbers if number is not None]
    reach = f"from {short(min(known))} to {short(max(known))}" if known else "of no token"
    return f"{name} at layer {layer}, {reach}"


def _picture(told: Mapping[str, Any], numbers: Sequence[float | None]) -> str:
    """Each token where it lies, sheets side by side, as a PNG in letters."""
    width, height = (max(int(side), 1) for side in told["size"])
    scale, sheets = MAP_SIDE / max(width, height), told["sheets"]
    size = round(width * scale) * (max([0, *sheets]) + 1), round(height * scale)
    drawn = Image.new("RGB", (min(size[0], 4 * MAP_SIDE), size[1]), NOWHERE)
    pen, known = ImageDraw.Draw(drawn), [number for number in numbers if number is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    for number, box, sheet in zip(numbers, told["rectangles"], sheets, strict=True):
        if number is None or sheet < 0 or None in box:
            continue
        left, top, right, bottom = (round(float(end) * scale) for end in box)
        beside = sheet * round(width * scale)
        share = (number - low) / (high - low) if high > low else 0.5
        pen.rectangle((left + beside, top, right + beside - 1, bottom - 1), fill=_color(share))
    written = io.BytesIO()
    drawn.quantize(64).save(written, "PNG", optimize=True)
    return base64.b64encode(written.getvalue()).decode()


def _color(share: float) -> tuple[int, int, int]:
    red, green, blue = (
        round(dark + share * (bright - dark)) for dark, bright in zip(DARKEST, BRIGHTEST, strict=True)
    )
    return red, green, blue
