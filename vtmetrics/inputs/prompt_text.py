"""The text of a prompt: what a chat template makes of a scene's question, up to where the answer begins."""

import inspect
from typing import Any

from vtmetrics.inputs.processor_tokens import separator_of
from vtmetrics.inputs.scene import Scene

#: What is written behind a prompt by a processor that is told the answer apart.
ENDS = "\n"


def rendered(processor: Any, scene: Scene) -> str:
    """The prompt as the model's own chat template writes it, up to where the answer begins.

    A processor that is told answers apart lays out a prompt itself, and may have no template.
    """
    if told_apart(processor) and not getattr(processor, "chat_template", None):
        return f"{processor.image_token * len(scene.images)}{scene.prompt}{ENDS}"
    content = [{"type": "image"} for _ in scene.images] + [{"type": "text", "text": scene.prompt}]
    messages = [{"role": "user", "content": content}]
    template = getattr(processor, "chat_template", None) or processor.tokenizer.chat_template
    text = processor.apply_chat_template(
        messages, chat_template=template, add_generation_prompt=True, tokenize=False
    )
    if scene.prompt not in text:
        raise ValueError(f"a chat template repeats the prompt, this one makes {text!r} of {scene.prompt!r}")
    if told_apart(processor):
        return f"{text}{ENDS}"
    separator = separator_of(processor)
    return str(text) if text.endswith(separator) else f"{text}{separator}"


def begins_itself(processor: Any, prompt: str) -> bool:
    """Whether the template has written the first special token itself."""
    first = processor.tokenizer.bos_token
    return first is not None and prompt.startswith(first)


def told_apart(processor: Any) -> bool:
    """Whether a processor wants to be told an answer apart from its prompt."""
    return "suffix" in inspect.signature(type(processor).__call__).parameters
