"""Polar wording: whether a text says yes or no, by the rules of those who evaluate POPE."""

import re
from typing import Literal

from vtmetrics.metrics.vqa_wording import without_punctuation

PolarRule = Literal["official", "lmms", "vlmevalkit", "strict"]
RULES = ("official", "lmms", "vlmevalkit", "strict")
START = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)
DENIALS = {"No", "not", "no"}


def polar(text: str, definition: PolarRule) -> str:
    """Yes, no, or nothing where the rule finds neither."""
    if definition not in RULES:
        raise ValueError(f"definition must be one of {', '.join(RULES)}, not {definition!r}")
    if definition == "official":
        words = text.partition(".")[0].replace(",", "").split(" ")
        return "no" if DENIALS & set(words) else "yes"
    if definition == "lmms":
        bare = text.lower().strip()
        return bare if bare in ("yes", "no") else ""
    if definition == "strict":
        start = START.match(text)
        return start[1].lower() if start else ""
    said = {"yes", "no"} & set(without_punctuation(text.lower()).split())
    return said.pop() if len(said) == 1 else ""
