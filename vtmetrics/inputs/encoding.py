"""Encoding: one scene as a model's inputs, with its answer appended and every position named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

import torch
from torch import Tensor

from vtmetrics.inputs.layout import Layout
from vtmetrics.inputs.processor_tokens import image_token_of, separator_of
from vtmetrics.inputs.prompt_text import ENDS, begins_itself, rendered, told_apart
from vtmetrics.inputs.scene import Scene
from vtmetrics.stopwatch import timed

TOKEN_NAMES = ("image", "system", "question", "answer", "readout", "content", "first")
# Which tiles (S, images, tiles) each token reads, where a net reads its images across and not in the line.
CROSS_MASK = "cross_attention_mask"
# What is laid along the sequence, and what fills it on the left.
_BESIDE_IDS = ("attention_mask", "mm_token_type_ids", "moe_mm_token_type_ids", "token_type_ids")
SEQUENCE = dict.fromkeys(("input_ids", *_BESIDE_IDS, CROSS_MASK), 0)

# What some processors call inputs that their nets have given other names.
OLD_NAMES = {"pixel_values_images": "pixel_values"}


@dataclass(frozen=True)
class Encoded:
    """A prompt and its teacher-forced answer.

    `inputs` are the tensors of one row; `masks` name its positions (S,). ANSWER are the answer's tokens,
    READOUT the positions whose logits predict them, CONTENT the answer tokens that say something, FIRST the
    prompt's first token, which most of the attention rests on. `also` are the tokens of other right answers,
    those that say something.
    """

    scene: Scene
    inputs: Mapping[str, Tensor]
    masks: Mapping[str, Tensor]
    also: tuple[Tensor, ...] = ()

    @property
    def length(self) -> int:
        """Tokens in the row."""
        return int(self.inputs["input_ids"].shape[1])

    @property
    def shape(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """What the rows of a batch have in common beside the sequence: as many tiles of an image."""
        beside = (name for name in self.inputs if name not in SEQUENCE)
        return tuple((name, tuple(self.inputs[name].shape[1:])) for name in beside)


@timed("encoding")
def encode(processor: Any, scene: Scene, *, answered: bool = True) -> Encoded:
    """The scene as one row: chat template, images and prompt, and the gold answer if it is to be scored."""
    prompt = rendered(processor, scene)
    answer = scene.answer.strip() if answered else ""
    if answered and not answer:
        raise ValueError(f"scene {scene.id} wants an answer to be scored, got {scene.answer!r}")
    answer = _following(prompt, answer)
    inputs, offsets = (_apart if told_apart(processor) else _together)(processor, scene, prompt, answer)
    masks = _masks(processor, scene, inputs, offsets, prompt, answer)
    if answer and not told_apart(processor):
        _check_kept(processor, prompt, answer, inputs["input_ids"][0][masks["answer"]])
    also = tuple(_said(processor.tokenizer, prompt, other) for other in scene.also) if answered else ()
    return Encoded(scene, inputs, masks, also)


def _together(
    processor: Any, scene: Scene, prompt: str, answer: str, **apart: Any
) -> tuple[dict[str, Tensor], Tensor]:
    """What a processor makes of a prompt and its answer, and which characters each token is (S, 2)."""
    told = {"add_special_tokens": not begins_itself(processor, prompt), **_as_told(processor), **apart}
    try:
        given = processor(
            images=list(scene.images) or None,
            text=[prompt + answer],
            return_tensors="pt",
            return_offsets_mapping=True,
            **told,
        )
    except Exception as error:
        if len(scene.images) < 2 or isinstance(error, OSError):
            raise
        raise ValueError(_several(processor, scene, error)) from error
    named = {OLD_NAMES.get(name, name): value for name, value in given.items()}
    inputs = {name: tensor for name, tensor in named.items() if isinstance(tensor, Tensor)}
    kind, rows = type(processor).__name__, len(given["input_ids"])
    if rows != 1:
        raise ValueError(f"a processor wants to write the one prompt it is given, a {kind} writes {rows}")
    if "offset_mapping" not in inputs:
        raise ValueError(f"a processor wants to tell which characters its tokens are, a {kind} does not")
    return inputs, inputs.pop("offset_mapping")[0]


def _several(processor: Any, scene: Scene, error: Exception) -> str:
    """Why several images stand in no prompt of a processor, in its own first words."""
    sizes = " and ".join(f"{wide} × {high}" for wide, high in (image.size for image in scene.images))
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    kind = type(processor).__name__
    return f"scene {scene.id} has images of {sizes} in one prompt, which a {kind} does not take: {said}"


def _as_told(processor: Any) -> dict[str, bool]:
    """What a processor is told besides: to say of which kind tokens are if its net asks, to end no text."""
    told = {"return_mm_token_type_ids": "mm_token_type_ids" in processor.model_input_names}
    if separator_of(processor):
        told["return_for_text_completion"] = True
    return {name: value for name, value in told.items() if value}


def _apart(processor: Any, scene: Scene, prompt: str, answer: str) -> tuple[dict[str, Tensor], Tensor]:
    """The same where prompts are read both ways: an answer among them would be read by what predicts it."""
    told = {"suffix": [answer]} if answer else {}
    inputs, offsets = _together(processor, scene, prompt.removesuffix(ENDS), "", **told)
    inputs.pop("labels", None)
    if not answer:
        return inputs, offsets
    behind = inputs["token_type_ids"][0].bool()
    offsets[behind] += offsets[~behind].max()
    kept = {name: part[:, :-1] if name in SEQUENCE else part for name, part in inputs.items()}
    return kept, offsets[:-1]  # such a processor ends an answer itself


def _following(prompt: str, answer: str) -> str:
    """The answer with a blank before it, if the prompt has none at its end."""
    return " " + answer if answer and not prompt[-1:].isspace() else answer


def _said(tokenizer: Any, prompt: str, answer: str) -> Tensor:
    """The tokens of an answer that say something, as they would follow the prompt."""
    tokens = _behind(tokenizer, prompt, _following(prompt, answer.strip()))
    return tokens[_says(tokenizer, tokens)]


def _behind(tokenizer: Any, prompt: str, answer: str) -> Tensor:
    """The tokens of what follows a prompt."""
    given = tokenizer(prompt + answer, return_offsets_mapping=True, add_special_tokens=False)
    pairs = zip(given["input_ids"], given["offset_mapping"], strict=True)
    return torch.tensor([i for i, (start, end) in pairs if end > max(start, len(prompt))], dtype=torch.long)


def _check_kept(processor: Any, prompt: str, answer: str, found: Tensor) -> None:
    """Refuse a processor that writes something of its own where the answer is to stand."""
    words = processor.tokenizer
    if found.tolist() != _behind(words, prompt, answer).tolist():
        raise ValueError(
            f"a processor wants to end a text with the answer, {answer.strip()!r}, "
            f"a {type(processor).__name__} ends it with {words.decode(found.tolist())!r}"
        )


def _masks(
    processor: Any, scene: Scene, inputs: Mapping[str, Tensor], offsets: Tensor, prompt: str, answer: str
) -> dict[str, Tensor]:
    """Names for positions, by characters counted from the end: image placeholders expand at the front."""
    ids, across = inputs["input_ids"][0], CROSS_MASK in inputs
    start, end = offsets[:, 0], offsets[:, 1]
    total = int(end.max())
    answered = (end > total - len(answer)) & (end > start)
    after = len(prompt) - prompt.rindex(scene.prompt) + len(answer)
    asked = (end > total - after) & (start < total - after + len(scene.prompt)) & (end > start)
    image = (ids == image_token_of(processor)) & (not across)
    if scene.images and not (across or image.any()):
        raise ValueError(
            f"the prompt of scene {scene.id} has no image token, {len(scene.images)} image(s) came"
        )
    if answer and not answered.any():
        raise ValueError(f"scene {scene.id} wants an answer to be scored, {scene.answer!r} has no token")
    readout = answered.roll(-1)
    readout[-1] = not answer
    question = asked & ~image
    first = torch.arange(len(ids)) == 0
    return {
        "image": image,
        "question": question,
        "answer": answered,
        "system": ~(image | question | answered),
        "readout": readout,
        "content": answered & _says(processor.tokenizer, ids),
        "first": first,
    }


def _says(tokenizer: Any, ids: Tensor) -> Tensor:
    """Which tokens say something: neither punctuation nor special; those are known without looking."""
    special = set(tokenizer.all_special_ids)
    says = [i not in special and _is_word(tokenizer.decode([i])) for i in ids.tolist()]
    return torch.tensor(says, dtype=torch.bool)


def _is_word(piece: str) -> bool:
    """Whether a piece is more than punctuation and blanks; a part of a character is."""
    return any(category(char)[0] not in "PZC" for char in piece)


def collate(rows: Sequence[Encoded], device: str | torch.device = "cpu") -> tuple[dict[str, Tensor], Layout]:
    """Rows of unequal length as one batch, padded on the left, and where everything is in it.

    The inputs go to the device. The layout stays on the host, where it costs nothing to look at.
    """
    length = max(row.length for row in rows)
    inputs = {}
    for name in rows[0].inputs:
        tensors = [row.inputs[name] for row in rows]
        if name in SEQUENCE:
            tensors = [_left(tensor, length, SEQUENCE[name]) for tensor in tensors]
        inputs[name] = torch.cat(tensors, _along(name, rows[0])).to(device)
    masks = {
        name: torch.cat([_left(row.masks[name][None], length, fill=False) for row in rows])
        for name in TOKEN_NAMES
    }
    valid = torch.cat(
        [_left(torch.ones(1, row.length, dtype=torch.bool), length, fill=False) for row in rows]
    )
    keys = tuple(row.scene.digest for row in rows)
    tiles = inputs[CROSS_MASK].any(1).flatten(1).cpu() if CROSS_MASK in inputs else None
    return inputs, Layout(masks=masks, valid=valid, keys=keys, tiles=tiles)


def _along(name: str, row: Encoded) -> int:
    """The axis along which rows come one after another: some processors lay all patches side by side."""
    return -1 if name == "pixel_values" and "target_sizes" in row.inputs else 0


def _left(tensor: Tensor, length: int, fill: float) -> Tensor:
    beside = (0, 0) * (tensor.ndim - 2)
    return torch.nn.functional.pad(tensor, (*beside, length - tensor.shape[1], 0), value=fill)
