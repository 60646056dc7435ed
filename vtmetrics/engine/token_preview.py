"""A preview of tokens: as much of a plain run as it takes to say which ones are picked."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edits import IMAGE, PLAIN, Picked
from vtmetrics.engine.record import Record
from vtmetrics.engine.under_edit import edited
from vtmetrics.inputs import Layout
from vtmetrics.nets import anatomy_of


class _SeenError(Exception):
    """What was looked for has been seen: nothing later is wanted of that call."""


@torch.no_grad()
def preview(net: nn.Module, inputs: Mapping[str, Any], layout: Layout, pick: Picked) -> tuple[Tensor, Tensor]:
    """Which tokens (B, S) are picked in each row, and in which rows (B,) the net came to NaN or infinity.

    Those are rows of which nothing can be said: that no token is picked there is no property of the model.
    """
    body, seen = anatomy_of(net), list[Tensor]()
    wanted = pick.layer(body.depth)

    def look(layer: int, rows: tuple[Tensor, ...]) -> None:
        if layer == wanted:
            seen.extend(rows)
            raise _SeenError

    record = {"seen": Record(pick.of, look, pick.site)}
    with suppress(_SeenError), edited(net, PLAIN, layout, record=record):
        net(**inputs, use_cache=False, logits_to_keep=1)
    image = IMAGE.mask(layout)
    picked = torch.zeros_like(image)
    for row, (states, where) in enumerate(zip(seen, image, strict=True)):
        picked[row, where] = pick.choose(states.to(where.device), where)
    broken = torch.tensor([not bool(states.isfinite().all()) for states in seen], device=image.device)
    return picked, broken
