"""Tower lengths: how long what becomes each image token is in the vision tower, block by block."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edits import Picked
from vtmetrics.engine.across_layout import check_in_line
from vtmetrics.engine.token_places import as_tokens
from vtmetrics.engine.tower_patches import tower_record
from vtmetrics.inputs import Encoded, Layout
from vtmetrics.nets import Anatomy, anatomy_of


def in_tower(net: nn.Module, rows: Sequence[Encoded], layout: Layout, pick: Picked) -> tuple[Tensor, Tensor]:
    """Which tokens (B, S) their norms in the tower pick, and in which rows (B,) these are no numbers."""
    check_in_line(anatomy_of(net), layout, "tokens are picked")
    image = layout.named("image")
    picked = torch.zeros_like(image)
    broken = torch.zeros(len(rows), dtype=torch.bool, device=image.device)
    for place, row in enumerate(rows):
        norms = tower_norms(net, row).to(image.device)
        broken[place] = norms.isinf().any()
        if not broken[place]:
            picked[place, image[place]] = pick.choose(norms, image[place])
    return picked, broken


def tower_norms(net: nn.Module, row: Encoded) -> Tensor:
    """The norm of each image token of a row behind the tower's last block; the mean where patches merge.

    A class token is none of the image's. What stands for no patch has NaN, what came to no number infinity.
    """
    return block_norms(net, row)[-1]


@torch.no_grad()
def block_norms(net: nn.Module, row: Encoded, order: int = 2) -> Tensor:
    """The norms, of this order, at every block and behind the last, (blocks + 1, tokens)."""
    body = anatomy_of(net)

    def measure(_: int, rows: tuple[Tensor, ...]) -> Tensor:
        lengths: Tensor = torch.linalg.vector_norm(rows[0].double(), order, dim=-1)
        return lengths.nan_to_num(torch.inf)

    measured = [norms.flatten() for norms in tower_record(net, row, measure)]
    blocks = [*torch.stack(measured).cpu()]
    if hasattr(body.config.vision_config, "window_size"):
        blocks = [_unwindowed(body, row.inputs["image_grid_thw"], norms) for norms in blocks]
    return torch.stack([as_tokens(net, row.inputs, norms.reshape(-1, 1))[:, 0] for norms in blocks])


def _unwindowed(body: Anatomy, grids: Tensor, norms: Tensor) -> Tensor:
    """Patches in the processor's order, of those that a tower keeps window by window, image by image."""
    told: Any = body.config.vision_config
    side, unit = told.window_size // told.patch_size // told.spatial_merge_size, told.spatial_merge_size**2
    orders, begun = [], 0
    for _, height, width in (grids // torch.tensor([1, *[told.spatial_merge_size] * 2])).tolist():
        window = (torch.arange(height) // side)[:, None] * width + torch.arange(width) // side
        orders.append(begun + window.flatten().argsort(stable=True))
        begun += height * width
    return norms.reshape(-1, unit)[torch.cat(orders).argsort()].flatten()
