"""How an answer is written: greedily, or drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vtmetrics.tokens import generator


@dataclass(frozen=True)
class Writing:
    """A decoding strategy and how many tokens it may write; drawn ones have a seed."""

    tokens: int
    temperature: float | None = None
    top_p: float = 1.0
    top_k: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.tokens < 1:
            raise ValueError(f"an answer has at least one token, got {self.tokens}")
        if self.temperature is not None and self.temperature <= 0:
            raise ValueError(f"a temperature is positive, got {self.temperature}")

    def __str__(self) -> str:
        if self.temperature is not None:
            cut = f"top_p={self.top_p!r}, top_k={self.top_k}"
            return f"drawn({self.tokens}, temperature={self.temperature!r}, {cut}, seed={self.seed})"
        return f"greedy({self.tokens})"

    @property
    def drawn(self) -> bool:
        """Whether chance has a part in it."""
        return self.temperature is not None

    @property
    def options(self) -> dict[str, Any]:
        """What `generate` is told; nothing is left to a checkpoint's own generation config."""
        chance = (self.temperature, self.top_p, self.top_k) if self.drawn else (None, None, None)
        told = {"max_new_tokens": self.tokens, "num_beams": 1, "do_sample": self.drawn}
        return told | dict(zip(("temperature", "top_p", "top_k"), chance, strict=True))


def greedy(tokens: int) -> Writing:
    """The most likely token each time."""
    return Writing(tokens)


def drawn(
    tokens: int, *, temperature: float = 1.0, top_p: float = 1.0, top_k: int = 0, seed: int = 0
) -> Writing:
    """Drawn from the distribution, sharpened or cut off; the same draw for a scene in every run."""
    return Writing(tokens, temperature, top_p, top_k, seed)


@torch.no_grad()
def written(
    net: Any, processor: Any, inputs: dict[str, Tensor], how: Writing, keys: Sequence[str]
) -> list[str]:
    """What the net writes after each prompt of a batch; a drawn answer wants a batch of one."""
    if how.drawn and len(keys) != 1:
        raise ValueError(f"a drawn answer has a seed of its own: one prompt at a time, not {len(keys)}")
    with torch.random.fork_rng(enabled=how.drawn):
        if how.drawn:
            torch.manual_seed(generator(how.seed, keys[0], "drawn").initial_seed())
        out = net.generate(**inputs, **how.options, repetition_penalty=1.0)
    new = out[:, inputs["input_ids"].shape[1] :]
    return [text.strip() for text in processor.tokenizer.batch_decode(new, skip_special_tokens=True)]
