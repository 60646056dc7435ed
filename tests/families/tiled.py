"""Types whose processors cut a picture into tiles, and names for them."""

from functools import partial

import transformers as hf

from tests.engine.small_nets import PATCH, RECIPES, SIDE, TEXT, TOWER
from tests.families.recipe import SQUARE, SQUARES, Pictured, small

SPLIT = {"size": {"longest_edge": 2 * SIDE}, "max_image_size": {"longest_edge": SIDE}}


def _idefics3():
    return hf.Idefics3Config(
        vision_config=TOWER, text_config=hf.LlamaConfig(**TEXT), scale_factor=2, pad_token_id=0
    )


def _aya():
    return hf.AyaVisionConfig(
        vision_config=hf.SiglipVisionConfig(**TOWER, vision_use_head=False),
        text_config=hf.Cohere2Config(**TEXT),
        downsample_factor=2,
        adapter_layer_norm_eps=1e-5,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
    )


def _minicpm(kind, processor):
    image = {
        "image_processor_type": "MiniCPMV4_6ImageProcessor",
        "patch_size": PATCH,
        "scale_resolution": SIDE,
    }
    return Pictured(
        partial(small, kind, SQUARES, patch_size=PATCH, image_size=SIDE),
        processor,
        image,
        video={"video_processor_type": "MiniCPMV4_6VideoProcessor"},
        named={
            "image_start_token": "<vision>",
            "image_end_token": "</vision>",
            "slice_start_token": "<boi>",
            "slice_end_token": "<eoi>",
            "image_id_start_token": "<image_id>",
            "image_id_end_token": "</image_id>",
        },
    )


TILED = {
    "smolvlm": Pictured(
        RECIPES["smolvlm"].config,
        "SmolVLMProcessor",
        {"image_processor_type": "SmolVLMImageProcessor", **SPLIT},
        {"image_seq_len": 4},
        {
            "video_processor_type": "SmolVLMVideoProcessor",
            "fps": 1,
            "num_frames": 4,
            "max_image_size": {"longest_edge": SIDE},
            "video_sampling": {"video_size": {"longest_edge": SIDE}, "fps": 1, "max_frames": 4},
        },
    ),
    "idefics3": Pictured(
        _idefics3,
        "Idefics3Processor",
        {"image_processor_type": "Idefics3ImageProcessor", **SPLIT},
        {"image_seq_len": 4},
    ),
    "granite_docling": Pictured(
        partial(small, "granite_docling", {**SQUARES, "scale_factor": 2, "deepstack_visual_indexes": [0, 1]}),
        "GraniteDoclingProcessor",
        {"image_processor_type": "GraniteDoclingImageProcessor", "size": SQUARE, "max_patches": 4},
        {"image_seq_len": 4},
    ),
    "aya_vision": Pictured(
        _aya,
        "AyaVisionProcessor",
        {"image_processor_type": "GotOcr2ImageProcessor", "crop_to_patches": False},
        {
            "patch_size": PATCH,
            "img_size": SIDE,
            "downsample_factor": 2,
            "image_token": "<image>",
            "start_of_img_token": "<boi>",
            "end_of_img_token": "<eoi>",
            "tile_token": "<vision>",
            "tile_global_token": "</vision>",
        },
        placeholder="<|IMG_PATCH|>",
    ),
    "qianfan_ocr": Pictured(
        partial(
            small,
            "qianfan_ocr",
            {"image_size": (SIDE, SIDE), "patch_size": (PATCH, PATCH)},
            image_seq_length=4,
        ),
        "QianfanOCRProcessor",
        {"image_processor_type": "GotOcr2ImageProcessor"},
        {"image_seq_length": 4},
    ),
    "minicpmv4_6": _minicpm("minicpmv4_6", "MiniCPMV4_6Processor"),
    "minicpmv4_7": _minicpm("minicpmv4_7", "MiniCPMV4_7Processor"),
}
