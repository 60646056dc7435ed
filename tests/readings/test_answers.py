"""Readings of answers, of made-up runs: four scored words, of which the image decides the first two."""

import math

import pytest
import torch

from vtmetrics.readings.answers import (
    Answer,
    accuracy,
    agree,
    concludes,
    correct,
    cosine,
    logprob,
    rightly_said,
    similar,
)
from vtmetrics.unmeasured import Excluded

#: a vocabulary of three words, each said for certain
CERTAIN = 50.0
STATES = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])


def said(*words, gold=(0, 1, 2, 0), states=STATES):
    """A run whose most likely words these are."""
    logits = torch.zeros(len(words), 3)
    logits[range(len(words)), list(words)] = CERTAIN
    right = torch.tensor(words) == torch.tensor(gold)
    return Answer(torch.tensor(gold), logits, states, right)


PLAIN, BLIND = said(0, 1, 2, 0), said(1, 2, 2, 0)


@pytest.mark.parametrize(
    ("run", "kept"),
    [
        (PLAIN, 1.0),
        (BLIND, 0.0),
        (said(0, 2, 2, 0), 0.5),
        (said(0, 1, 1, 1), 1.0),  # the last two say nothing of the image
    ],
)
@pytest.mark.parametrize("reading", [agree, similar], ids=lambda reading: reading.name)
def test_only_words_that_the_image_changes_count(run, kept, reading):
    assert reading.take(run, PLAIN, BLIND) == pytest.approx(kept)


@pytest.mark.parametrize("reading", [agree, similar], ids=lambda reading: reading.name)
def test_where_the_image_changes_no_word_nothing_is_said(reading):
    assert isinstance(reading.take(BLIND, PLAIN, PLAIN), Excluded)


def test_agreement_is_with_the_plain_run_and_not_with_the_truth():
    """The whole run may be wrong, as long as the image has made it so."""
    wrong = said(2, 1, 2, 0)
    assert agree.take(said(2, 1, 2, 0), wrong, BLIND) == 1
    assert agree.take(PLAIN, wrong, BLIND) == 0.5


@pytest.mark.parametrize(
    ("run", "whole", "words", "end"),
    [(PLAIN, 1, 1, 1), (said(0, 1, 2, 1), 0, 0.75, 0), (said(1, 1, 1, 0), 0, 0.5, 1)],
)
def test_an_answer_is_right_in_all_its_words_or_its_last(run, whole, words, end):
    assert (correct.take(run), accuracy.take(run), concludes.take(run)) == (whole, words, end)


def test_the_gold_words_have_a_likelihood_and_last_states_an_angle():
    even = Answer(torch.tensor([0, 1]), torch.zeros(2, 3), STATES[:2], torch.tensor([True, False]))
    assert logprob.take(even) == pytest.approx(-math.log(3))
    turned = said(0, 1, 2, 0, states=torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [-2.0, 0.0]]))
    assert cosine.take(turned, PLAIN) == pytest.approx((0 + 1 + 1 - 1) / 4)


@pytest.mark.parametrize(
    ("words", "also", "right"),
    [
        ((5, 2, 3), (), (False, True, True)),
        ((5, 0, 0), ([5],), (True, True, True)),  # another answer, and then whatever follows it
        ((1, 7, 0), ([1, 7],), (True, True, True)),
        ((9, 7, 3), ([1, 7],), (False, True, True)),  # it begins as none does
        ((5, 2, 3), ([5, 6],), (False, True, True)),  # it can't be seen how it goes on
        ((1, 2, 9), ([1, 2, 3, 9],), (True, True, False)),  # longer than the gold one
        ((5, 2, 3), ([],), (False, True, True)),
    ],
)
def test_another_right_answer_is_right_from_its_last_word_on(words, also, right):
    others = [torch.tensor(other, dtype=torch.long) for other in also]
    found = rightly_said(torch.tensor(words), torch.tensor((1, 2, 3)), others)
    assert tuple(found.tolist()) == right
