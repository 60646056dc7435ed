"""Captions: texts that list objects between commas, each in all its words."""

from collections import Counter

from vtmetrics.metrics.wording import WORD


def object_f1(prediction: str, reference: str) -> float:
    """How many of the objects that two captions list they share, each with all its words, in any order.

    Formula: 2 |A ∩ B| / (|A| + |B|), A and B the bags of what stands between commas
    Unit: share
    Range: [0, 1]
    Unchanged by: exchange, order of objects, letter case, punctuation at their ends
    Source: the Dice coefficient; unlike a sentence encoder's similarity, it sees that a colour is wrong

    >>> object_f1("a dog, a red circle.", "a dog, a blue circle.")
    0.5
    """
    said, meant = _objects(prediction), _objects(reference)
    both = said.total() + meant.total()
    return 2 * (said & meant).total() / both if both else 1.0


def _objects(text: str) -> Counter[str]:
    parts = (" ".join(WORD.findall(part.casefold())) for part in text.split(","))
    return Counter(part for part in parts if part)
