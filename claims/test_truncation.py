"""Truncation: how deep do image tokens have to go?

Protocol   From layer k on, image tokens are gone: from the sequence, from the keys that later
           layers see, and from generation. Other tokens keep their positions; keys that earlier
           layers have cached stay.
Measured   Per scene, the score of the answer. The same content is asked as a letter, as a word and
           as a sentence, so that the form of the answer makes the difference and not its subject.
           Where letters stand alone, all options are in the picture: with others, "which of these
           is there" survives any truncation. Tokens that are known without looking (end,
           punctuation) are not scored. Captions are teacher-forced (C3.forced), and written,
           greedily, at five depths. Of those BLEU-4 and ROUGE-L are counted against the whole run's
           caption cut to as many words: a run that sees little also says little, and short texts
           have little in common with anything.
Controls   The blind run, no image token at all, is the floor and not 1/k: language alone answers
           some questions. A claim that something survives is sensitive to that. Another image under
           the same cut shows what an answer keeps that is none of this image's doing; letters show
           what every form of answer loses; the truth about another image, what any text in the form
           of a caption gains. What asks for right answers asks first whether the model can give
           them.
"""

from itertools import pairwise
from math import inf

import pytest

from claims.papers import DEPTH
from vtmetrics import (
    DONOR,
    IMAGE,
    PLAIN,
    agree,
    all_of,
    at_least,
    at_most,
    claim,
    correct,
    curve,
    mean_profile,
    similar,
    substitute,
    truncate,
)
from vtmetrics.metrics import bleu, rouge_l, trend
from vtmetrics.readings import beyond_length, donors, length_ratio, overlap
from vtmetrics.statistics import mean_of

BLIND = truncate(0)
HALF = truncate(1 / 2)
OTHER = substitute(IMAGE, by=DONOR, at=0)
STEPS = [BLIND, *(truncate(step / 6) for step in range(1, 6)), PLAIN]
CUTS = [truncate(1 / 4), HALF, truncate(3 / 4)]
CUTS_ELSEWHERE = [OTHER >> cut for cut in CUTS]
QUARTERS = [BLIND, *CUTS, PLAIN]
RQ3 = DEPTH.at("RQ3, truncation by task")
ADDED = at_least(0.1, "what an image has to add before its loss can be called none")
COSTS = at_least(0.1, "ten points, a loss that one would see in a plot")
RISES = at_least(0.1, "ten points from no layer to all, along the line that fits best")


@claim(
    "C1.half",
    source=RQ3,
    reported="comparatively robust",
    expected=at_least(0, "keeps nine tenths"),
)
@pytest.mark.usefixtures("competent")
def test_letters_survive_half_the_depth(model, letters):
    """A letter keeps nine tenths of what the image adds when image tokens stop half way."""
    edits = [HALF, PLAIN, BLIND, OTHER >> HALF]
    half, full, blind, other = model.sweep(*edits).answer(letters, correct)
    kept = half - 0.9 * full - 0.1 * blind
    unseen = other - 0.9 * full - 0.1 * blind
    return kept.against(another_image=unseen).sensitive_to(full - blind, ADDED)


@claim(
    "C1.smooth",
    source=RQ3,
    reported="smooth degradation",
    expected=at_most(0, "half of the whole"),
)
@pytest.mark.usefixtures("competent")
def test_letters_lose_little_at_any_one_layer(model, letters):
    """No sixth of the depth gives letters more than half of all that the image adds."""
    kept = model.sweep(*STEPS).answer(letters, correct)
    added = kept[-1] - kept[0]
    steps = {f"sixth {n}": after - before for n, (before, after) in enumerate(pairwise(kept), 1)}
    beyond = {name: step - 0.5 * added for name, step in steps.items()}
    return all_of(beyond).sensitive_to(added, ADDED)


@claim(
    "C2",
    source=RQ3,
    reported="significant degradation",
    expected=at_least(0, "loses a tenth of it"),
)
@pytest.mark.usefixtures("competent")
def test_words_need_more_than_half_the_depth(model, words, choices):
    """A short answer loses a tenth of what the image adds when image tokens stop half way."""
    lost = loss(model, words)
    lost_letters = loss(model, choices)
    full, blind = model.sweep(PLAIN, BLIND).answer(words, correct)
    return lost.against(letters=lost_letters).sensitive_to(full - blind, ADDED)


def loss(model, scenes):
    """What half the depth loses, beyond a tenth of what the image adds."""
    half, full, blind = model.sweep(HALF, PLAIN, BLIND).answer(scenes, correct)
    return 0.9 * full + 0.1 * blind - half


@claim("C3.forced", source=RQ3, reported="severe degradation", expected=COSTS)
def test_words_of_a_caption_change_without_the_upper_half(model, captions, choices):
    """A tenth of a caption's words about the image change when image tokens stop half way."""
    half, other = model.sweep(HALF, OTHER).answer(captions, agree)
    letters = model.answer(choices, agree, HALF)
    changed = 1 - half
    return changed.against(letters=1 - letters).sensitive_to(1 - other, ADDED)


@claim("C3.rises", source=RQ3, reported="BLEU and ROUGE rise with the depth", expected=RISES)
@pytest.mark.usefixtures("competent")
@pytest.mark.parametrize("metric", [bleu, rouge_l])
def test_captions_tell_more_the_deeper_images_go(model, captions, metric):
    """On the whole, captions share more with the truth
    the later image tokens leave, length apart.
    """
    texts = model.sweep(*QUARTERS).say(captions)
    others = donors(captions)
    own = rise([beyond_length(text, texts[-1], metric) for text in texts])
    other = rise([beyond_length(text, texts[-1], metric, others) for text in texts])
    shared = [overlap(text, metric) for text in texts]
    length = rise([length_ratio(text) for text in texts])
    finding = own.against(another_truth=other, by=0.1).sensitive_to(shared[-1] - shared[0], ADDED)
    return finding.beside(raw=rise(shared), length=length)


def rise(scores):
    """How much scores rise from no layer to all, along the line that fits best."""
    return mean_profile(curve(*scores)).read(trend, (-inf, inf))


@claim("C3.half", source=RQ3, reported="severe degradation", expected=COSTS)
@pytest.mark.usefixtures("competent")
@pytest.mark.parametrize("metric", [bleu, rouge_l])
def test_captions_need_more_than_half_the_depth(model, captions, metric):
    """A written caption shares a tenth less with the
    truth when image tokens stop half way, length apart.
    """
    half, full, blind = model.sweep(HALF, PLAIN, BLIND).say(captions)
    own = -beyond_length(half, full, metric)
    other = -beyond_length(half, full, metric, donors(captions))
    lost = overlap(full, metric) - overlap(half, metric)
    added = overlap(full, metric) - overlap(blind, metric)
    finding = own.against(another_truth=other, by=0.1).sensitive_to(added, ADDED)
    return finding.beside(raw=lost, length=length_ratio(half))


@claim("C4.words", source=RQ3, reported="robust against significant", expected=COSTS)
def test_letters_keep_more_than_words(model, choices, words):
    """Over three depths and for the same content, letters keep more of their answers than words."""
    return more_kept(model, choices, words)


@claim("C4.sentences", source=RQ3, reported="severe, of captions", expected=COSTS)
def test_words_keep_more_than_sentences(model, words, sentences):
    """Over three depths and for the same content,
    words keep more of their answers than sentences.
    """
    return more_kept(model, words, sentences)


def more_kept(model, short, long):
    """What the shorter form keeps more, against what it keeps more under another image."""
    own, unseen, _ = kept(model, short)
    own_long, unseen_long, another = kept(model, long)
    more = own - own_long
    more_unseen = unseen - unseen_long
    return more.against(another_image=more_unseen).sensitive_to(1 - another, ADDED)


def kept(model, scenes):
    """What a form keeps in the mean over the cuts,
    under another image as well, and of that image alone.
    """
    own = mean_of(*model.sweep(*CUTS).answer(scenes, agree))
    unseen = mean_of(*model.sweep(*CUTS_ELSEWHERE).answer(scenes, agree))
    another = model.answer(scenes, agree, OTHER)
    return own, unseen, another


@claim("C5", source=RQ3, expected=RISES, twin=True)
def test_answers_come_nearer_the_deeper_images_go(model, words):
    """The later image tokens leave,
    the nearer the answer's distribution is to that of the whole run.
    """
    nearness = curve(*model.sweep(*STEPS).answer(words, similar))
    return mean_profile(nearness).read(trend, (-2, 2))
