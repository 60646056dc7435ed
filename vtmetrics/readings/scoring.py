"""Scoring: what all scenes of a block say under one edit, as a few numbers a word, made where the logits are.

Of logits nothing else leaves the device; they are scored for all rows at once, and nobody waits for them.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from vtmetrics.readings.answers import OF_WORDS, Answer, Spoken, rightly_said

#: how many logits are handled at once, in double precision
AT_ONCE = 1 << 22


def scored(run: Spoken, plain: Spoken, gold: Tensor) -> Tensor:
    """The numbers of all words, one below the other: top, finite, OF_WORDS; float64 on the run's device."""
    words = max(1, AT_ONCE // run.logits.shape[-1])
    tensors = run.logits, run.states, plain.logits, plain.states, gold
    parts = zip(*(torch.split(some, words) for some in tensors), strict=True)
    told = [_of_words(Spoken(a, b), Spoken(c, d), those) for a, b, c, d, those in parts]
    return torch.cat(told, dim=1)


def _of_words(run: Spoken, plain: Spoken, gold: Tensor) -> Tensor:
    finite = run.logits.isfinite().all(-1) & run.states.isfinite().all(-1)
    numbers = [number(run, plain, gold) for number in OF_WORDS]
    return torch.stack([run.logits.argmax(-1).double(), finite.double(), *numbers])


def answers_of(
    numbers: Tensor, counts: Sequence[int], known: Tensor, gold: Tensor, also: Sequence[Sequence[Tensor]]
) -> list[Answer]:
    """The answer of each row, of so many words; `known` says which tokens spell the same word.

    All of it lies on the host: the numbers, the gold tokens (N,), the other right answers of each row.
    """
    rows = torch.split(numbers, list(counts), 1), torch.split(gold, list(counts)), also
    return [_answer(of_row, known, words, others) for of_row, words, others in zip(*rows, strict=True)]


def _answer(numbers: Tensor, known: Tensor, gold: Tensor, also: Sequence[Tensor]) -> Answer:
    top, finite, *others = numbers
    tokens = top.long()
    right = rightly_said(known[tokens], known[gold], [known[other] for other in also])
    return Answer(tokens, right, dict(zip(OF_WORDS, others, strict=True)), bool(finite.all()))
