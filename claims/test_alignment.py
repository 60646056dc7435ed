"""Alignment: is what both modalities share made by words or by image tokens?

Protocol   A caption is teacher-forced; nothing is edited. Image tokens and words are looked at in
           the same layer, at its input, each kind as a matrix and both as one. Words are the
           template, the question and the caption, all but the first token of the prompt, whose
           state outgrows all others. The first third of the depth is early and the last third
           late; what the last layer writes is left out.
Measured   The energy that a word, in the mean, has in the first direction of both, as a share of
           what a word and an image token have together (S2). What five directions of words explain
           of the variance of both, less what five of image tokens do (S3): it is below zero where
           they miss the mean. Singular vectors have no sign, and neither have these.
Controls   The untrained twin. As many image tokens as words, drawn once a scene: with nine tokens
           of ten the image is the first direction whatever it holds. The paper takes all of them,
           which is shown beside S2 and a case of S3. The first singular value has to be a tenth
           above the second, or there is no first direction.
Not asked  Token projection consistency and feature space alignment (Figure 6) of a model that is
           not tuned, of which nothing is said: how the latter changes, Fine-tuning asks.
"""

from math import inf

import pytest

from claims.papers import SEEING
from vtmetrics import ANSWER, FIRST, IMAGE, TEXT, at_least, claim, directions, mean_profile
from vtmetrics.protocols import early, late, throughout

WORDS = (TEXT | ANSWER) - FIRST
FEW = IMAGE.like(WORDS)
FIGURE = SEEING.at("4.2 and Figure 6")
IMAGES = {"as many": FEW, "all": IMAGE}
OVERWHELMING = at_least(0.8, "four fifths: how we read “overwhelmingly dominant”")
MODERATE = at_least(0.5, "more than half: how we read “moderately dominant”")
MORE = at_least(0.05, "five hundredths of the variance: how we read “substantially more”")
FIRST_OF_ALL = at_least(0.1, "a tenth above the second, or there is no first direction")


@claim(
    "S2.early",
    source=FIGURE,
    reported="text overwhelmingly dominant (figure, after fine-tuning)",
    expected=OVERWHELMING,
    twin=True,
)
def test_words_dominate_early(model, captions):
    """In the first third of the depth, words have four
    fifths of the energy, token by token, of the first direction of both.
    """
    return dominance(model, captions, early)


@claim(
    "S2.late",
    source=FIGURE,
    reported="text moderately dominant (figure, after fine-tuning)",
    expected=MODERATE,
    twin=True,
)
def test_words_dominate_late(model, captions):
    """In the last third of the depth, words have more
    than half of the energy, token by token, of the first direction of both.
    """
    return dominance(model, captions, late)


def dominance(model, captions, third):
    """The words' share of the first direction, if there is one."""
    shares, of_all, gaps = (
        mean_profile(model.observe(captions, directions(metric, WORDS, image)))
        for metric, image in (("balance", FEW), ("balance", IMAGE), ("gap", FEW))
    )
    finding = shares.read(third, (0, 1)).sensitive_to(gaps.read(third, (0, 1)), FIRST_OF_ALL)
    return finding.beside(all_of_the_image=of_all.read(third, (0, 1)))


@claim(
    "S3",
    source=FIGURE,
    reported="text explains substantially more (figure)",
    expected=MORE,
    twin=True,
)
@pytest.mark.parametrize("image", IMAGES)
def test_words_explain_more_of_both(model, captions, image):
    """Over all layers, five directions of words explain more of both than five of image tokens."""
    pairs = (WORDS, IMAGES[image]), (IMAGES[image], WORDS)
    words, seen = (model.observe(captions, directions("explained", *pair)) for pair in pairs)
    return mean_profile(words - seen).read(throughout, (-inf, inf))
