"""What a beam search must find, worked out the slow way: every text is read from its start by the oracle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from tests.engine.oracle import Oracle, Step
from tests.engine.small_nets import UNSAID

Follow = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, order=True)
class Text:
    """Tokens and how likely they are: the sum of their log-probabilities, or at the end its mean."""

    score: float
    tokens: tuple[int, ...] = ()


def following(
    net: Any, inputs: Mapping[str, Any], masks: Mapping[str, Any], steps: Sequence[Step], row: int
) -> Follow:
    """The log-probabilities (n, V) of what follows n texts (n, t) of one row of the edited run."""
    rows = len(inputs["input_ids"])

    def follow(texts: torch.Tensor) -> torch.Tensor:
        own = {name: torch.cat([given.chunk(rows)[row]] * len(texts)) for name, given in inputs.items()}
        there = {name: mask[row].expand(len(texts), -1) for name, mask in masks.items()}
        said = Oracle(net, own, there, texts).logits(steps)[:, -1].log_softmax(-1)
        return said.index_fill(1, torch.tensor(UNSAID), -torch.inf)

    return follow


def search(follow: Follow, length: int, width: int, ends: Sequence[int] = ()) -> tuple[Text, float]:
    """The best of the finished texts, and by how little anything was decided on the way.

    A text is finished when it is long enough, or at an end while it is among the `width` best; as many of
    these are kept, by their mean. The others go on, until the best of them is no better than the worst kept.
    """
    running, kept, margin = [Text(0.0)], [], float("inf")
    for size in range(1, length + 1):
        best = _continued(running, follow)[: (2 + len(ends)) * width]
        margin = min(margin, best[width - 1].score - best[width].score)
        ended = [text for text in best[:width] if size == length or text.tokens[-1] in ends]
        kept += [Text(text.score / size, text.tokens) for text in ended]
        kept = sorted(kept, reverse=True)[:width]
        running = [text for text in best if text.tokens[-1] not in ends][:width]
        if len(kept) == width and running[0].score / size <= kept[-1].score:
            break
    return kept[0], min([margin, *(kept[0].score - text.score for text in kept[1:2])])


def _continued(running: Sequence[Text], follow: Follow) -> list[Text]:
    """Every text by every token, the likeliest first."""
    scores = follow(torch.tensor([text.tokens for text in running], dtype=torch.long)).tolist()
    found = [
        Text(text.score + score, (*text.tokens, token))
        for text, row in zip(running, scores, strict=True)
        for token, score in enumerate(row)
    ]
    return sorted(found, reverse=True)
