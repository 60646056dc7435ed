"""Eyes: what is in an image, read off its pixels and the palette, knowing nothing of how it was made."""

from dataclasses import dataclass

import numpy as np

from fixtures.scenes.attributes import COLORS

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
