"""A scene as tensors, and where its named tokens are."""

from vtmetrics.inputs.encoding import Encoded, collate, encode
from vtmetrics.inputs.layout import Layout, require_layout
from vtmetrics.inputs.processor_tokens import image_token_of
from vtmetrics.inputs.prompt_text import told_apart
from vtmetrics.inputs.scene import Box, Scene, in_eight_bits, picture_name
from vtmetrics.inputs.spelling import whole_words, words

__all__ = [
    "Box",
    "Encoded",
    "Layout",
    "Scene",
    "collate",
    "encode",
    "image_token_of",
    "in_eight_bits",
    "picture_name",
    "require_layout",
    "told_apart",
    "whole_words",
    "words",
]
