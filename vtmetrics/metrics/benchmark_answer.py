"""Benchmark answers: what a short answer is worth by the rules of VQA and of questions about documents."""

from collections.abc import Sequence
from typing import Literal

from vtmetrics.metrics.vqa_wording import evaluated, flat, plain_words, tokenized, without_punctuation
from vtmetrics.metrics.wording import levenshtein

#: who agrees with so many others is right; with fewer answers than one more, nobody ever is
AGREEING = 3
SIMILAR_ENOUGH = 0.5


def vqa_accuracy(
    prediction: str, references: Sequence[str], *, definition: Literal["official", "lmms"] = "official"
) -> float:
    """VQA accuracy: an answer that three people gave is right, and one that fewer gave in part.

    Formula: mean over the people left out one by one of min(how many of the others said so / 3, 1)
    Unit: share
    Range: {0, .3, .6, .9, 1} of ten answers; fewer than four are refused, since nothing could be right
    Unchanged by: order of the references; of the prediction letter case, articles, blanks, numerals to ten
    Source: Antol 2015; Goyal 2017, the official evaluation

    Definitions: "official" takes marks, articles and numerals out of the prediction, and out of people's
    answers the marks alone, if they are not all the same. "lmms" is lmms-eval's: the same of both, of the
    prediction commas, question marks and an s apart before, and all once more unless people say the same.

    >>> vqa_accuracy("Two.", ["2"] * 3 + ["3"] * 7)
    0.9
    """
    if isinstance(references, str) or len(references) <= AGREEING:
        raise ValueError(f"VQA accuracy wants more than {AGREEING} people's answers, got {references!r}")
    if definition not in ("official", "lmms"):
        raise ValueError(f"definition must be official or lmms, not {definition!r}")
    said, meant = _read(prediction, references, definition)
    same = sum(answer == said for answer in meant)
    counted = same * min(same - 1, AGREEING) + (len(meant) - same) * min(same, AGREEING)
    return counted / (AGREEING * len(meant))


def _read(prediction: str, references: Sequence[str], definition: str) -> tuple[str, list[str]]:
    """The prediction, and people's answers, as they are compared."""
    if definition == "official":
        said, meant = evaluated(prediction), list(references)
        return said, [without_punctuation(one) for one in meant] if len(set(meant)) > 1 else meant
    said, meant = tokenized(prediction), [flat(one) for one in references]
    if len(set(meant)) > 1:
        return plain_words(without_punctuation(said)), [evaluated(one) for one in meant]
    return said, meant


def anls(
    prediction: str, references: Sequence[str], *, definition: Literal["paper", "harness"] = "paper"
) -> float:
    """ANLS: how much of a reference an answer has, letter by letter; up to a half it is nothing.

    Formula: s if s > 1/2 else 0, s = max over references of 1 − edits / the longer length
    Unit: share
    Range: {0} ∪ (1/2, 1]
    Unchanged by: order of the references, letter case, repeated white space and that around
    Source: Biten 2019; DocVQA

    Definitions: "harness" is what lmms-eval and VLMEvalKit do: lengths are those before blanks are taken out,
    so that blanks behind an answer raise its score, and a half stays a half. The mean over a corpus is the
    benchmark's number.

    >>> anls("Hello  worlt", ["hello world"]) == 1 - 1 / 11, anls("ab", ["abcd"]), anls("", [""])
    (True, 0.0, 1.0)
    """
    if isinstance(references, str) or not references:
        raise ValueError(f"references must be a list of at least one text, not {references!r}")
    if definition not in ("paper", "harness"):
        raise ValueError(f"definition must be paper or harness, not {definition!r}")
    raw = definition == "harness"
    best = 1 - min(_distance(prediction, reference, raw=raw) for reference in references)
    return best if best > SIMILAR_ENOUGH or (raw and best == SIMILAR_ENOUGH) else 0.0


def _distance(prediction: str, reference: str, *, raw: bool) -> float:
    """Edits for each letter of the longer text."""
    said, meant = (" ".join(text.lower().split()) for text in (prediction, reference))
    texts = (prediction, reference) if raw else (said, meant)
    return levenshtein(said, meant) / max(*map(len, texts), 1)
