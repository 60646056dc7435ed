"""Tiny nets of twelve model types with random weights, and inputs made of ids and pixels alone."""

from functools import cache
from typing import Any

import torch
import transformers as hf

from tests.engine.more_nets import MORE
from tests.engine.tiny_parts import (
    IMAGE,
    LAYERS,
    MARKS,
    MERGED,
    MROPE,
    PATCH,
    ROPE,
    SIDE,
    TEXT,
    TOWER,
    UNSAID,
    VIDEO,
    VOCABULARY,
    WIDTH,
    Recipe,
    grids,
    squares,
    tiles,
)
from vtmetrics.engine.approval import approved
from vtmetrics.inputs.layout import Layout

__all__ = [
    "IMAGE",
    "LAYERS",
    "PATCH",
    "RECIPES",
    "SIDE",
    "TEXT",
    "TOWER",
    "UNSAID",
    "VOCABULARY",
    "WIDTH",
    "net",
    "prompts",
]


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


RECIPES = {
    "llava": Recipe(_llava, hf.LlavaForConditionalGeneration, 16, squares),
    "llava_next": Recipe(_llava_next, hf.LlavaNextForConditionalGeneration, 36, tiles),
    "llava_onevision": Recipe(_llava_onevision, hf.LlavaOnevisionForConditionalGeneration, 36, tiles),
    "qwen2_vl": Recipe(_qwen2_vl, hf.Qwen2VLForConditionalGeneration, 4, grids, MROPE),
    "qwen2_5_vl": Recipe(_qwen2_5_vl, hf.Qwen2_5_VLForConditionalGeneration, 4, grids, MROPE),
    "qwen3_vl": Recipe(_qwen3_vl, hf.Qwen3VLForConditionalGeneration, 4, grids, MROPE),
    "internvl": Recipe(_internvl, hf.InternVLForConditionalGeneration, 4, squares),
    **MORE,
}


@cache
def net(family: str, attention: str = "sdpa") -> Any:
    """A net of the family; tests that change it copy it first."""
    torch.manual_seed(0)
    recipe = RECIPES[family]
    built = recipe.net._from_config(recipe.config(), attn_implementation=attention)
    for weight in built.parameters():
        if weight.ndim > 1 and not weight.any():  # a bridge that begins with nothing
            weight.data.normal_(0, TEXT["initializer_range"])
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
    if recipe.types:
        inputs[recipe.types] = masks["image"].int() if recipe.marks else torch.zeros_like(ids)
    return inputs, Layout(masks, valid, tuple(f"scene {row}" for row in range(len(lengths))))
