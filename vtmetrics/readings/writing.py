"""Writing an answer with generate(): greedily, drawn, or searched for with beams."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import generator
from vtmetrics.engine import lent
from vtmetrics.stopwatch import timed

#: what transformers does unless a checkpoint says otherwise: a search ranks its finished texts by their mean
#: log-probability, the end among their tokens, and ends where no running one is above its worst finished one
NEUTRAL = {
    "num_return_sequences": 1,
    "length_penalty": 1.0,
    "early_stopping": False,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "min_length": 0,
    "min_new_tokens": None,
}


@dataclass(frozen=True)
class Decoding:
    """A decoding strategy and how many tokens it may write; drawn ones have a seed, searches a width."""

    tokens: int
    temperature: float | None = None
    top_p: float = 1.0
    top_k: int = 0
    seed: int = 0
    width: int = 1

    def __post_init__(self) -> None:
        if self.tokens < 1:
            raise ValueError(f"an answer has at least one token, got {self.tokens}")
        if self.temperature is not None and self.temperature <= 0:
            raise ValueError(f"a temperature is positive, got {self.temperature}")
        if self.width < 1:
            raise ValueError(f"a search has at least one beam, got {self.width}")
        if self.width > 1 and self.drawn:
            both = f"{self.width} beams at temperature {self.temperature}"
            raise ValueError(f"a text is drawn or searched for with beams, got {both}")

    def __str__(self) -> str:
        if self.temperature is not None:
            cut = f"top_p={self.top_p!r}, top_k={self.top_k}"
            return f"drawn({self.tokens}, temperature={self.temperature!r}, {cut}, seed={self.seed})"
        return f"beams({self.tokens}, width={self.width})" if self.width > 1 else f"greedy({self.tokens})"

    @property
    def drawn(self) -> bool:
        """Whether chance has a part in it."""
        return self.temperature is not None

    @property
    def options(self) -> dict[str, Any]:
        """What `generate` is told; nothing is left to a checkpoint's own generation config."""
        told = {"max_new_tokens": self.tokens, "num_beams": self.width, "do_sample": False}
        return told | NEUTRAL | dict.fromkeys(("temperature", "top_p", "top_k"))


def greedy(tokens: int) -> Decoding:
    """The most likely token each time."""
    return Decoding(tokens)


def drawn(
    tokens: int, *, temperature: float = 1.0, top_p: float = 1.0, top_k: int = 0, seed: int = 0
) -> Decoding:
    """Drawn from the distribution, sharpened or cut off; the same draw for a scene in every run."""
    return Decoding(tokens, temperature, top_p, top_k, seed)


def beams(tokens: int, *, width: int = 4) -> Decoding:
    """The most likely text that a search of this width finds; of width 1, the greedy one."""
    return Decoding(tokens, width=width)


@timed("writing")
@torch.no_grad()
def write_answers(
    net: Any, processor: Any, inputs: dict[str, Tensor], how: Decoding, keys: Sequence[str]
) -> list[str]:
    """What the net writes after each prompt of a batch; `keys` seed the draws of its rows."""
    noise = [chance(how, keys)] if how.drawn else []
    out = net.generate(**lent(inputs), **how.options, logits_processor=noise)
    new = out[:, inputs["input_ids"].shape[1] :]
    return [text.strip() for text in processor.tokenizer.batch_decode(new, skip_special_tokens=True)]


def chance(how: Decoding, keys: Sequence[str]) -> Callable[[Tensor, Tensor], Tensor]:
    """What is added to logits so that the largest is a draw: each row's own noise, whoever is beside it.

    The largest of logits with Gumbel noise is distributed as their softmax (Gumbel 1954).
    """
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper  # noqa: PLC0415

    warpers: list[Any] = [TemperatureLogitsWarper(how.temperature)]
    warpers += [TopKLogitsWarper(how.top_k)] if how.top_k else []
    warpers += [TopPLogitsWarper(how.top_p)] if how.top_p < 1 else []
    sources = [generator(how.seed, key, "drawn") for key in keys]

    def drawn_of(ids: Tensor, logits: Tensor) -> Tensor:
        for warp in warpers:
            logits = warp(ids, logits)
        noise = [torch.empty(logits.shape[-1]).exponential_(generator=source) for source in sources]
        return logits - torch.stack(noise).log().to(logits)

    return drawn_of
