"""Pixel patches: numbers of the pictures themselves, of which no model has seen anything.

Each picture, brought to one size, is cut into nine by nine patches, whose pixels are the rows of a matrix, as
the states of image tokens are. What its numbers have in common with those of tokens is the picture's own.
"""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vtmetrics.edits import IMAGE
from vtmetrics.inputs import Scene
from vtmetrics.metrics import geometry, why
from vtmetrics.readings import over_depth
from vtmetrics.statistics import Scores

#: patches in a row, and pixels across each
PATCHES, ACROSS = 9, 8


def of_pixels(scenes: Sequence[Scene], metric: str) -> Scores:
    """A number of GEOMETRY, of the patches of each scene's first picture; who has none is excluded."""
    ends = over_depth(metric, IMAGE).range
    values, excluded = {}, {}
    for scene in scenes:
        number = geometry(patches(scene.images[0])[None])[metric][0]
        if (reason := why(number)) is not None:
            excluded[scene.id] = reason
        else:
            values[scene.id] = min(max(float(number), ends[0]), ends[1])
    groups = {scene.id: scene.group for scene in scenes}
    return Scores(values, groups, "number", ends, excluded=excluded)


def patches(image: Image.Image) -> Tensor:
    """The patches of a picture in reading order, as rows of their pixels from 0 to 1."""
    side = PATCHES * ACROSS
    scaled = image.convert("RGB").resize((side, side), Image.Resampling.BOX)
    pixels = torch.tensor(np.asarray(scaled), dtype=torch.float64) / 255
    parts = pixels.reshape(PATCHES, ACROSS, PATCHES, ACROSS, 3).transpose(1, 2)
    return parts.reshape(PATCHES**2, -1)
