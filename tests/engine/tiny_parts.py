"""Parts of tiny nets: ids, sizes of text models and towers, and the tensors that an image is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

IMAGE, VIDEO, START, END = 90, 91, 92, 93
UNSAID = list(range(90, 96))  # placeholders and their like are no words
MROPE = "mm_token_type_ids"
LAYERS, WIDTH, VOCABULARY, SIDE, PATCH = 6, 32, 96, 16, 4
TEXT = {
    "vocab_size": VOCABULARY,
    "hidden_size": WIDTH,
    "intermediate_size": 48,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "initializer_range": 0.12,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": None,
    "use_cache": True,
}
TOWER = {
    "hidden_size": WIDTH,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": SIDE,
    "patch_size": PATCH,
}
ROPE = {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10_000.0}
MERGED = {
    "depth": 2,
    "num_heads": 4,
    "patch_size": PATCH,
    "spatial_merge_size": 2,
    "temporal_patch_size": 1,
    "in_channels": 3,
}
MARKS = {
    "image_token_id": IMAGE,
    "video_token_id": VIDEO,
    "vision_start_token_id": START,
    "vision_end_token_id": END,
}


@dataclass(frozen=True)
class Recipe:
    """How a family's net is configured, and how many image tokens and which tensors an image of it is."""

    config: Callable[[], Any]
    net: type[Any]
    tokens: int
    image: Callable[[int, torch.Generator], dict[str, torch.Tensor]]
    types: str = ""  # by what name a prompt says of each token what it is
    marks: bool = True  # whether that says which are an image's


def squares(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    return {"pixel_values": torch.randn(images, 3, SIDE, SIDE, generator=seed)}


def tiles(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    return {
        "pixel_values": torch.randn(images, 2, 3, SIDE, SIDE, generator=seed),
        "image_sizes": torch.tensor([[SIDE, SIDE]] * images),
    }


def grids(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    across = SIDE // PATCH
    return {
        "pixel_values": torch.randn(images * across**2, 3 * PATCH**2, generator=seed),
        "image_grid_thw": torch.tensor([[1, across, across]] * images),
    }
