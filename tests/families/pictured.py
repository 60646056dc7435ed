"""Nets with the processors of their types: small and random, with pixels painted for them and nothing else.

Every processor is built from its classes, with a tokenizer of bytes. Types of which the part for images needs
torchvision are not built.
"""

import json

import torch
import transformers as hf
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from tests.families.coded import CODED
from tests.families.gridded import GRIDDED
from tests.families.squared import SQUARED
from tests.families.tiled import TILED
from tests.suite.foreign_checkpoints import IMAGE, NAMED, TEMPLATE

SPECIAL = (
    *("<pad>", "<s>", "</s>", "<image>", "<video>", "<vision>", "</vision>", "<unk>"),
    *("[IMG_BREAK]", "[IMG_END]", "<boi>", "<eoi>", "<fake_token_around_image>", "<global-img>"),
    *(f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)),
    *("<|python_tag|>", "<end_of_utterance>", "<|IMG_PATCH|>"),
    *("<|IMAGE_PAD|>", "<|VIDEO_PAD|>", "<|VISION_START|>", "<|VISION_END|>", "<imgpad>"),
    *("|SPEAKER|", "|NEWLINE|", "<sep>", "<sound>", "<image_id>", "</image_id>"),
    *("<IMG_ATOM>", "<IMG_START>", "<IMG_GRID>", "<IMG_COL>", "<IMG_ROW>", "<IMG_END>"),
)
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
MARKS = {
    **NAMED,
    "boi_token": "<boi>",
    "eoi_token": "<eoi>",
    "image_boundary_token": "<fake_token_around_image>",
}
#: paligemma adds more than a thousand names of places
VOCABULARY = 1489
INDICATORS = ("START", "GRID", "COL", "ROW", "END")
MORE = {**SQUARED, **TILED, **GRIDDED, **CODED}
#: those of which it is known where each image token lies, and those that are painted in nox -s families alone
MAPPED = ("vipllava", "paligemma", "gemma3", "idefics3", "glm4v", "ovis2")
MAPPED_TOO = (
    *("glm46v", "glm4v_moe", "glm_ocr", "glmga", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe", "cosmos3_omni"),
    *("cohere_compass", "ernie4_5_vl_moe", "exaone4_5", "hyperclovax_vision_v2", "lfm3_vl"),
    *("deepseek_vl", "janus", "llava_next_video", "qianfan_ocr", "smolvlm", "video_llava"),
)
#: a word of what processors say that were not built: of what they lack, or of what they do
LACKING = {
    **dict.fromkeys(("mistral3", "cohere2_vision", "gemma4_unified", "kimi_k25", "llama4"), "Torchvision"),
    **dict.fromkeys(("lfm2_vl", "minicpm_ocr", "minimax_m3_vl", "molmo2", "muse_glimmer"), "Torchvision"),
    **dict.fromkeys(("muse_spark", "step3p7", "unlimited_ocr"), "Torchvision"),
    "mistral4": "words alone",
    "fuyu": "transpose",
    "shieldgemma2": "the one prompt it is given",
}


def build(kind, where, *, sharded=False):
    """Write the folder of a checkpoint, as others save theirs; sharded, the weights are in several files."""
    made = MORE[kind]
    config = made.config()
    for name in ("image_token_id", "image_token_index"):
        if hasattr(config, name):
            setattr(config, name, SPECIAL.index(made.placeholder))
    for name, mark in (
        ("video_token_id", "<video>"),
        ("vision_start_token_id", "<vision>"),
        ("vision_end_token_id", "</vision>"),
        ("image_start_token_id", "<vision>"),
        ("image_end_token_id", "</vision>"),
        ("boi_token_index", "<boi>"),
        ("eoi_token_index", "<eoi>"),
    ):
        if hasattr(config, name):
            setattr(config, name, SPECIAL.index(mark))
    if hasattr(config, "visual_indicator_token_ids"):
        config.visual_indicator_token_ids = [SPECIAL.index(f"<IMG_{name}>") for name in INDICATORS]
    text = config.get_text_config()
    text.vocab_size, text.max_position_embeddings = VOCABULARY, 4096
    text.pad_token_id, text.bos_token_id, text.eos_token_id = 0, 1, 2
    torch.manual_seed(0)
    net = hf.AutoModelForImageTextToText.from_config(config, attn_implementation=made.attention)
    for name, weight in net.named_parameters():
        if name.endswith("_gate"):
            weight.data.fill_(0.8)
        elif weight.ndim > 1:
            weight.data.normal_(0, 0.12)
    net.save_pretrained(where, max_shard_size="100KB" if sharded else "1GB")
    _tokenizer(made.named).save_pretrained(where)
    told = {"processor_class": made.processor, **made.told, "image_processor": {**IMAGE, **made.image}}
    videos = {} if made.video is None else {"video_processor": {**IMAGE, **made.video}}
    (where / "processor_config.json").write_text(json.dumps({**told, **videos}))
    (where / "chat_template.jinja").write_text(TEMPLATE.replace("IMAGE", made.mark))


def attention(kind):
    """The attention a type is loaded with: transformers has some in eager mode alone."""
    return MORE[kind].attention if kind in MORE else "sdpa"


def _tokenizer(named):
    known = {token: number for number, token in enumerate((*SPECIAL, *BYTES))}
    fast = Tokenizer(models.BPE(known, [], unk_token="<unk>"))  # noqa: S106 - no password
    fast.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    fast.decoder = decoders.ByteLevel()
    fast.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    marks = {
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "<sep>",
    }
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=fast, padding_side="left", extra_special_tokens={**MARKS, **named}, **marks
    )
