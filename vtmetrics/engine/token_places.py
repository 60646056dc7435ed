"""Token places: where in an image the pixels lie that each image token stands for.

Nothing is known here of how a processor crops, pads, tiles or resizes: it is shown charts as large as the
image, of which the colour of every pixel says where it is, and what patches get of them tells where they are.
How patches become tokens is the net's own doing: tiles are put together and unpadded, rows end in a token of
their own, patches are merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isqrt
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from vtmetrics.engine.across_layout import check_in_line
from vtmetrics.inputs import Box, Layout, Scene, encode
from vtmetrics.nets import Anatomy, anatomy_of
from vtmetrics.unmeasured import NotMeasured

#: a token of which the picture fills less is padding
LEAST = 0.01
BRIGHT = 255
#: types of which patches side by side become one token, each patch one, and tiles one grid, told by a part
SHUFFLED = ("internvl", "qianfan_ocr", "idefics3", "smolvlm")
BY_PATCH = ("llava", "vipllava", "paligemma", "deepseek_vl", "video_llava", "janus", "ovis2")
PACKED = {
    "llava_next": "vision_feature_select_strategy",
    "llava_next_video": "vision_feature_select_strategy",
    "llava_onevision": "vision_aspect_ratio",
}
#: types of which patches are merged as they are sent to the tower
MERGED = (
    *("qwen", "glm", "exaone4_5", "hyperclovax_vision", "cosmos3_omni", "cohere_compass"),
    *("ernie4_5_vl", "lfm3_vl"),
)


def places_known(net: nn.Module) -> str:
    """Why it isn't known where the image tokens of a net lie; empty if it is."""
    family = anatomy_of(net).family
    if family in {*SHUFFLED, *BY_PATCH, *PACKED, "gemma3"} or family.startswith(MERGED):
        return ""
    return f"where the image tokens of a {family} lie is not known"


def boxed(net: nn.Module, processor: Any, scenes: Sequence[Scene], layout: Layout) -> dict[str, Tensor]:
    """The image tokens (B, S) of each scene whose middle lies in one of its boxes, and those in none."""
    check_in_line(anatomy_of(net), layout, "objects are found")
    image = layout.named("image")
    found = {name: torch.zeros_like(image) for name in ("inside", "background")}
    known: dict[tuple[int, int], Tensor] = {}
    for row, scene in enumerate(scenes):
        if len(scene.images) != 1 or not scene.boxes:
            continue
        size = scene.images[0].size
        if size not in known:
            known[size] = centres(net, processor, scene)
        inside = torch.stack([within(known[size], box) for box in scene.boxes]).any(0)
        shows = known[size].isfinite().all(1)
        found["inside"][row, image[row]] = inside.to(image.device)
        found["background"][row, image[row]] = (shows & ~inside).to(image.device)
    return found


def within(middle: Tensor, box: Box) -> Tensor:
    """Which of these points (n, 2) lie in a box; NaN lies nowhere."""
    low, high = middle.new_tensor([box.left, box.top]), middle.new_tensor([box.right, box.bottom])
    return ((middle >= low) & (middle < high)).all(1)


def centres(net: nn.Module, processor: Any, scene: Scene) -> Tensor:
    """The middle of what each image token shows of a scene's one image, (tokens, 2): x and y in pixels.

    What a token shows of padding counts for nothing; of one that shows none of the image both are NaN.
    """
    size = scene.images[0].size
    blank = replace(scene, boxes=(), donor=None, also=())
    charts, levels = _charts(size)
    black, white, *lit = (_seen(net, processor, replace(blank, images=(one,))) for one in charts)
    bright = (white - black)[:, :2]
    most = bright.amax(0)
    places = (torch.stack(lit) - black).sum(0)[:, :2] / most * (BRIGHT / levels)
    shown = torch.cat([places, bright[:, :1] / most[0]], 1)
    laid = as_tokens(net, encode(processor, blank, answered=False).inputs, shown)
    middle = (laid[:, :2] / laid[:, 2:] + 0.5).round(decimals=3)
    return middle.where(laid[:, 2:] >= LEAST, torch.nan)


def as_tokens(net: nn.Module, inputs: Mapping[str, Tensor], values: Tensor) -> Tensor:
    """What image tokens have of one image's patches, (tokens, C) of (patches, C); the mean where they merge.

    Patches are in the processor's order. A token that stands for none has NaN.
    """
    body = anatomy_of(net)
    if why := places_known(net):
        raise NotMeasured(why)
    if body.family.startswith(MERGED):
        merged = body.config.vision_config.spatial_merge_size**2
        return values.reshape(-1, merged, values.shape[1]).mean(1)
    tiles = values.reshape(inputs["pixel_values"].flatten(0, -4).shape[0], -1, values.shape[1])
    if body.family in SHUFFLED:
        return _shuffled(body, tiles)
    if body.family in BY_PATCH:
        return _beside_class(body, inputs, tiles.flatten(0, 1))
    return _pooled(body, tiles) if body.family == "gemma3" else _packed(body, inputs, tiles)


def _beside_class(body: Anatomy, inputs: Mapping[str, Tensor], patches: Tensor) -> Tensor:
    """A token for each patch; where the tower's class token is one as well, it comes first."""
    more = int((inputs["input_ids"] == body.config.image_token_id).sum()) - len(patches)
    return torch.cat([patches.new_full((more, patches.shape[1]), torch.nan), patches])


def _shuffled(body: Anatomy, tiles: Tensor) -> Tensor:
    """Of patches side by side one token, as the net makes it."""
    patches, channels = tiles.shape[1:]
    if body.family in ("internvl", "qianfan_ocr"):
        square = tiles.reshape(len(tiles), isqrt(patches), -1, channels)
        merged: Tensor = body.net.base_model.pixel_shuffle(square, scale_factor=body.config.downsample_ratio)
    else:
        merged = body.net.base_model.connector.pixel_shuffle(tiles, body.config.scale_factor)
    return merged.reshape(-1, merged.shape[-1] // channels, channels).mean(1)


def _pooled(body: Anatomy, tiles: Tensor) -> Tensor:
    """Of a square of patches one token."""
    side, across = isqrt(tiles.shape[1]), isqrt(body.config.mm_tokens_per_image)
    square = tiles.mT.reshape(len(tiles), -1, side, side)
    return nn.functional.avg_pool2d(square, side // across).flatten(2).mT.flatten(0, 1)


def _packed(body: Anatomy, inputs: Mapping[str, Tensor], tiles: Tensor) -> Tensor:
    """The whole image first, then its tiles as one grid without padding, each row with a token at its end."""
    name = PACKED[body.family]
    ends = tiles.new_full((tiles.shape[-1],), torch.nan)
    told = {"image_sizes": inputs["image_sizes"], "image_newline": ends, name: getattr(body.config, name)}
    (packed,), _ = body.net.base_model.pack_image_features([tiles], **told)
    found: Tensor = packed
    return found


def _seen(net: nn.Module, processor: Any, scene: Scene) -> Tensor:
    """The mean of each channel in each patch of the scene's image, (patches, 3)."""
    pixels = encode(processor, scene, answered=False).inputs["pixel_values"].float()
    if pixels.ndim == 2:  # a patch a row, channel by channel
        return pixels.reshape(len(pixels), 3, -1).mean(-1)
    side = anatomy_of(net).config.vision_config.patch_size
    patches = nn.functional.avg_pool2d(pixels.flatten(0, -4), side)
    return patches.flatten(2).transpose(1, 2).flatten(0, 1)


def _charts(size: tuple[int, int]) -> tuple[list[Image.Image], int]:
    """A black picture and a white one, and some that are redder to the right and greener to the bottom.

    Together they are so many levels brighter with each pixel: one picture has no more than 255 levels.
    """
    count = -(-max(size) // BRIGHT)
    levels = count * BRIGHT // max(*size, 2)
    charts = [Image.new("RGB", size, (level,) * 3) for level in (0, BRIGHT)]
    for below in range(0, count * BRIGHT, BRIGHT):
        ramps = [np.clip(np.arange(many) * levels - below, 0, BRIGHT).astype(np.uint8) for many in size]
        red, green = np.broadcast_arrays(ramps[0][None, :], ramps[1][:, None])
        charts.append(Image.fromarray(np.stack([red, green, np.zeros_like(red)], -1)))
    return charts, levels
