"""Nets with the processors of their types: small and random, with pixels painted for them and nothing else.

Every processor is built from its classes, with a tokenizer of bytes. What a type's own part for images needs
torchvision for, or files of the network, is not built.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import torch
import transformers as hf
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from tests.engine.crossed_net import crossed_config
from tests.engine.small_nets import PATCH, RECIPES, SIDE, TEXT, TOWER
from tests.suite.foreign_checkpoints import IMAGE, NAMED, PATCHES, PROCESSORS, TEMPLATE

SPECIAL = (
    *("<pad>", "<s>", "</s>", "<image>", "<video>", "<vision>", "</vision>", "<unk>"),
    *("[IMG_BREAK]", "[IMG_END]", "<boi>", "<eoi>", "<fake_token_around_image>", "<global-img>"),
    *(f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)),
    *("<|python_tag|>", "<end_of_utterance>", "<|IMG_PATCH|>"),
)
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
MARKS = {
    **NAMED,
    "boi_token": "<boi>",
    "eoi_token": "<eoi>",
    "image_boundary_token": "<fake_token_around_image>",
}
VOCABULARY = len(SPECIAL) + len(BYTES) + 1200  # paligemma has names for places
SQUARE = {"height": SIDE, "width": SIDE}


@dataclass(frozen=True)
class Pictured:
    """A type: its configuration, its processor with what that is told, its parts for images and videos."""

    config: Any
    processor: str
    image: dict[str, Any]
    told: dict[str, Any] = field(default_factory=dict)
    video: dict[str, Any] | None = None
    mark: str = "<image>"
    placeholder: str = "<image>"


def _idefics3():
    return hf.Idefics3Config(
        vision_config=TOWER, text_config=hf.LlamaConfig(**TEXT), scale_factor=2, pad_token_id=0
    )


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


def _aya():
    return hf.AyaVisionConfig(
        vision_config=hf.SiglipVisionConfig(**TOWER, vision_use_head=False),
        text_config=hf.Cohere2Config(**TEXT),
        downsample_factor=2,
        adapter_layer_norm_eps=1e-5,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
    )


SPLIT = {"size": {"longest_edge": 2 * SIDE}, "max_image_size": {"longest_edge": SIDE}}
MORE = {
    "vipllava": Pictured(
        _vipllava,
        "LlavaProcessor",
        PROCESSORS["llava"][2],
        {
            "image_token": "<image>",
            "patch_size": PATCH,
            "num_additional_image_tokens": 1,
            "vision_feature_select_strategy": "default",
        },
    ),
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
    "glm4v": Pictured(
        RECIPES["glm4v"].config,
        "Glm4vProcessor",
        {
            "image_processor_type": "Glm4vImageProcessor",
            **PATCHES,
            "size": {"shortest_edge": SIDE**2, "longest_edge": (2 * SIDE) ** 2},
        },
        {},
        {"video_processor_type": "Glm4vVideoProcessor", **PATCHES},
        mark="<vision><image></vision>",
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
    "mllama": Pictured(
        crossed_config,
        "MllamaProcessor",
        {"image_processor_type": "MllamaImageProcessor", "max_image_tiles": 2},
    ),
}
#: those of which it is known where each image token lies
MAPPED = ("vipllava", "paligemma", "gemma3", "idefics3", "glm4v")
#: those whose processors want something that isn't here
LACKING = {"smolvlm": "num2words", "mistral3": "Torchvision"}


def build(kind, where):
    """Write the folder of a checkpoint, as others save theirs."""
    made = MORE[kind]
    config = made.config()
    for name in ("image_token_id", "image_token_index"):
        if hasattr(config, name):
            setattr(config, name, SPECIAL.index(made.placeholder))
    for name, mark in (
        ("video_token_id", "<video>"),
        ("image_start_token_id", "<vision>"),
        ("image_end_token_id", "</vision>"),
        ("boi_token_index", "<boi>"),
        ("eoi_token_index", "<eoi>"),
    ):
        if hasattr(config, name):
            setattr(config, name, SPECIAL.index(mark))
    text = config.get_text_config()
    text.vocab_size, text.max_position_embeddings = VOCABULARY, 4096
    text.pad_token_id, text.bos_token_id, text.eos_token_id = 0, 1, 2
    torch.manual_seed(0)
    net = hf.AutoModelForImageTextToText.from_config(config)
    for name, weight in net.named_parameters():
        if name.endswith("_gate"):
            weight.data.fill_(0.8)
        elif weight.ndim > 1:
            weight.data.normal_(0, 0.12)
    net.save_pretrained(where)
    _tokenizer().save_pretrained(where)
    told = {"processor_class": made.processor, **made.told, "image_processor": {**IMAGE, **made.image}}
    videos = {} if made.video is None else {"video_processor": {**IMAGE, **made.video}}
    (where / "processor_config.json").write_text(json.dumps({**told, **videos}))
    (where / "chat_template.jinja").write_text(TEMPLATE.replace("IMAGE", made.mark))


def _tokenizer():
    known = {token: number for number, token in enumerate((*SPECIAL, *BYTES))}
    fast = Tokenizer(models.BPE(known, [], unk_token="<unk>"))  # noqa: S106 - no password
    fast.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    fast.decoder = decoders.ByteLevel()
    fast.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    marks = {"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=fast, padding_side="left", extra_special_tokens=MARKS, **marks
    )
