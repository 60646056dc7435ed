"""Tower patches: what the vision tower's blocks hold of one scene's images, and nothing behind the tower."""

from collections.abc import Mapping
from contextlib import suppress
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edits import PLAIN
from vtmetrics.engine.record import Record, Reduce
from vtmetrics.engine.under_edit import edited
from vtmetrics.inputs import Encoded, collate
from vtmetrics.nets import Anatomy, anatomy_of
from vtmetrics.stopwatch import timed


class _PassedError(Exception):
    """The last block has been passed: nothing later is wanted of that call."""


@timed("vision tower")
@torch.no_grad()
def tower_record(net: nn.Module, row: Encoded, reduce: Reduce) -> list[Any]:
    """What `reduce(block, (states,))` makes of a scene's patches (n, D), at every block and behind the last.

    Patches are those of all its images and tiles, in the order in which the tower keeps them. A class token
    is none of them. A scene without images gives nothing.
    """
    body = anatomy_of(net)
    if "pixel_values" not in row.inputs:
        return []
    inputs, layout = collate([row], body.device)
    found: list[Any] = []

    def look(block: int, rows: tuple[Tensor, ...]) -> None:
        found.append(reduce(block, (_patches(body, inputs, rows[0]),)))
        if block == len(body.encoder):
            raise _PassedError

    record = {"tower": Record(reduce=look, site="encoder")}
    with suppress(_PassedError), edited(net, PLAIN, layout, record=record):
        net(**inputs, use_cache=False, logits_to_keep=1)
    return found


def _patches(body: Anatomy, inputs: Mapping[str, Tensor], states: Tensor) -> Tensor:
    """The states (n, D) of patches, from those of each image with its class token before them."""
    pixels = inputs["pixel_values"]
    if pixels.ndim == 2:  # a patch a row, whatever image it is of
        return states.reshape(-1, states.shape[-1])
    side = body.config.vision_config.patch_size
    sides = side if isinstance(side, list | tuple) else (side, side)
    count = prod(length // each for length, each in zip(pixels.shape[-2:], sides, strict=True))
    return states[:, -count:].flatten(0, 1)
