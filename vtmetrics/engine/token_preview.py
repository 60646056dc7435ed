"""A preview of tokens: as much of a plain run as it takes to say which ones are picked."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edits import IMAGE, PLAIN, MostAttended, NearRow, Picked
from vtmetrics.engine.across_layout import check_in_line
from vtmetrics.engine.borrowed_states import BorrowedStates
from vtmetrics.engine.plain_run import Trunk
from vtmetrics.engine.record import Record
from vtmetrics.engine.shared_prefix import capture
from vtmetrics.engine.under_edit import edited
from vtmetrics.inputs import Layout
from vtmetrics.metrics import distinct_rows, embedding_lens
from vtmetrics.nets import anatomy_of


class _SeenError(Exception):
    """What was looked for has been seen: nothing later is wanted of that call."""


@torch.no_grad()
def preview(
    net: nn.Module, inputs: Mapping[str, Any], layout: Layout, pick: Picked, trunk: Trunk | None = None
) -> tuple[Tensor, Tensor]:
    """Which tokens (B, S) are picked in each row, and in which rows (B,) the net came to NaN or infinity.

    Those are rows of which nothing can be said: that no token is picked there is no property of the model.
    `trunk` is the plain run of these inputs as far as it was made, which states are looked up in.
    """
    body = anatomy_of(net)
    check_in_line(body, layout, "tokens are picked")
    if pick.site == "states":
        source = BorrowedStates("own", pick.layer(body.depth), pick.of)
        seen = [*capture(net, inputs, layout, [source], trunk)[source].split()]
    else:
        seen = _attended(net, inputs, layout, pick)
    image = IMAGE.mask(layout)
    pairs = zip(_shown(net, pick, seen), image, strict=True)
    chosen = [pick.choose(states, where) for states, where in pairs]
    finite = torch.stack([states.isfinite().all() for states in seen])
    picked = torch.zeros_like(image).masked_scatter(image, torch.cat(chosen).to(image.device))
    return picked, ~finite.to(image.device)


def _shown(net: Any, pick: Picked, seen: list[Tensor]) -> list[Tensor]:
    """What is chosen from: what was seen, or the rows of the vocabulary that are nearest to it.

    Weights that are ranked are few, and leave the device for all rows at once.
    """
    if isinstance(pick, MostAttended):
        return [*torch.split(torch.cat(seen, 1).cpu(), [weights.shape[1] for weights in seen], 1)]
    if not isinstance(pick, NearRow):
        return seen
    table = net.get_input_embeddings().weight
    allowed = distinct_rows(table)
    return [embedding_lens(states, table, pick.k, allowed) for states in seen]


def _attended(net: nn.Module, inputs: Mapping[str, Any], layout: Layout, pick: Picked) -> list[Tensor]:
    """The attention weights of each row, in a run that ends where they have come by."""
    body, seen = anatomy_of(net), list[Tensor]()
    wanted = pick.layer(body.depth)

    def look(layer: int, rows: tuple[Tensor, ...]) -> None:
        if layer == wanted:
            seen.extend(rows)
            raise _SeenError

    record = {"seen": Record(pick.of, look, pick.site)}
    with suppress(_SeenError), edited(net, PLAIN, layout, record=record):
        net(**inputs, use_cache=False, logits_to_keep=1)
    return seen
