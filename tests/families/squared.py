"""Types whose towers take each picture as one square, and those that take tiles beside it."""

from functools import partial

import transformers as hf

from tests.engine.crossed_net import crossed_config
from tests.engine.small_nets import PATCH, RECIPES, SIDE, TEXT, TOWER
from tests.families.recipe import SQUARE, SQUARES, Pictured, small
from tests.suite.foreign_checkpoints import CROPPED, PROCESSORS

LLAVA = {
    "image_token": "<image>",
    "patch_size": PATCH,
    "num_additional_image_tokens": 1,
    "vision_feature_select_strategy": "default",
}


def _idefics2():
    return hf.Idefics2Config(
        vision_config=TOWER,
        perceiver_config={
            "resampler_n_latents": 4,
            "resampler_depth": 1,
            "resampler_n_heads": 4,
            "resampler_head_dim": 8,
            "num_key_value_heads": 2,
        },
        text_config=hf.MistralConfig(**TEXT, sliding_window=None),
    )


def _vipllava():
    return hf.VipLlavaConfig(
        vision_config=hf.CLIPVisionConfig(**TOWER),
        text_config=hf.LlamaConfig(**TEXT),
        vision_feature_layers=[-2, -1],
    )


SQUARED = {
    "vipllava": Pictured(_vipllava, "LlavaProcessor", PROCESSORS["llava"][2], LLAVA),
    "paligemma": Pictured(
        RECIPES["paligemma"].config,
        "PaliGemmaProcessor",
        {"image_processor_type": "SiglipImageProcessor", "image_seq_length": 16},
    ),
    "gemma3": Pictured(
        RECIPES["gemma3"].config,
        "Gemma3Processor",
        {"image_processor_type": "Gemma3ImageProcessor"},
        {"image_seq_length": 4},
        mark="<boi>",
    ),
    "shieldgemma2": Pictured(
        partial(small, "shieldgemma2", SQUARES, mm_tokens_per_image=4),
        "ShieldGemma2Processor",
        {"image_processor_type": "Gemma3ImageProcessor"},
        {"image_seq_length": 4},
        mark="<boi>",
    ),
    "idefics2": Pictured(
        _idefics2,
        "Idefics2Processor",
        {
            "image_processor_type": "Idefics2ImageProcessor",
            "size": {"shortest_edge": SIDE, "longest_edge": SIDE},
            "do_image_splitting": False,
        },
        {"image_seq_len": 4},
    ),
    "mllama": Pictured(
        crossed_config,
        "MllamaProcessor",
        {"image_processor_type": "MllamaImageProcessor", "max_image_tiles": 2},
    ),
    # pictures of 490 or 980 pixels, whatever it is told
    "aria": Pictured(
        partial(small, "aria", {"image_size": 980, "patch_size": 245}, projector_patch_to_query_dict={16: 4}),
        "AriaProcessor",
        {"image_processor_type": "AriaImageProcessor"},
        {"size_conversion": {980: 4}},
    ),
    "deepseek_vl": Pictured(
        partial(small, "deepseek_vl", SQUARES),
        "DeepseekVLProcessor",
        {"image_processor_type": "DeepseekVLImageProcessor", "size": SQUARE},
        {"num_image_tokens": 16},
    ),
    "janus": Pictured(
        partial(small, "janus", {**SQUARES, "num_image_tokens": 16}),
        "JanusProcessor",
        {"image_processor_type": "JanusImageProcessor", "size": SQUARE},
        {"num_image_tokens": 16},
    ),
    "llava_next_video": Pictured(
        partial(small, "llava_next_video", SQUARES, image_grid_pinpoints=[[SIDE, SIDE]]),
        "LlavaNextVideoProcessor",
        PROCESSORS["llava_next"][2],
        {**LLAVA, "video_token": "<video>"},
        {"video_processor_type": "LlavaNextVideoVideoProcessor"},
    ),
    "video_llava": Pictured(
        partial(small, "video_llava", SQUARES),
        "VideoLlavaProcessor",
        {"image_processor_type": "VideoLlavaImageProcessor", **CROPPED},
        {**LLAVA, "video_token": "<video>"},
        {"video_processor_type": "VideoLlavaVideoProcessor"},
    ),
    "ovis2": Pictured(
        partial(small, "ovis2", SQUARES),
        "Ovis2Processor",
        {"image_processor_type": "Ovis2ImageProcessor", "size": SQUARE},
        {"image_seq_length": 16},
        placeholder="<IMG_ATOM>",
    ),
}
