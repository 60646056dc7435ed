"""A recipe of a type with its processor: the net's configuration, and what processor_config.json says."""

from dataclasses import dataclass, field
from typing import Any

from tests.engine.small_nets import PATCH, SIDE
from tests.families.shrunk import shrunk

SQUARE = {"height": SIDE, "width": SIDE}
#: the tower of a type with squares of patches
SQUARES = {"image_size": SIDE, "patch_size": PATCH}


@dataclass(frozen=True)
class Pictured:
    """A type: its configuration, its processor with what that is told, its parts for images and videos.

    `mark` is what a template writes for an image, `placeholder` the image token, `named` the tokens that the
    tokenizer knows by names beside those that all know, `attention` what the net can be loaded with.
    """

    config: Any
    processor: str
    image: dict[str, Any]
    told: dict[str, Any] = field(default_factory=dict)
    video: dict[str, Any] | None = None
    mark: str = "<image>"
    placeholder: str = "<image>"
    named: dict[str, str] = field(default_factory=dict)
    attention: str = "sdpa"


def small(kind, vision=None, text=None, **whole):
    """The shrunk default configuration of a type, with other numbers for its tower, its text and itself."""
    config = shrunk(kind)
    for part, numbers in (("vision_config", vision), ("text_config", text)):
        for name, value in (numbers or {}).items():
            setattr(getattr(config, part), name, value)
    for name, value in whole.items():
        setattr(config, name, value)
    return config
