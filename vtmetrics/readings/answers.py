"""Readings of answers: named, versioned numbers taken while a model runs.

A reading of answers compares what an edited run says with what the plain one says, where the gold answer is
teacher-forced. It is 1 for "same" when it is named for similarity.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from vtmetrics.edits import PLAIN, Edit, truncate
from vtmetrics.metrics import js
from vtmetrics.statistics import Kind
from vtmetrics.unmeasured import Excluded

BLIND = truncate(0)


@dataclass(frozen=True, eq=False)
class Spoken:
    """The logits (N, V) and last states (N, D) at the scored words of all rows, on the device."""

    logits: Tensor
    states: Tensor


def gold_logprob(run: Spoken, _: Spoken, gold: Tensor) -> Tensor:
    """The log-probability of each gold token."""
    return run.logits.double().log_softmax(-1).gather(-1, gold[:, None])[:, 0]


def distribution_gap(run: Spoken, plain: Spoken, _: Tensor) -> Tensor:
    """How far the distribution of each next word is from the plain run's."""
    return js(run.logits, plain.logits)


def state_cosine(run: Spoken, plain: Spoken, _: Tensor) -> Tensor:
    """The cosine of the state that says each word with the plain run's."""
    return torch.nn.functional.cosine_similarity(run.states.double(), plain.states.double(), dim=-1)


#: a number of each word (N,), of an edited run beside the plain one and the gold tokens
WordNumber = Callable[[Spoken, Spoken, Tensor], Tensor]
OF_WORDS: tuple[WordNumber, ...] = (gold_logprob, distribution_gap, state_cosine)


@dataclass(frozen=True, eq=False)
class Answer:
    """What one run says at one scene's scored positions: numbers of each word (T,), on the host.

    `top` is the most likely token, and `right` where that is the word of the gold answer, however either is
    spelled, or the last of another right one. `numbers` are those of OF_WORDS. What isn't `finite` is no
    answer.
    """

    top: Tensor
    right: Tensor
    numbers: Mapping[WordNumber, Tensor] = field(default_factory=dict)
    finite: bool = True


@dataclass(frozen=True)
class Reading:
    """How a run's answer is scored, on which scale, and beside which other runs of the same scene."""

    name: str
    version: int
    kind: Kind
    range: tuple[float, float]
    take: Callable[..., float | Excluded] = field(compare=False, repr=False)
    beside: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}:{self.version}"


def rightly_said(said: Tensor, gold: Tensor, also: Iterable[Tensor] = ()) -> Tensor:
    """Where the words (T,) of a teacher-forced answer are right.

    With the last word of another right answer, which up to there is the gold one, that answer is given: from
    there on all is right. One that parts from the gold answer earlier can't be seen in the gold one's run.
    """
    right = said == gold
    for other in also:
        last = len(other) - 1
        if 0 <= last < len(gold) and bool((other[:last] == gold[:last]).all()) and said[last] == other[last]:
            right = right | (torch.arange(len(gold)) >= last)
    return right


def image_dependent(plain: Answer, blind: Answer) -> Tensor:
    """Scored tokens whose most likely word is another one without the image (T,)."""
    return plain.top != blind.top


def _agree(run: Answer, plain: Answer, blind: Answer) -> float | Excluded:
    seen = image_dependent(plain, blind)
    if not seen.any():
        return NOTHING_SEEN
    return float((run.top == plain.top)[seen].double().mean())


def _similar(run: Answer, plain: Answer, blind: Answer) -> float | Excluded:
    seen = image_dependent(plain, blind)
    if not seen.any():
        return NOTHING_SEEN
    return float((1 - run.numbers[distribution_gap][seen].mean()).clamp(0, 1))


def _cosine(run: Answer, _: Answer) -> float:
    return float(run.numbers[state_cosine].mean().clamp(-1, 1))


def _correct(run: Answer) -> float:
    return float(run.right.all())


def _accuracy(run: Answer) -> float:
    return float(run.right.double().mean())


def _concludes(run: Answer) -> float:
    return float(run.right[-1])


def _logprob(run: Answer) -> float:
    return float(run.numbers[gold_logprob].mean())


NOTHING_SEEN = Excluded("no scored token depends on the image")

agree = Reading("agree", 1, "share", (0, 1), _agree, (PLAIN, BLIND))
similar = Reading("similar", 1, "number", (0, 1), _similar, (PLAIN, BLIND))
cosine = Reading("cosine", 1, "number", (-1, 1), _cosine, (PLAIN,))
correct = Reading("correct", 2, "share", (0, 1), _correct)
accuracy = Reading("accuracy", 1, "share", (0, 1), _accuracy)
concludes = Reading("concludes", 2, "share", (0, 1), _concludes)
logprob = Reading("logprob", 1, "number", (-math.inf, 0), _logprob)

#: What is taken of every run at once: they need the same passes.
ANSWERS = (agree, similar, cosine, correct, accuracy, concludes, logprob)

#: The runs that others are compared with.
REFERENCES = (PLAIN, BLIND)
