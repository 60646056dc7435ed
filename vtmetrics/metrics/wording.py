"""Wording: the words, steps and numbers of a text, freed from how they are written."""

import re
import string
from fractions import Fraction

WORD = re.compile(r"\w+")
ASCII_WORD = re.compile(r"[a-z0-9]+")
NUMBER = re.compile(
    r"([-+]?(?=\.?\d)(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[-+]?\d{1,3})?)\s*%?", re.IGNORECASE
)
STEP = re.compile(r"(?:\n|(?<=[.!?;])\s)+")
STEP_LABEL = re.compile(r"^(?:step\s*)?\d+[.):]\s*|^[-*•]\s*")


def normal(text: str, definition: str) -> str:
    if definition == "strict":
        return text
    text = text.casefold()
    if definition == "squad":
        text = "".join(letter for letter in text if letter not in string.punctuation)
        text = re.sub(r"\b(a|an|the)\b", " ", text)
    return " ".join(text.split())


def numbered_steps(text: str) -> set[str]:
    parts = (STEP_LABEL.sub("", part.strip().casefold()) for part in STEP.split(text))
    return {" ".join(WORD.findall(part)) for part in parts} - {""}


def exact_number(text: str) -> Fraction | None:
    """The number exactly, so that 1.05 is within 5 % of 1."""
    match = NUMBER.fullmatch(text.strip())
    return Fraction(match[1].replace(",", "")) if match else None


def chartqa_number(text: str) -> float | None:
    try:
        return float(text.rstrip("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None
