"""The picture of a token map: kinds, norms, attention and words, drawn over the image where tokens lie."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from vtmetrics.edits import Depth, layer_of
from vtmetrics.maps.token_map import KINDS, TokenMap

Color = tuple[int, int, int]
INK, PAPER, NO_COLOR = (40, 40, 40), (255, 255, 255), (235, 235, 235)
COLORS: dict[str, Color] = {"alive": (66, 133, 214), "dead": (150, 150, 150), "sink": (230, 126, 34)}
#: from the lowest value to the highest: dark violet, green, yellow
SCALE = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
PANEL_WIDTH, GAP, TITLE, TYPE_SIZE = 144, 8, 14, 10
#: how large a token is in which a word is written
WORD_CELL = (50, 12)


def drawn_map(found: TokenMap, layers: Sequence[Depth] | None = None) -> Image.Image:
    """The map as one picture: the image and its kinds, then norm and attention by layer, then words.

    Without `layers`, those at each quarter of the depth. Each panel has a scale of its own, which it says.
    """
    asked = [0.0, 0.25, 0.5, 0.75, 1.0] if layers is None else layers
    drawn = list(dict.fromkeys(layer_of(at, found.layers) for at in asked))
    read = [
        layer for layer in drawn if layer < found.layers
    ]  # what the last layer leaves is attended by none
    rows = [
        [_titled(f"{found.model}: {found.scene.prompt}", _image(found)), _kinds(found)],
        [_values(found, f"norm, layer {layer}", found.norms[layer]) for layer in drawn],
        [_values(found, f"attention, layer {layer}", found.received[layer]) for layer in read],
        *([_words(found, through, layer) for through in found.words] for layer in drawn),
    ]
    return _stacked([_beside(row) for row in rows if row]).quantize(method=Image.Quantize.FASTOCTREE)


def _image(found: TokenMap) -> Image.Image:
    width, height = found.image.size
    return found.image.convert("RGB").resize((PANEL_WIDTH, max(1, round(PANEL_WIDTH * height / width))))


def _kinds(found: TokenMap) -> Image.Image:
    """What each token is, with how many there are."""
    colors = [COLORS[KINDS[kind]] for kind in found.kinds.tolist()]
    counts = ", ".join(f"{int((found.kinds == kind).sum())} {name}" for kind, name in enumerate(KINDS))
    keys = [_swatch(name) for name in KINDS]
    return _titled(counts, _stacked([_cells(found, colors, blend=0.6), _beside(keys)]))


def _swatch(name: str) -> Image.Image:
    key = Image.new("RGB", (PANEL_WIDTH // 3 - GAP, TITLE), PAPER)
    draw = ImageDraw.Draw(key)
    draw.rectangle((0, 3, 7, 10), fill=COLORS[name])
    draw.text((11, 0), name, INK, _font())
    return key


def _values(found: TokenMap, title: str, values: Tensor) -> Image.Image:
    """A number of each token, from the lowest that is shown to the highest."""
    there = values[(found.cells.sheets >= 0) & values.isfinite()]
    low, high = (float(there.min()), float(there.max())) if len(there) else (0.0, 0.0)
    colors = [_color(value, low, high) for value in values.tolist()]
    return _titled(title, _titled(f"{low:.3g} to {high:.3g}", _cells(found, colors)))


def _color(value: float, low: float, high: float) -> Color:
    if value != value:  # noqa: PLR0124 - a number it is not
        return NO_COLOR
    place = 0.0 if high <= low else (value - low) / (high - low) * (len(SCALE) - 1)
    below, above = [*pairwise(SCALE)][min(int(place), len(SCALE) - 2)]
    part = place - min(int(place), len(SCALE) - 2)
    red, green, blue = (round(a + part * (b - a)) for a, b in zip(below, above, strict=True))
    return red, green, blue


def _cells(found: TokenMap, colors: Sequence[Color], blend: float = 1.0) -> Image.Image:
    """The tokens of each sheet as coloured cells over the image."""
    image = _image(found)
    scale = image.width / found.image.width
    sheets = [image.copy() for _ in range(found.cells.count)]
    for place, sheet in enumerate(sheets):
        draw = ImageDraw.Draw(sheet)
        for token in (found.cells.sheets == place).nonzero().flatten().tolist():
            left, top, right, bottom = (found.cells.rectangles[token] * scale).round().int().tolist()
            draw.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill=colors[token])
    return _beside([Image.blend(image, sheet, blend) for sheet in sheets])


def _words(found: TokenMap, through: str, layer: int) -> Image.Image:
    """The nearest word of each token at a layer, on a ground of its kind's colour."""
    sheets = [_written(found, through, layer, place) for place in range(found.cells.count)]
    return _titled(f"nearest word by {through}, layer {layer}", _beside(sheets))


def _written(found: TokenMap, through: str, layer: int, place: int) -> Image.Image:
    tokens = (found.cells.sheets == place).nonzero().flatten()
    boxes = found.cells.rectangles[tokens]
    least = (boxes[:, 2:] - boxes[:, :2]).median(0).values
    scaled = (boxes.view(-1, 2, 2) * torch.tensor(WORD_CELL).to(boxes) / least).flatten(1).round().int()
    width, height = scaled.amax(0)[2:].tolist()
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    for token, (left, top, right, bottom) in zip(tokens.tolist(), scaled.tolist(), strict=True):
        red, green, blue = COLORS[KINDS[int(found.kinds[token])]]
        pale = (red + 255 * 2) // 3, (green + 255 * 2) // 3, (blue + 255 * 2) // 3
        draw.rectangle((left, top, max(left, right - 2), max(top, bottom - 2)), fill=pale)
        text = _shown(found.texts.get(int(found.words[through][layer, token, 0]), ""))
        draw.text((left + 1, top - 1), text, INK, _font())
    return sheet


def _shown(text: str) -> str:
    """As much of a word as a cell has room for."""
    text = "".join(char if char.isprintable() else "�" for char in text.strip())
    while text and _font().getlength(text) > WORD_CELL[0] - 3:
        text = text[:-1]
    return text


@cache
def _font() -> Any:
    return ImageFont.load_default(TYPE_SIZE)


def _titled(title: str, panel: Image.Image) -> Image.Image:
    """A panel with a line of text above it."""
    width = max(panel.width, int(_font().getlength(title)) + 1)
    whole = Image.new("RGB", (width, panel.height + TITLE), PAPER)
    whole.paste(panel, (0, TITLE))
    ImageDraw.Draw(whole).text((0, 0), title, INK, _font())
    return whole


def _beside(panels: Sequence[Image.Image]) -> Image.Image:
    widths = [panel.width + GAP for panel in panels]
    whole = Image.new("RGB", (sum(widths), max(panel.height for panel in panels)), PAPER)
    for place, panel in enumerate(panels):
        whole.paste(panel, (sum(widths[:place]), 0))
    return whole


def _stacked(rows: Sequence[Image.Image]) -> Image.Image:
    heights = [row.height + GAP for row in rows]
    whole = Image.new("RGB", (max(row.width for row in rows), sum(heights)), PAPER)
    for place, row in enumerate(rows):
        whole.paste(row, (0, sum(heights[:place])))
    return whole
