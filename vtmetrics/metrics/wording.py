"""Wording: the words, steps and numbers of a text, freed from how they are written."""

import re
import string
from collections.abc import Hashable, Sequence
from fractions import Fraction

WORD = re.compile(r"\w+")
#: what COCO's tokeniser drops, but for marks within a number or a word
COCO_PUNCTUATION = re.compile(r"(?<!\d)[.,:]|[.,:](?!\d)|(?<!\w)['`’-]+|['`’-]+(?!\w)|[!?;…\"“”()\[\]{}]")
ASCII_WORD = re.compile(r"[a-z0-9]+")
NUMBER = re.compile(
    r"([-+]?(?=\.?\d)(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[-+]?\d{1,3})?)\s*%?", re.IGNORECASE
)
STEP = re.compile(r"(?:\n|(?<=[.!?;])\s)+")
#: a number alone is a label where a blank follows, and no time (12: 30); a minus before a digit is a sign
STEP_LABEL = re.compile(r"^step\s*\d+[.):]\s*|^(?:\d+[.)]|\d+:(?!\s*\d))(?:\s+|$)|^[-*•](?!\d)\s*")
#: words, decimal numbers, and what is said between them: signs, operators, relations, per cent
STEP_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+|[-+−](?=\s*\d)|[*/×÷](?=\s*[-+−]?\d)|(?<=\d)%|[<>=≤≥≠]")


def normal(text: str, definition: str) -> str:
    if definition == "strict":
        return text
    text = text.casefold()
    if definition == "squad":
        text = "".join(letter for letter in text if letter not in string.punctuation)
        text = re.sub(r"\b(a|an|the)\b", " ", text)
    return " ".join(text.split())


def coco_words(text: str) -> list[str]:
    return COCO_PUNCTUATION.sub(" ", text.lower()).split()


def numbered_steps(text: str) -> set[str]:
    parts = (STEP_LABEL.sub("", part.strip().casefold()) for part in STEP.split(text))
    return {" ".join(STEP_WORD.findall(part)) for part in parts} - {""}


def exact_number(text: str) -> Fraction | None:
    """The number exactly, so that 1.05 is within 5 % of 1."""
    match = NUMBER.fullmatch(text.strip())
    return Fraction(match[1].replace(",", "")) if match else None


def chartqa_number(text: str) -> float | None:
    try:
        return float(text.rstrip("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None


def levenshtein(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """The edits between two sequences; a column of the table is two numbers, a bit for each step down.

    Myers 1999, as Hyyrö 2001 writes it: `up` and `down` are the places where the next entry is one more or
    one less than the one before it.
    """
    places: dict[Hashable, int] = {}
    for place, item in enumerate(a):
        places[item] = places.get(item, 0) | 1 << place
    whole, last = (1 << len(a)) - 1, 1 << len(a) >> 1
    up, down, edits = whole, 0, len(a)
    for item in b if a else ():
        same = places.get(item, 0)
        equal = (((same & up) + up) ^ up) | same | down
        more, less = down | ~(equal | up) & whole, up & equal
        edits += bool(more & last) - bool(less & last)
        more, less = more << 1 | 1, less << 1
        up, down = (less | ~(same | down | more)) & whole, more & (same | down) & whole
    return edits if a else len(b)
