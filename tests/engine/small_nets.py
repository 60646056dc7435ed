"""Tiny nets of every family with random weights, and inputs made of ids and pixels alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import transformers as hf

from vtmetrics.engine.approval import approved
from vtmetrics.inputs.layout import Layout

IMAGE, VIDEO, START, END = 90, 91, 92, 93
UNSAID = list(range(90, 96))  # placeholders and their like are no words
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


def _llava() -> Any:
    return hf.LlavaConfig(
        vision_config=hf.CLIPVisionConfig(**TOWER),
        text_config=hf.LlamaConfig(**TEXT),
        image_token_index=IMAGE,
        vision_feature_layer=-2,
    )


def _qwen2_5_vl() -> Any:
    vision = {"hidden_size": WIDTH, "out_hidden_size": WIDTH, "intermediate_size": 48, "window_size": 16}
    return hf.Qwen2_5_VLConfig(
        vision_config={**MERGED, **vision, "fullatt_block_indexes": [1]},
        text_config={**TEXT, "rope_parameters": ROPE},
        **MARKS,
    )


def _llava_next() -> Any:
    return hf.LlavaNextConfig(
        vision_config=hf.CLIPVisionConfig(**TOWER),
        text_config=hf.MistralConfig(**TEXT, sliding_window=None),
        image_token_index=IMAGE,
        image_grid_pinpoints=[[SIDE, SIDE]],
    )


def _llava_onevision() -> Any:
    return hf.LlavaOnevisionConfig(
        vision_config=hf.SiglipVisionConfig(**TOWER, vision_use_head=False),
        text_config=hf.Qwen2Config(**TEXT),
        image_token_index=IMAGE,
        video_token_index=VIDEO,
        image_grid_pinpoints=[[SIDE, SIDE]],
    )


def _qwen2_vl() -> Any:
    vision = {"embed_dim": WIDTH, "hidden_size": WIDTH, "mlp_ratio": 2}
    return hf.Qwen2VLConfig(
        vision_config={**MERGED, **vision}, text_config={**TEXT, "rope_parameters": ROPE}, **MARKS
    )


def _qwen3_vl() -> Any:
    vision = {"hidden_size": WIDTH, "out_hidden_size": WIDTH, "intermediate_size": 48}
    return hf.Qwen3VLConfig(
        vision_config={
            **MERGED,
            **vision,
            "depth": 4,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0, 1, 2],
        },
        text_config={**TEXT, "head_dim": 8, "rope_parameters": ROPE},
        **MARKS,
    )


def _internvl() -> Any:
    return hf.InternVLConfig(
        vision_config={**TOWER, "image_size": [SIDE, SIDE], "patch_size": [PATCH, PATCH]},
        text_config=hf.Qwen2Config(**TEXT),
        image_token_id=IMAGE,
    )


def _squares(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    return {"pixel_values": torch.randn(images, 3, SIDE, SIDE, generator=seed)}


def _tiles(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    return {
        "pixel_values": torch.randn(images, 2, 3, SIDE, SIDE, generator=seed),
        "image_sizes": torch.tensor([[SIDE, SIDE]] * images),
    }


def _grids(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    across = SIDE // PATCH
    return {
        "pixel_values": torch.randn(images * across**2, 3 * PATCH**2, generator=seed),
        "image_grid_thw": torch.tensor([[1, across, across]] * images),
    }


RECIPES = {
    "llava": Recipe(_llava, hf.LlavaForConditionalGeneration, 16, _squares),
    "llava_next": Recipe(_llava_next, hf.LlavaNextForConditionalGeneration, 36, _tiles),
    "llava_onevision": Recipe(_llava_onevision, hf.LlavaOnevisionForConditionalGeneration, 36, _tiles),
    "qwen2_vl": Recipe(_qwen2_vl, hf.Qwen2VLForConditionalGeneration, 4, _grids),
    "qwen2_5_vl": Recipe(_qwen2_5_vl, hf.Qwen2_5_VLForConditionalGeneration, 4, _grids),
    "qwen3_vl": Recipe(_qwen3_vl, hf.Qwen3VLForConditionalGeneration, 4, _grids),
    "internvl": Recipe(_internvl, hf.InternVLForConditionalGeneration, 4, _squares),
}


@cache
def net(family: str, attention: str = "sdpa") -> Any:
    """A net of the family; tests that change it copy it first."""
    torch.manual_seed(0)
    recipe = RECIPES[family]
    built = recipe.net._from_config(recipe.config(), attn_implementation=attention)
    approved(built)  # once, so that no test counts the calls that this takes
    return built.eval().requires_grad_(requires_grad=False)


def prompts(
    family: str, lengths: tuple[tuple[int, int], ...], seed: int = 0
) -> tuple[dict[str, Any], Layout]:
    """A left-padded prompt a row: system tokens, an image, a question whose last token is read out."""
    recipe, made = RECIPES[family], torch.Generator().manual_seed(seed)
    size = max(map(sum, lengths)) + recipe.tokens
    ids = torch.zeros(len(lengths), size, dtype=torch.long)
    names = ("image", "system", "question", "readout", "answer")
    masks = {name: torch.zeros(len(lengths), size, dtype=torch.bool) for name in names}
    for row, (system, question) in enumerate(lengths):
        start = size - system - recipe.tokens - question
        image, asked = start + system, start + system + recipe.tokens
        ids[row, start:] = torch.randint(2, 90, (size - start,), generator=made)
        ids[row, image:asked] = IMAGE
        masks["system"][row, start:image] = True
        masks["image"][row, image:asked] = True
        masks["question"][row, asked:] = True
        masks["readout"][row, -1] = True
    valid = masks["system"] | masks["image"] | masks["question"]
    inputs = {"input_ids": ids, "attention_mask": valid.long(), **recipe.image(len(lengths), made)}
    if family.startswith("qwen"):
        inputs["mm_token_type_ids"] = masks["image"].int()
    return inputs, Layout(masks, valid, tuple(f"scene {row}" for row in range(len(lengths))))
