"""More tiny nets: windows, blocks of tokens that read each other, and bridges of other names."""

from typing import Any

import torch
import transformers as hf

from tests.engine.tiny_parts import (
    IMAGE,
    MARKS,
    MROPE,
    PATCH,
    ROPE,
    SIDE,
    TEXT,
    TOWER,
    WIDTH,
    Recipe,
    grids,
    squares,
)


def _gemma3() -> Any:
    windows = ["sliding_attention", "sliding_attention", "full_attention"] * 2
    text = {**TEXT, "head_dim": 8, "sliding_window": 8, "layer_types": windows}
    return hf.Gemma3Config(
        vision_config={**TOWER, "vision_use_head": False},
        text_config=text,
        image_token_index=IMAGE,
        mm_tokens_per_image=4,
    )


def _paligemma() -> Any:
    return hf.PaliGemmaConfig(
        vision_config={
            **TOWER,
            "model_type": "siglip_vision_model",
            "vision_use_head": False,
            "projection_dim": WIDTH,
        },
        text_config={**TEXT, "model_type": "gemma", "head_dim": 8},
        image_token_index=IMAGE,
        projection_dim=WIDTH,
        hidden_size=WIDTH,
    )


def _smolvlm() -> Any:
    return hf.SmolVLMConfig(
        vision_config=TOWER,
        text_config=hf.LlamaConfig(**TEXT),
        image_token_id=IMAGE,
        scale_factor=2,
        pad_token_id=0,
    )


def _mistral3() -> Any:
    return hf.Mistral3Config(
        vision_config=hf.PixtralVisionConfig(**TOWER, head_dim=8),
        text_config=hf.MistralConfig(**TEXT, sliding_window=10),
        image_token_index=IMAGE,
        spatial_merge_size=2,
    )


def _glm4v() -> Any:
    vision = {
        "depth": 2,
        "hidden_size": WIDTH,
        "out_hidden_size": WIDTH,
        "intermediate_size": 48,
        "num_heads": 4,
        "image_size": SIDE,
        "patch_size": PATCH,
        "spatial_merge_size": 2,
        "temporal_patch_size": 1,
    }
    marks = {"image_token_id": IMAGE, "video_token_id": MARKS["video_token_id"]}
    ends = {
        "image_start_token_id": 92,
        "image_end_token_id": 93,
        "video_start_token_id": 94,
        "video_end_token_id": 95,
    }
    return hf.Glm4vConfig(
        vision_config=vision, text_config={**TEXT, "rope_parameters": ROPE}, **marks, **ends
    )


def _several(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    return {"pixel_values": torch.randn(images, 1, 3, SIDE, SIDE, generator=seed)}


def _sized(images: int, seed: torch.Generator) -> dict[str, torch.Tensor]:
    return {**squares(images, seed), "image_sizes": torch.tensor([[SIDE, SIDE]] * images)}


MORE = {
    "gemma3": Recipe(_gemma3, hf.Gemma3ForConditionalGeneration, 4, squares, "token_type_ids"),
    "paligemma": Recipe(
        _paligemma, hf.PaliGemmaForConditionalGeneration, 16, squares, "token_type_ids", marks=False
    ),
    "smolvlm": Recipe(_smolvlm, hf.SmolVLMForConditionalGeneration, 4, _several),
    "mistral3": Recipe(_mistral3, hf.Mistral3ForConditionalGeneration, 4, _sized),
    "glm4v": Recipe(_glm4v, hf.Glm4vForConditionalGeneration, 4, grids, MROPE),
}
