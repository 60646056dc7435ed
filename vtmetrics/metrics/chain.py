"""Chains: a text that reasons step by step, taken apart into its steps and its conclusion.

Each function takes what was written and what it is compared with, and lies between 0 and 1, so that
`Texts.score` can apply it scene by scene. Steps end with a line, a sentence or a comma. The conclusion is
what follows the last "so", "therefore", "thus", "hence" or "answer (is)"; without one, the last step.
"""

import re
from collections import Counter

from vtmetrics.metrics.text import edit_distance
from vtmetrics.metrics.wording import WORD
from vtmetrics.unmeasured import Excluded

_END = re.compile(r"\n+|(?<=[.!?;])\s+|,")
_LABEL = re.compile(r"(^|[.!?;]\s|\n)\s*(?:step\s*)?\d+\s*[.):]\s+", re.IGNORECASE)
_MARK = re.compile(r"\b(?:so|therefore|thus|hence|answer(?:\s+is)?)\b[\s,:]*", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """Its words in small letters, without punctuation."""
    return WORD.findall(text.casefold())


def reasoning_steps(text: str) -> list[str]:
    """The steps before the conclusion, each freed from its number and punctuation."""
    reasoning, _ = _parted(text)
    steps = (" ".join(words_of(part)) for part in _END.split(_LABEL.sub(r"\1", reasoning)))
    return [step for step in steps if step]


def conclusion_of(text: str) -> list[str]:
    """The words of the conclusion."""
    return words_of(_parted(text)[1])


def _parted(text: str) -> tuple[str, str]:
    marks = [mark for mark in _MARK.finditer(text) if words_of(text[mark.end() :])]
    if marks:
        return text[: marks[-1].start()], text[marks[-1].end() :]
    ends = [end for end in _END.finditer(text) if words_of(text[end.end() :])]
    return (text[: ends[-1].start()], text[ends[-1].end() :]) if ends else ("", text)


def concluded(text: str, reference: str) -> float:
    """Whether the conclusion says that of the reference: its words stand in it, one after the other."""
    said, meant = conclusion_of(text), conclusion_of(reference)
    if not meant:
        return float(not said)
    return float(any(said[start : start + len(meant)] == meant for start in range(len(said))))


def reversed_conclusion(text: str, reference: str) -> float:
    """Whether the two conclude differently."""
    return float(conclusion_of(text) != conclusion_of(reference))


def lost_steps(text: str, reference: str) -> float:
    """The share of steps that the two do not share: 1 - F1, whatever their order.

    Unlike `step_set_f1`, a step that is said twice counts twice, and the conclusion is none.
    """
    said, meant = Counter(reasoning_steps(text)), Counter(reasoning_steps(reference))
    total = said.total() + meant.total()
    return 1 - 2 * (said & meant).total() / total if total else 0.0


def edited_words(text: str, reference: str) -> float:
    """The words to insert, delete or replace in the steps, as a share of the longer ones."""
    said, meant = (
        [word for step in reasoning_steps(one) for word in step.split()] for one in (text, reference)
    )
    return edit_distance(said, meant, unit="share")


def parting(text: str, reference: str) -> float | Excluded:
    """Where the text first says another word than the reference, as a share of the reference's words."""
    said, meant = words_of(text), words_of(reference)
    if said == meant:
        return Excluded("the chain stays as it was")
    alike = next(
        (place for place, (one, other) in enumerate(zip(said, meant, strict=False)) if one != other),
        len(meant),
    )
    return min(alike, len(said), len(meant)) / max(len(meant), 1)
