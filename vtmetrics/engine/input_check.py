"""The check of inputs: whether they are those of which a layout says where tokens are."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from vtmetrics.engine.presence import sent
from vtmetrics.inputs import Layout, require_layout
from vtmetrics.nets import Anatomy

#: what processors call inputs that are neither text nor images, where the name does not begin with either
_VIDEO = ("pixel_values_videos", "second_per_grid_ts")
_AUDIO = ("input_features", "input_features_mask", "feature_attention_mask", "input_audio_embeds")


def refuse_other_media(given: Mapping[str, Any]) -> None:
    """Refuse videos and audio: a layout says where the tokens of text and images are, and no others.

    generate() encodes a video before it calls the net, which is told no pixels of it but its features.
    """
    features = {f"{kind}_features": made for kind, made in (given.get("mm_encoder_outputs") or {}).items()}
    for name, value in (*given.items(), *features.items()):
        if value is None:
            continue
        for medium, names in (("video", _VIDEO), ("audio", _AUDIO)):
            if name in names or name.startswith(f"{medium}_"):
                raise ValueError(f"edits want text and images, the inputs have {medium}: `{name}`")


def require_prompt(inputs: Mapping[str, Any], layout: object) -> None:
    """Refuse what is no layout, and a prompt of more than text and images, before any net is run."""
    require_layout(layout)
    refuse_other_media(inputs)


def check_inputs(body: Anatomy, layout: Layout, ids: Tensor | None, mask: Tensor | None) -> None:
    """Refuse a prompt whose image tokens or padding are elsewhere than the layout says."""
    flaws: dict[str, Tensor] = {}
    in_line = "image" in layout.masks and not body.crossing
    image = body.image_token if in_line else None
    if ids is not None and ids.shape == layout.valid.shape and image is not None:
        found = ids.eq(image)
        flaws["image tokens"] = found != sent(layout.masks["image"], ids.device)
        mask = torch.ones_like(ids) if mask is None else mask
    if mask is not None and mask.shape == layout.valid.shape:
        flaws["padding"] = mask.bool() != sent(layout.valid, mask.device)
    # One question to the device, however many may be wrong.
    wrong = torch.stack([flaw.any().to(body.device) for flaw in flaws.values()]).tolist() if flaws else []
    for name, is_wrong in zip(flaws, wrong, strict=True):
        if is_wrong:
            row, token = flaws[name].nonzero()[0].tolist()
            raise ValueError(
                f"the {name} of the inputs and of the layout differ: look at token {token} of row {row}"
            )
