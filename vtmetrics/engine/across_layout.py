"""The layout of image tokens that are read across: they stand beside the line of words, in no place of it.

Such tokens are the same in every layer: they are read, and nothing is ever added to them. So they can be
absent from some layers, come in late, and be hidden from some words; there are no states of them between
layers, and no updates to stop.
"""

from collections.abc import Collection

import torch

from vtmetrics.edits import Absence, Tokens
from vtmetrics.engine.layer_plan import LayerPlan
from vtmetrics.engine.presence import HOST
from vtmetrics.engine.record import Record
from vtmetrics.inputs import Layout
from vtmetrics.nets import Anatomy
from vtmetrics.unmeasured import NotMeasured


def beside_line(body: Anatomy, layout: Layout) -> Layout:
    """The layout of the image tokens that are read across; what is named otherwise stands in the line."""
    assert layout.tiles is not None  # noqa: S101
    image = layout.tiles.repeat_interleave(body.tile, 1)
    nowhere = torch.zeros_like(image)
    return Layout({**dict.fromkeys(layout.masks, nowhere), "image": image}, image, layout.keys)


def check_across(body: Anatomy, layout: Layout, *tokens: Tokens) -> None:
    """Refuse what cannot be said of tokens that are read across."""
    if not body.crossing or layout.tiles is None:
        return
    beside = beside_line(body, layout.to(HOST))
    for some in tokens:
        if some.mask(beside).any():
            raise NotMeasured(
                f"image tokens of a {body.family} are read across: they can be absent from layers, but hold "
                f"no states between them, and {some} has some"
            )


def check_in_line(body: Anatomy, layout: Layout, what: str) -> None:
    """Refuse what is made only where image tokens stand in the line."""
    if body.crossing and layout.tiles is not None:
        raise NotMeasured(
            f"{what} where image tokens stand in the line, those of a {body.family} are read across"
        )


def check_crossing(body: Anatomy, plan: LayerPlan, records: Collection[Record]) -> None:
    """Refuse a plan, and records, of what tokens that are read across do not have."""
    if any(record.site == "weights" for record in records):
        check_in_line(body, plan.layout, "attention is recorded")
    steps = [step for step in plan.edit.steps if not isinstance(step, Absence)]
    recorded = [record.tokens for record in records if not record.later]
    check_across(body, plan.layout, *(step.tokens for step in steps), *recorded)
