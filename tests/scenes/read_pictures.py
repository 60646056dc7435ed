"""Eyes: what is in an image, read off its pixels and the palette, knowing nothing of how it was made."""

import colorsys
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from fixtures.scenes.attributes import COLORS, COLUMNS, ROWS
from fixtures.scenes.paint import SHEET
from fixtures.scenes.things import THINGS

CELL = 24


@dataclass(frozen=True)
class Seen:
    """Pixels of one colour of the palette in one part of an image."""

    color: str
    row: int
    column: int
    top: int
    left: int
    mask: np.ndarray

    @property
    def box(self):
        height, width = self.mask.shape
        return self.left, self.top, self.left + width, self.top + height


def seen(part, row=0, column=0, top=0, left=0):
    """The colours of the palette in a part of an image, each with its tight mask."""
    found = []
    for color, rgb in COLORS.items():
        mask = (part == rgb).all(-1)
        if mask.any():
            down, across = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
            tight = mask[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
            found.append(Seen(color, row, column, top + down[0], left + across[0], tight))
    return found


def in_cells(image):
    """What each of three by three cells shows, in reading order."""
    pixels = np.asarray(image)
    return [
        one
        for row in range(3)
        for column in range(3)
        for one in seen(
            pixels[row * CELL : row * CELL + CELL, column * CELL : column * CELL + CELL],
            row,
            column,
            row * CELL,
            column * CELL,
        )
    ]


def shape_of(mask):
    """Which shape a tight mask is, by how it fills its box."""
    if mask.all():
        return "square"
    if mask[-1].all():
        return "triangle"
    if mask.mean() < 0.6:
        return "star"
    return "cross" if (mask[0] == mask[1]).all() else "circle"


def bars(image):
    """Each bar's colour and height in units of seven pixels, from left to right."""
    found = sorted(seen(np.asarray(image)), key=lambda one: one.left)
    return [(one.color, round(one.mask.shape[0] / 7)) for one in found]


def size_of(mask):
    """Small, medium or large, by the side of a tight mask."""
    return ("small", "medium", "large")[int(np.digitize(max(mask.shape), [13, 19]))]


def hue_of(pixels):
    """The word for the colour of most pixels, by hue, saturation and brightness as people use the words."""
    told = Counter(_word(*colorsys.rgb_to_hsv(*(pixel / 255))) for pixel in pixels.astype(float))
    return told.most_common(1)[0][0]


def _word(hue, saturation, value):
    degrees = 360 * hue
    if saturation < 0.2:
        return "white" if value > 0.7 else "black"
    if degrees < 40 and value < 0.75:
        return "brown"
    if degrees < 40 and saturation < 0.45:
        return "pink"
    ends = {"red": 19, "orange": 35, "yellow": 58, "green": 165, "cyan": 194, "blue": 250, "purple": 300}
    return next((word for word, end in ends.items() if degrees < end), "red")


@cache
def tiles():
    """Every picture of the sheet of things without its transparent border, in the sheet's order."""
    sheet = np.asarray(Image.open(SHEET).convert("RGBA"))
    parts = sheet.reshape(8, 64, 8, 64, 4).swapaxes(1, 2).reshape(64, 64, 64, 4)
    return [part[_tight(part[..., 3] > 0)] for part in parts]


def _tight(mask):
    down, across = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
    return slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1)


def named(image):
    """The colour and shape, or the noun, and the place of what each of three by three cells shows."""
    pixels = np.asarray(image)
    colors, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    ground = colors[counts.argmax()]
    found = []
    for row in range(3):
        for column in range(3):
            part = pixels[row * CELL : row * CELL + CELL, column * CELL : column * CELL + CELL]
            painted = (part != ground).any(-1)
            if painted.any():
                found.append((*_what(part, painted, ground), f"{ROWS[row]} {COLUMNS[column]}"))
    return found


def _what(part, painted, ground):
    flat = seen(part)
    if len(flat) == 1 and flat[0].mask.sum() == painted.sum():
        return flat[0].color, shape_of(flat[0].mask)
    tight = part[_tight(painted)]
    return "", THINGS[int(np.argmin([_unlike(tile, tight, ground) for tile in tiles()]))]


def _unlike(tile, part, ground):
    """How much a tile on this ground differs from part of a picture, stretched as it is."""
    picture = Image.new("RGB", tile.shape[1::-1], tuple(map(int, ground)))
    shown = Image.fromarray(tile)
    picture.paste(shown, (0, 0), shown)
    scaled = np.asarray(picture.resize(part.shape[1::-1], Image.Resampling.BOX)).astype(float)
    return np.abs(scaled - part).mean()
