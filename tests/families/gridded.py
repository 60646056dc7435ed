"""Types whose towers take patches in grids as large as the picture, of which some are merged into a token."""

from dataclasses import replace
from functools import partial

import transformers as hf

from tests.engine.small_nets import PATCH, RECIPES, SIDE, TEXT
from tests.engine.small_nets import TOWER as BLOCKS
from tests.families.recipe import Pictured, small
from tests.families.shrunk import SECTIONS
from tests.suite.foreign_checkpoints import PATCHES

LARGEST = {"size": {"shortest_edge": SIDE**2, "longest_edge": (2 * SIDE) ** 2}}
GRID = {**PATCHES, **LARGEST}
TOWER = {"patch_size": PATCH, "temporal_patch_size": 1, "spatial_merge_size": 2}
DEEP = {**TOWER, "num_position_embeddings": 16, "deepstack_visual_indexes": [0, 1]}
WINDOWS = {**TOWER, "window_size": 16, "fullatt_block_indexes": [1]}


def _gemma4():
    text = {
        **TEXT,
        "head_dim": 8,
        "global_head_dim": 8,
        "sliding_window": 8,
        "hidden_size_per_layer_input": 8,
    }
    kinds = ["sliding_attention", "full_attention"] * (TEXT["num_hidden_layers"] // 2)
    return hf.Gemma4Config(
        text_config=hf.Gemma4TextConfig(**text, layer_types=kinds, vocab_size_per_layer_input=4000),
        vision_config=hf.Gemma4VisionConfig(
            **BLOCKS, head_dim=8, num_key_value_heads=4, pooling_kernel_size=2, position_embedding_size=64
        ),
    )


def _gridded(kind, processor, image, tower, video=None, *, text=None, **more):
    """With `video`, the name of its part for videos, which wants torchvision and is not built."""
    more = {"mark": "<vision><image></vision>", **more}
    videos = {"video_processor_type": video, **PATCHES} if video else None
    config = partial(small, kind, tower, text)
    return Pictured(config, processor, {"image_processor_type": image, **GRID}, video=videos, **more)


def _as_qwen(kind, tower, processor="Qwen3VLProcessor", video="Qwen3VLVideoProcessor"):
    return _gridded(kind, processor, "Qwen2VLImageProcessor", tower, video)


def _as_glm(kind, processor="Glm46V", image="Glm46V"):
    names = f"{processor}Processor", f"{image}ImageProcessor", TOWER, f"{image}VideoProcessor"
    return _gridded(kind, *names)


#: how the start and the end of a picture and of a video are called
STARTS = {
    f"{medium}_{end}_token": mark
    for medium in ("image", "video")
    for end, mark in (("start", "<vision>"), ("end", "</vision>"))
}
GRIDDED = {
    **{kind: _as_qwen(kind, DEEP) for kind in ("qwen3_vl_moe", "qwen3_5", "qwen3_5_moe", "cosmos3_omni")},
    "exaone4_5": _as_qwen("exaone4_5", WINDOWS, "Exaone4_5_Processor", "Qwen2VLVideoProcessor"),
    "hyperclovax_vision_v2": _as_qwen(
        "hyperclovax_vision_v2", WINDOWS, "HyperCLOVAXVisionV2Processor", "Qwen2VLVideoProcessor"
    ),
    "lfm3_vl": _as_qwen(
        "lfm3_vl",
        {**TOWER, "layer_types": ["conv", "full_attention"]},
        "Lfm3VlProcessor",
        "Qwen2VLVideoProcessor",
    ),
    "glm4v": replace(_as_glm("glm4v", "Glm4v", "Glm4v"), config=RECIPES["glm4v"].config),
    "glm46v": _as_glm("glm46v"),
    "glm4v_moe": _as_glm("glm4v_moe", "Glm4v", "Glm4v"),
    "glm_ocr": _as_glm("glm_ocr"),
    "glmga": _as_glm("glmga", image="Glmga"),
    "cohere_compass": _gridded(
        "cohere_compass",
        "CohereCompassProcessor",
        "CohereCompassImageProcessor",
        DEEP,
        "CohereCompassVideoProcessor",
        mark="<|VISION_START|><|IMAGE_PAD|><|VISION_END|>",
        placeholder="<|IMAGE_PAD|>",
        named={"image_token": "<|IMAGE_PAD|>", "video_token": "<|VIDEO_PAD|>"},
    ),
    "cosmos3_edge": _gridded(
        "cosmos3_edge",
        "Cosmos3EdgeProcessor",
        "Cosmos3EdgeImageProcessor",
        {**TOWER, "num_patches": 16},
        "Cosmos3EdgeVideoProcessor",
        text={"rope_parameters": SECTIONS},
    ),
    "ernie4_5_vl_moe": _gridded(
        "ernie4_5_vl_moe",
        "Ernie4_5_VLMoeProcessor",
        "Ernie4_5_VLMoeImageProcessor",
        TOWER,
        "Ernie4_5_VLMoeVideoProcessor",
        named=STARTS,
    ),
    "paddleocr_vl": _gridded(
        "paddleocr_vl", "PaddleOCRVLProcessor", "PaddleOCRVLImageProcessor", {**TOWER, "image_size": SIDE}
    ),
    "video_llama_3": _gridded(
        "video_llama_3",
        "VideoLlama3Processor",
        "VideoLlama3ImageProcessor",
        TOWER,
        "VideoLlama3VideoProcessor",
    ),
    "lighton_ocr": Pictured(
        partial(small, "lighton_ocr", {"image_size": 2 * SIDE, "patch_size": PATCH}),
        "LightOnOcrProcessor",
        {
            "image_processor_type": "PixtralImageProcessor",
            "size": {"longest_edge": 2 * SIDE},
            "patch_size": {"height": 2 * PATCH, "width": 2 * PATCH},
        },
        {"patch_size": PATCH, "spatial_merge_size": 2},
        named={"image_break_token": "[IMG_BREAK]", "image_end_token": "[IMG_END]"},
    ),
    "mistral3": Pictured(
        RECIPES["mistral3"].config,
        "PixtralProcessor",
        {
            "image_processor_type": "PixtralImageProcessor",
            "size": {"longest_edge": 2 * SIDE},
            "patch_size": {"height": PATCH, "width": PATCH},
        },
        {
            "patch_size": PATCH,
            "spatial_merge_size": 2,
            "image_token": "<image>",
            "image_break_token": "[IMG_BREAK]",
            "image_end_token": "[IMG_END]",
        },
    ),
    # whatever it is told, 70 tokens at least, if the picture is large enough
    "gemma4": Pictured(
        _gemma4,
        "Gemma4Processor",
        {
            "image_processor_type": "Gemma4ImageProcessor",
            "patch_size": PATCH,
            "pooling_kernel_size": 2,
            "max_soft_tokens": 70,
        },
        {
            "image_seq_length": 4,
            "feature_extractor": {"feature_extractor_type": "Gemma4AudioFeatureExtractor"},
        },
        {"video_processor_type": "Gemma4VideoProcessor"},
        named=dict.fromkeys(("audio_token", "boa_token", "eoa_token"), "<sound>"),
    ),
    "fuyu": Pictured(
        partial(small, "fuyu", image_size=SIDE, patch_size=PATCH),
        "FuyuProcessor",
        {
            "image_processor_type": "FuyuImageProcessor",
            "size": {"height": 2 * SIDE, "width": 2 * SIDE},
            "patch_size": {"height": PATCH, "width": PATCH},
        },
        mark="",
        placeholder="|SPEAKER|",
    ),
}
