"""A scene: a question about images whose answer is known."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Box:
    """Where an object is, in pixels: left and top inside, right and bottom outside."""

    label: str
    left: float
    top: float
    right: float
    bottom: float


def picture_name(image: Image.Image) -> str:
    """A name that two scenes share if their pictures are the same, wherever these lie."""
    return f"picture {hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()[:16]}"


def in_eight_bits(image: Image.Image) -> Image.Image:
    """Greys of 16 bits as pillow doesn't make them: it cuts off what is above 255."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise ValueError(
            f"a picture has 8 or 16 bits a colour, of mode {image.mode} nobody knows what is white"
        )
    return image


@dataclass(frozen=True, eq=False)
class Scene:
    """Images, a prompt, its gold answer, and what is known about them.

    `group` is the unit of resampling: the image, or the generator's base configuration.
    `donor` has the same grid and prompt and another answer. `also` are other answers that are right.
    """

    id: str
    images: tuple[Image.Image, ...]
    prompt: str
    answer: str
    task: str
    group: str
    known: Mapping[str, Any] = field(default_factory=dict)
    boxes: tuple[Box, ...] = ()
    donor: "Scene | None" = None
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        given: Any = self.images  # a notebook checks no types
        kinds = [type(image) for image in given] if isinstance(given, Sequence) else [type(given)]
        if not isinstance(given, Sequence) or not all(issubclass(kind, Image.Image) for kind in kinds):
            told = ", ".join(kind.__name__ for kind in kinds)
            raise TypeError(f"the images of a scene are a tuple of PIL images, {self.id} has {told}")

    @cached_property
    def digest(self) -> str:
        """What the scene shows and asks, and where, as 64 hex digits; neither its id nor its group."""
        told = hashlib.sha256()
        for image in self.images:
            told.update(f"{image.size}\0".encode())
            told.update(image.convert("RGBA").tobytes())
        told.update(f"\0{self.prompt}\0{self.answer}\0".encode())
        told.update(repr(self.boxes).encode())
        if self.also:
            told.update(f"\0also {self.also!r}".encode())
        if self.donor is not None:
            told.update(self.donor.digest.encode())
        return told.hexdigest()
