"""The check of inputs: whether they are those of which a layout says where tokens are."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from vtmetrics.inputs import Layout
from vtmetrics.nets import Anatomy

#: what families call videos and sounds among their inputs
OTHER_INPUTS = ("pixel_values_videos", "input_features", "input_audio_embeds")


def refuse_videos(inputs: Mapping[str, Any]) -> None:
    """Refuse videos and sounds: no layout says where their tokens are, and edits would pass them by."""
    for name in OTHER_INPUTS:
        if inputs.get(name) is not None:
            raise ValueError(f"edits want words and images as inputs, got {name}: no layout knows its tokens")


def check_prompt(body: Anatomy, layout: Layout, inputs: Mapping[str, Any]) -> None:
    """Refuse inputs of a net that are not words and images, or not where the layout says."""
    refuse_videos(inputs)
    check_inputs(body, layout, inputs.get("input_ids"), inputs.get("attention_mask"))


def check_inputs(body: Anatomy, layout: Layout, ids: Tensor | None, mask: Tensor | None) -> None:
    """Refuse a prompt whose image tokens or padding are elsewhere than the layout says."""
    flaws: dict[str, Tensor] = {}
    in_line = "image" in layout.masks and not body.crossing
    image = body.image_token if in_line else None
    if ids is not None and ids.shape == layout.valid.shape and image is not None:
        found = ids.eq(image)
        flaws["image tokens"] = found != layout.masks["image"].to(ids.device)
        mask = torch.ones_like(ids) if mask is None else mask
    if mask is not None and mask.shape == layout.valid.shape:
        flaws["padding"] = mask.bool() != layout.valid.to(mask.device)
    # One question to the device, however many may be wrong.
    wrong = torch.stack([flaw.any().to(body.device) for flaw in flaws.values()]).tolist() if flaws else []
    for name, is_wrong in zip(flaws, wrong, strict=True):
        if is_wrong:
            row, token = flaws[name].nonzero()[0].tolist()
            raise ValueError(
                f"the {name} of the inputs and of the layout differ: look at token {token} of row {row}"
            )
