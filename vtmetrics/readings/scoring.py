"""Scoring: what all scenes of a block say under one edit, as a few numbers a word, made where the logits are.

Of logits nothing else leaves the device; they are scored for all rows at once, and nobody waits for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.metrics import js
from vtmetrics.readings.answers import Answer, rightly_said

#: how many logits are handled at once, in double precision
AT_ONCE = 1 << 22


@dataclass(frozen=True, eq=False)
class Spoken:
    """The logits (N, V) and last states (N, D) at the scored words of all rows, one row after the other."""

    logits: Tensor
    states: Tensor


def scored(run: Spoken, plain: Spoken, gold: Tensor) -> Tensor:
    """The numbers of an Answer, (5, N) float64 on the run's device, beside what the plain run says."""
    words = max(1, AT_ONCE // run.logits.shape[-1])
    parts = zip(*(torch.split(some, words) for some in (run.logits, plain.logits, gold)), strict=True)
    said = torch.cat([_of_words(*part) for part in parts], dim=1)
    alike = torch.nn.functional.cosine_similarity(run.states.double(), plain.states.double(), dim=-1)
    finite = said[-1] * run.states.isfinite().all(-1)
    return torch.stack([*said[:-1], alike, finite])


def _of_words(logits: Tensor, plain: Tensor, gold: Tensor) -> Tensor:
    likely = logits.double().log_softmax(-1).gather(-1, gold[:, None])[:, 0]
    finite = logits.isfinite().all(-1)
    return torch.stack([logits.argmax(-1).double(), likely, js(logits, plain), finite.double()])


def answers_of(
    numbers: Tensor, counts: Sequence[int], known: Tensor, gold: Tensor, also: Sequence[Sequence[Tensor]]
) -> list[Answer]:
    """The answer of each row, of so many words; `known` says which tokens spell the same word.

    All of it lies on the host: the numbers (5, N), the gold tokens (N,), other right answers of each row.
    """
    rows = torch.split(numbers, list(counts), 1), torch.split(gold, list(counts)), also
    return [_answer(of_row, known, words, others) for of_row, words, others in zip(*rows, strict=True)]


def _answer(numbers: Tensor, known: Tensor, gold: Tensor, also: Sequence[Tensor]) -> Answer:
    top, logprob, apart, alike, finite = numbers
    tokens = top.long()
    right = rightly_said(known[tokens], known[gold], [known[other] for other in also])
    return Answer(tokens, right, logprob, apart, alike, bool(finite.all()))
