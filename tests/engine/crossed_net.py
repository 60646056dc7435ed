"""A tiny net that reads its images across, and prompts whose images stand in no line."""

from functools import cache
from typing import Any

import torch
import transformers as hf

from tests.engine.tiny_parts import IMAGE, PATCH, SIDE, TEXT, WIDTH
from vtmetrics.engine.approval import approved
from vtmetrics.inputs.layout import Layout

CROSSING, TILES, PATCHES = (1, 4), 2, (SIDE // PATCH) ** 2 + 1
ROPE = {"rope_type": "default", "rope_theta": 10_000.0}


def crossed_config() -> Any:
    """The configuration of the net."""
    text = {**TEXT, "cross_attention_layers": list(CROSSING), "rope_parameters": ROPE}
    vision = {"num_hidden_layers": 2, "num_global_layers": 1, "attention_heads": 4, "intermediate_size": 48}
    sizes = {"image_size": SIDE, "patch_size": PATCH, "hidden_size": WIDTH, "vision_output_dim": 2 * WIDTH}
    ratios = {"max_num_tiles": TILES, "supported_aspect_ratios": [[1, 1], [1, 2], [2, 1]]}
    return hf.MllamaConfig(
        vision_config={**vision, **sizes, **ratios, "intermediate_layers_indices": [0]},
        text_config=text,
        image_token_index=IMAGE,
    )


@cache
def crossed_net(attention: str = "sdpa") -> Any:
    """An mllama with random weights, in which no gate is closed."""
    torch.manual_seed(0)
    net = hf.MllamaForConditionalGeneration._from_config(crossed_config(), attn_implementation=attention)
    for weight in net.parameters():
        weight.data.normal_(0 if weight.ndim > 1 else 0.8, TEXT["initializer_range"])
    approved(net)
    return net.eval().requires_grad_(requires_grad=False)


def crossed_prompts(rows: int = 2, seed: int = 0) -> tuple[dict[str, Any], Layout]:
    """Left-padded prompts of words, one of them for an image; that of the second row has two tiles."""
    chance = torch.Generator().manual_seed(seed)
    size, tiles = 10, torch.tensor([[True, False], [True, True], [True, False]])[:rows]
    valid = torch.stack([torch.arange(size) >= 2 * row for row in range(rows)])
    ids = torch.randint(2, 90, (rows, size), generator=chance)
    ids[:, 5] = IMAGE
    reads = (torch.arange(size) >= 5)[None, :, None, None] & tiles[:, None, None, :]
    inputs = {
        "input_ids": ids.masked_fill(~valid, 0),
        "attention_mask": valid.long(),
        "pixel_values": torch.randn(rows, 1, TILES, 3, SIDE, SIDE, generator=chance),
        "aspect_ratio_ids": torch.tensor([[1], [2], [1]])[:rows],
        "aspect_ratio_mask": tiles[:, None].long(),
        "cross_attention_mask": reads.long(),
    }
    readout = torch.zeros_like(valid)
    readout[:, -1] = True
    asked = valid & (torch.arange(size) > 5)
    masks = {
        "image": torch.zeros_like(valid),
        "question": asked,
        "system": valid & ~asked,
        "readout": readout,
    }
    return inputs, Layout(masks, valid, tuple(f"scene {row}" for row in range(rows)), tiles)
