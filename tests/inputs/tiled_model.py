"""A tiny LLaVA-NeXT, whose images are as many tokens as their sides ask for."""

import torch
import transformers as hf
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil

from fixtures.models.tokenizer import TEMPLATES, tokenizer

SIDE, PATCH = 16, 4
TOWER = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": SIDE,
    "patch_size": PATCH,
}
#: one tile, two beside each other, two above each other
GRIDS = [[SIDE, SIDE], [SIDE, 2 * SIDE], [2 * SIDE, SIDE]]


def net_and_processor():
    """The net with random weights, and the processor of its family."""
    words = tokenizer("llava")
    known = words.get_vocab()
    text = hf.MistralConfig(
        vocab_size=len(known),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        sliding_window=None,
        initializer_range=0.12,
    )
    config = hf.LlavaNextConfig(
        vision_config=hf.CLIPVisionConfig(**TOWER),
        text_config=text,
        image_token_index=known["<image>"],
        image_grid_pinpoints=GRIDS,
    )
    torch.manual_seed(0)
    net = hf.LlavaNextForConditionalGeneration._from_config(config).eval().requires_grad_(requires_grad=False)
    images = LlavaNextImageProcessorPil(
        size={"shortest_edge": SIDE},
        crop_size={"height": SIDE, "width": SIDE},
        image_grid_pinpoints=GRIDS,
    )
    return net, hf.LlavaNextProcessor(
        images,
        words,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        chat_template=TEMPLATES["llava"],
        num_additional_image_tokens=1,
    )
