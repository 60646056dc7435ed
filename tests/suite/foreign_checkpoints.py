"""Checkpoints of all seven types as others save them: small, random, with bytes and towers of their own."""

import json

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForImageTextToText, PreTrainedTokenizerFast

from tests.engine import small_nets

SPECIAL = ("<pad>", "<s>", "</s>", "<image>", "<video>", "<vision>", "</vision>", "<unk>")
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
SIDE, PATCH = small_nets.SIDE, small_nets.PATCH
TOKENS = (SIDE // PATCH) ** 2
IMAGE = {
    "do_resize": True,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "do_convert_rgb": True,
    "size": {"height": SIDE, "width": SIDE},
}
CROPPED = {"size": {"shortest_edge": SIDE}, "crop_size": {"height": SIDE, "width": SIDE}}
TILED = {**CROPPED, "do_center_crop": True, "image_grid_pinpoints": [[SIDE, SIDE]], "do_pad": True}
PIXELS = {"shortest_edge": SIDE**2, "longest_edge": SIDE**2}
PATCHES = {"size": PIXELS, "patch_size": PATCH, "merge_size": 2, "temporal_patch_size": 1}
VISION = {"image_token": "<image>", "patch_size": PATCH, "num_additional_image_tokens": 1}
#: of each type the processor, what it is told, its part for images and its part for videos
PROCESSORS = {
    "llava": (
        "LlavaProcessor",
        VISION | {"vision_feature_select_strategy": "default"},
        {"image_processor_type": "CLIPImageProcessor", **CROPPED, "do_center_crop": True},
        None,
    ),
    "llava_next": (
        "LlavaNextProcessor",
        VISION | {"vision_feature_select_strategy": "default"},
        {"image_processor_type": "LlavaNextImageProcessor", **TILED},
        None,
    ),
    "llava_onevision": (
        "LlavaOnevisionProcessor",
        {
            "image_token": "<image>",
            "video_token": "<video>",
            "num_image_tokens": TOKENS,
            "vision_feature_select_strategy": "full",
        },
        {"image_processor_type": "LlavaOnevisionImageProcessor", "image_grid_pinpoints": [[SIDE, SIDE]]},
        {"video_processor_type": "LlavaOnevisionVideoProcessor"},
    ),
    **{
        kind: (
            name,
            {},
            {"image_processor_type": "Qwen2VLImageProcessor", **PATCHES},
            {"video_processor_type": video, **PATCHES},
        )
        for kind, name, video in (
            ("qwen2_vl", "Qwen2VLProcessor", "Qwen2VLVideoProcessor"),
            ("qwen2_5_vl", "Qwen2_5_VLProcessor", "Qwen2VLVideoProcessor"),
            ("qwen3_vl", "Qwen3VLProcessor", "Qwen3VLVideoProcessor"),
        )
    },
    "internvl": (
        "InternVLProcessor",
        {"image_seq_length": TOKENS // 4},
        {"image_processor_type": "GotOcr2ImageProcessor"},
        {"video_processor_type": "InternVLVideoProcessor"},
    ),
}
NAMED = {
    "image_token": "<image>",
    "video_token": "<video>",
    "vision_start_token": "<vision>",
    "vision_end_token": "</vision>",
    "vision_bos_token": "<vision>",
    "vision_eos_token": "</vision>",
    "start_image_token": "<vision>",
    "end_image_token": "</vision>",
    "context_image_token": "<image>",
}
TEMPLATE = """{% for message in messages %}{{ '<s>' + message['role'] + ': ' }}\
{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ 'IMAGE' }}\
{% else %}{{ part['text'] }}{% endif %}{% endfor %}{{ '</s>' }}{% endfor %}\
{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"""


def build(kind, where, *, sharded=False):
    """Write the folder; sharded, the weights are in several files with an index."""
    config = small_nets.RECIPES[kind].config()
    for part, name in ((config, "image_token_id"), (config, "video_token_id")):
        setattr(part, name, SPECIAL.index("<image>" if name.startswith("image") else "<video>"))
    for name, mark in (("vision_start_token_id", "<vision>"), ("vision_end_token_id", "</vision>")):
        if hasattr(config, name):
            setattr(config, name, SPECIAL.index(mark))
    if kind == "internvl":
        config.image_seq_length = TOKENS // 4
    text = config.text_config
    text.vocab_size, text.max_position_embeddings = len(SPECIAL) + len(BYTES) + 8, 4096
    text.pad_token_id, text.bos_token_id, text.eos_token_id = 0, 1, 2
    torch.manual_seed(0)
    net = AutoModelForImageTextToText.from_config(config)
    net.save_pretrained(where, max_shard_size="100KB" if sharded else "1GB")
    _tokenizer().save_pretrained(where)
    name, told, image, video = PROCESSORS[kind]
    told = {"processor_class": name, **told, "image_processor": IMAGE | image}
    (where / "processor_config.json").write_text(
        json.dumps(told | ({"video_processor": IMAGE | video} if video else {}))
    )
    mark = "<vision><image></vision>" if "qwen" in kind else "<image>"
    (where / "chat_template.jinja").write_text(TEMPLATE.replace("IMAGE", mark))


def _tokenizer():
    known = {token: number for number, token in enumerate((*SPECIAL, *BYTES))}
    fast = Tokenizer(models.BPE(known, [], unk_token="<unk>"))  # noqa: S106 - no password
    fast.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    fast.decoder = decoders.ByteLevel()
    fast.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    marks = {"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}
    return PreTrainedTokenizerFast(
        tokenizer_object=fast, padding_side="left", extra_special_tokens=NAMED, **marks
    )
