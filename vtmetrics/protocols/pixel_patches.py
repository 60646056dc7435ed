"""Pixel patches: numbers of the pictures themselves, of which no model has seen anything.

Each picture, brought to one size, is cut into nine by nine patches, whose pixels are the rows of a matrix, as
the states of image tokens are. What its numbers have in common with those of tokens is the picture's own.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vtmetrics.edits import IMAGE
from vtmetrics.inputs import Scene
from vtmetrics.metrics import GEOMETRY, geometry, why
from vtmetrics.readings import over_depth
from vtmetrics.statistics import Scores

#: patches in a row, and pixels across each
PATCHES, ACROSS = 9, 8


def of_pixels(scenes: Sequence[Scene], metric: str) -> Scores:
    """A number of GEOMETRY, of the patches of each scene's first picture; who has none is excluded."""
    ends = over_depth(metric, IMAGE).range
    values, excluded = {}, {}
    for scene in scenes:
        number = _measured(_scaled(scene.images[0]).tobytes())[GEOMETRY.index(metric)]
        if (reason := why(number)) is not None:
            excluded[scene.id] = reason
        else:
            values[scene.id] = min(max(float(number), ends[0]), ends[1])
    groups = {scene.id: scene.group for scene in scenes}
    return Scores(values, groups, "number", ends, excluded=excluded)


def patches(image: Image.Image) -> Tensor:
    """The patches of a picture in reading order, as rows of their pixels from 0 to 1."""
    return _cut(_scaled(image).tobytes())


@lru_cache(maxsize=1024)
def _measured(pixels: bytes) -> Tensor:
    """All numbers of GEOMETRY; every column and case of a claim asks for those of the same pictures."""
    told = geometry(_cut(pixels)[None])
    return torch.stack([told[name][0] for name in GEOMETRY])


def _scaled(image: Image.Image) -> Image.Image:
    side = PATCHES * ACROSS
    return image.convert("RGB").resize((side, side), Image.Resampling.BOX)


def _cut(told: bytes) -> Tensor:
    pixels = torch.tensor(np.frombuffer(told, dtype=np.uint8).astype(np.float64)) / 255
    parts = pixels.reshape(PATCHES, ACROSS, PATCHES, ACROSS, 3).transpose(1, 2)
    return parts.reshape(PATCHES**2, -1)
