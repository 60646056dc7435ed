"""Processor tokens: what a processor calls the tokens that it writes, where classes of them differ."""

from typing import Any

#: what stands in the prompt for an image, where a processor calls by `image_token` what a template writes
ATOMS = {"Ovis2Processor": "<IMG_ATOM>"}


def image_token_of(processor: Any) -> int:
    """The id of the tokens that an image is; some processors call by this name what begins an image."""
    words, kind = processor.tokenizer, type(processor).__name__
    if kind in ATOMS:
        return int(words.convert_tokens_to_ids(ATOMS[kind]))
    told = getattr(processor, "image_token_id", None)
    if told is None:
        name = getattr(processor, "image_token", None) or getattr(words, "image_token", None)
        if name is None:
            raise ValueError(
                f"a processor wants a name for image tokens, a {kind} and its tokenizer have none"
            )
        told = words.convert_tokens_to_ids(name)
    begins = told == getattr(words, "boi_token_id", None)
    return int(words.image_token_id if begins and hasattr(words, "image_token_id") else told)


def separator_of(processor: Any) -> str:
    """What a processor writes behind a prompt unless it is told that a text goes on; of most, nothing."""
    if getattr(type(processor), "return_for_text_completion", None) is False:
        return str(processor.tokenizer.sep_token or "")
    return ""
