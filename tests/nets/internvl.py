"""A tiny InternVL as the hub has it: the other family whose processor wants a part for videos."""

import json

from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
from transformers import AutoModelForImageTextToText, InternVLConfig, PreTrainedTokenizerFast

SPECIAL = ("<end>", "<img>", "</img>", "<IMG_CONTEXT>", "<video>", "<unk>")
WORDS = ("what", "color", "is", "the", "?", "one", "word")
_VISION = {
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "image_size": [48, 48],
    "patch_size": [6, 6],
}
_TEXT = {
    "model_type": "qwen2",
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
}
_IMAGE = {
    "image_processor_type": "GotOcr2ImageProcessor",
    "size": {"height": 48, "width": 48},
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
_PROCESSOR = {
    "processor_class": "InternVLProcessor",
    "image_seq_length": 16,
    "image_processor": _IMAGE,
    "video_processor": {"video_processor_type": "InternVLVideoProcessor"},
}
_NAMED = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
    "video_token": "<video>",
}
_TEMPLATE = """{% for message in messages %}{% for part in message['content'] %}\
{{ '<IMG_CONTEXT> ' if part['type'] == 'image' else part['text'] }}{% endfor %}{% endfor %}"""


def build(where):
    """Write the directory."""
    config = InternVLConfig(
        vision_config=_VISION, text_config=_TEXT, image_token_id=3, image_seq_length=16, downsample_ratio=0.5
    )
    AutoModelForImageTextToText.from_config(config).save_pretrained(where)
    _tokenizer().save_pretrained(where)
    (where / "processor_config.json").write_text(json.dumps(_PROCESSOR))
    (where / "chat_template.jinja").write_text(_TEMPLATE)


def _tokenizer():
    known = {token: index for index, token in enumerate((*SPECIAL, *WORDS))}
    marks = {"unk_token": "<unk>", "pad_token": "<end>", "eos_token": "<end>"}
    fast = Tokenizer(models.WordLevel(known, marks["unk_token"]))
    fast.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return PreTrainedTokenizerFast(tokenizer_object=fast, extra_special_tokens=_NAMED, **marks)
