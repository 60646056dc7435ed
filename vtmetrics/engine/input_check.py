"""The check of inputs: whether they are those of which a layout says where tokens are."""

import torch
from torch import Tensor

from vtmetrics.inputs import Layout
from vtmetrics.nets import Anatomy


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
