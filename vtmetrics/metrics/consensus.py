"""Consensus: how much of what people say alike of a picture a caption says, rare words above common ones."""

from collections import Counter
from collections.abc import Sequence
from math import exp, log, sqrt

from vtmetrics.metrics.wording import coco_words

#: the longest n-grams, how fast a caption of another length loses, and what the best one is worth
LONGEST, SIGMA, BEST_CAPTION = 4, 6.0, 10.0
Grams = tuple[dict[tuple[str, ...], float], ...]


def cider_d(
    predictions: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    corpus: Sequence[Sequence[str]] | None = None,
) -> list[float]:
    """CIDEr-D of each caption of a corpus, by n-grams of one to four words.

    Formula: 10 · mean over n and references of e^(−(l − m)² / 2σ²) · Σ min(g, r) r / (|g| |r|), σ = 6,
    g and r counts times log(images / images whose references have the n-gram), l and m how many bigrams
    Unit: none
    Range: [0, 10]; 0 where the corpus is one image, since no n-gram is rarer than another there
    Unchanged by: order of the images, order of each one's references, letter case, punctuation
    Source: Vedantam 2015; COCO's caption evaluation, which counts a caption's length in bigrams

    `corpus` are the references from which rarity is taken: those given, if none is told.

    >>> cider_d(["a red cube lies", "two dogs"], [["a red cube lies"], ["two dogs run"]])[0]
    10.0
    """
    if len(predictions) != len(references) or not predictions:
        raise ValueError(
            f"captions want as many lists of references, got {len(predictions)} and {len(references)}"
        )
    for each in references if corpus is None else (*references, *corpus):
        if isinstance(each, str) or not each:
            raise ValueError(f"references must be a list of at least one text, not {each!r}")
    known = references if corpus is None else corpus
    met = Counter(gram for each in known for gram in {gram for text in each for gram in _counted(text)})
    pairs = zip(predictions, references, strict=True)
    return [_score(said, meant, met, log(len(known))) for said, meant in pairs]


def _counted(text: str) -> Counter[tuple[str, ...]]:
    """How often each n-gram is there."""
    words = coco_words(text)
    starts = ((size, at) for size in range(1, LONGEST + 1) for at in range(len(words) - size + 1))
    return Counter(tuple(words[at : at + size]) for size, at in starts)


def _score(said: str, meant: Sequence[str], met: Counter[tuple[str, ...]], most: float) -> float:
    mine, length = _weighed(said, met, most)
    total = 0.0
    for text in meant:
        theirs, wanted = _weighed(text, met, most)
        shared = sum(_cosine(g, r) for g, r in zip(mine, theirs, strict=True))
        total += exp(-((length - wanted) ** 2) / (2 * SIGMA**2)) * shared
    return BEST_CAPTION * total / (LONGEST * len(meant))


def _weighed(text: str, met: Counter[tuple[str, ...]], most: float) -> tuple[Grams, int]:
    """The n-grams of each size with their weights, and how many bigrams there are."""
    counts = _counted(text)
    weights = {gram: count * (most - log(max(1, met[gram]))) for gram, count in counts.items()}
    sizes = range(1, LONGEST + 1)
    grams = tuple({gram: weights[gram] for gram in weights if len(gram) == size} for size in sizes)
    return grams, sum(count for gram, count in counts.items() if len(gram) == 2)


def _cosine(said: dict[tuple[str, ...], float], meant: dict[tuple[str, ...], float]) -> float:
    """What is said too often counts no more than it is meant."""
    lengths = [sqrt(sum(weight**2 for weight in each.values())) for each in (said, meant)]
    shared = sum(min(weight, meant.get(gram, 0.0)) * meant.get(gram, 0.0) for gram, weight in said.items())
    return shared / (lengths[0] * lengths[1]) if all(lengths) else 0.0
