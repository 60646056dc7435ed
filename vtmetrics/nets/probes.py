"""Probes: a few pictures to measure any model on, drawn by seed and not taken from what claims ask about."""

import random
from functools import cache

from PIL import Image, ImageDraw

from vtmetrics.inputs.scene import Scene

PROBES = 8
#: large enough for hundreds of image tokens
SIZE = 448
#: how large a form is at least and at most, as a share of the picture's side
FORMS = (0.12, 0.35)


@cache
def probes() -> tuple[Scene, ...]:
    """Coloured forms on a dark ground, one more in each picture, and a question that fits them all."""
    return tuple(
        Scene(f"probe {number}", (_picture(number),), "Describe the picture.", "Forms.", "probe", str(number))
        for number in range(PROBES)
    )


def _picture(number: int) -> Image.Image:
    drawn = random.Random(f"probe {number}")
    picture = Image.new("RGB", (SIZE, SIZE), tuple(drawn.choices(range(48), k=3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(number):
        wide, high = (SIZE * drawn.uniform(*FORMS) for _ in range(2))
        left, top = drawn.uniform(0, SIZE - wide), drawn.uniform(0, SIZE - high)
        colour = tuple(drawn.choices(range(256), k=3))
        form = drawn.choice([draw.rectangle, draw.ellipse])
        form((left, top, left + wide, top + high), fill=colour)
    return picture
