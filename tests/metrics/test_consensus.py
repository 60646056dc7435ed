"""Is CIDEr-D the cosine of rare n-grams that its paper and COCO's evaluation describe?"""

from itertools import chain
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.metrics import cider_d
from vtmetrics.metrics.wording import coco_words

WORDS = st.lists(st.sampled_from(["a", "red", "cube", "lies", "on", "ball", "куб"]), max_size=7)
TEXTS = WORDS.map(" ".join)
CORPUS = st.lists(st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=3)), min_size=1, max_size=4)


def grams(text, size):
    """All n-grams of a size, one after another."""
    words = coco_words(text)
    return [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]


def plainest(predictions, references):
    """The formula, written out over whole vectors of the vocabulary."""
    scores = []
    for said, meant in zip(predictions, references, strict=True):
        total = 0.0
        for size in (1, 2, 3, 4):
            texts = [*chain.from_iterable(references), *predictions]
            known = sorted({gram for text in texts for gram in grams(text, size)})
            met = [sum(any(gram in grams(t, size) for t in refs) for refs in references) for gram in known]
            idf = np.array([log(len(references)) - log(max(1, count)) for count in met])
            for text in meant:
                g = np.array([grams(said, size).count(gram) for gram in known]) * idf
                r = np.array([grams(text, size).count(gram) for gram in known]) * idf
                if not np.linalg.norm(g) or not np.linalg.norm(r):
                    continue
                apart = len(grams(said, 2)) - len(grams(text, 2))
                alike = np.minimum(g, r) @ r / np.linalg.norm(g) / np.linalg.norm(r)
                total += exp(-(apart**2) / 72) * alike / len(meant)
        scores.append(10 * total / 4)
    return scores


@given(CORPUS)
def test_scores_are_those_of_the_plainest_vectors(pairs):
    said, meant = [one for one, _ in pairs], [refs for _, refs in pairs]
    assert cider_d(said, meant) == pytest.approx(plainest(said, meant), abs=1e-9)


@given(CORPUS)
def test_images_and_references_have_no_order(pairs):
    said, meant = [one for one, _ in pairs], [refs for _, refs in pairs]
    found = cider_d(said, meant)
    assert cider_d(said[::-1], meant[::-1])[::-1] == pytest.approx(found)
    assert cider_d(said, [refs[::-1] for refs in meant]) == pytest.approx(found)
    assert all(-1e-9 <= score <= 10 + 1e-9 for score in found)


def test_a_caption_of_its_own_words_is_worth_most():
    """Four words have n-grams of all sizes; of three words a quarter is missing."""
    found = cider_d(["a red cube lies", "two dogs run"], [["A red cube lies."], ["two dogs run"]])
    assert found == pytest.approx([10, 7.5])


def test_a_worked_example():
    """Two images: "red" is in both and worth nothing; n-grams of one alone weigh log 2 each.

    "red cube lies" and "red cube" share cube, one of two words that weigh something and of one, and likewise
    one of two bigrams and of one; their lengths differ by a bigram. "red" shares what weighs nothing.
    """
    found = cider_d(["red cube lies", "red"], [["red cube"], ["red ball"]])
    shared = (1 / 2**0.5 + 1 / 2**0.5) / 4
    assert found == pytest.approx([10 * exp(-1 / 72) * shared, 0])


def test_repeating_a_rare_word_gains_nothing():
    """Clipped: what is said more often than it is meant lengthens the caption's own vector alone."""
    said, meant = ["cube cube cube", "two dogs"], [["cube"], ["two dogs"]]
    assert cider_d(said, meant)[0] == pytest.approx(10 * exp(-4 / 72) / 3 / 4)


def test_one_image_has_no_rare_words_but_by_another_corpus():
    assert cider_d(["a red cube lies"], [["a red cube lies"]]) == [0]
    corpus = [["a red cube lies"], ["two dogs run"]]
    assert cider_d(["a red cube lies"], [["a red cube lies"]], corpus=corpus) == pytest.approx([10])


def test_nothing_is_worth_nothing():
    assert cider_d(["", "a"], [["red cube"], [""]]) == [0, 0]


def test_lists_of_unequal_length_or_without_a_text_are_refused():
    with pytest.raises(ValueError, match="as many lists of references, got 1 and 0"):
        cider_d(["a"], [])
    with pytest.raises(ValueError, match="got 0 and 0"):
        cider_d([], [])
    with pytest.raises(ValueError, match="at least one text, not 'a'"):
        cider_d(["a"], ["a"])
    with pytest.raises(ValueError, match=r"at least one text, not \[\]"):
        cider_d(["a"], [["a"]], corpus=[[]])
