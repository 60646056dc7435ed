"""Readings of answers, of made-up runs: four scored words, of which the image decides the first two."""

import math

import pytest
import torch

from vtmetrics.metrics import js
from vtmetrics.readings.answers import (
    Spoken,
    accuracy,
    agree,
    concludes,
    correct,
    cosine,
    logprob,
    rightly_said,
    similar,
)
from vtmetrics.readings.scoring import answers_of, scored
from vtmetrics.unmeasured import Excluded

#: a vocabulary of three words, each said for certain
CERTAIN = 50.0
STATES = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])


GOLD = torch.tensor((0, 1, 2, 0))


def spoken(*words, states=STATES):
    """Logits of which these words are the most likely."""
    logits = torch.zeros(len(words), 3)
    logits[range(len(words)), list(words)] = CERTAIN
    return Spoken(logits, states)


def said(*words, states=STATES, plain=(0, 1, 2, 0)):
    """A run whose most likely words these are, beside one with others."""
    return answer(spoken(*words, states=states), spoken(*plain), GOLD)


def answer(run, plain, gold):
    """Of the only row of a block, each token of which is a word of its own."""
    (only,) = answers_of(scored(run, plain, gold), [len(gold)], torch.arange(3), gold, [()])
    return only


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
    assert agree.take(wrong, wrong, BLIND) == 1
    assert agree.take(PLAIN, wrong, BLIND) == 0.5


@pytest.mark.parametrize(
    ("run", "whole", "words", "end"),
    [(PLAIN, 1, 1, 1), (said(0, 1, 2, 1), 0, 0.75, 0), (said(1, 1, 1, 0), 0, 0.5, 1)],
)
def test_an_answer_is_right_in_all_its_words_or_its_last(run, whole, words, end):
    assert (correct.take(run), accuracy.take(run), concludes.take(run)) == (whole, words, end)


def test_the_gold_words_have_a_likelihood_and_last_states_an_angle():
    even = Spoken(torch.zeros(2, 3), STATES[:2])
    assert logprob.take(answer(even, even, GOLD[:2])) == pytest.approx(-math.log(3))
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


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_numbers_of_all_words_at_once_are_those_of_each_alone(dtype, monkeypatch):
    """Compared with the definitions, word by word in double precision, in parts of two words."""
    monkeypatch.setattr("vtmetrics.readings.scoring.AT_ONCE", 2 * 50)
    chance = torch.Generator().manual_seed(0)
    run, plain = (
        Spoken(*(torch.randn(7, size, generator=chance).mul(3).to(dtype) for size in (50, 8))) for _ in "ab"
    )
    gold = torch.arange(7) * 3
    top, finite, likely, apart, alike = scored(run, plain, gold)
    for word in range(7):
        logits, other = run.logits[word].double(), plain.logits[word].double()
        states = run.states[word].double(), plain.states[word].double()
        assert top[word] == logits.argmax()
        assert likely[word] == pytest.approx(float((logits.exp() / logits.exp().sum()).log()[gold[word]]))
        assert apart[word] == pytest.approx(float(js(logits, other)), abs=1e-12)
        assert alike[word] == pytest.approx(
            float(states[0] @ states[1] / states[0].norm() / states[1].norm())
        )
    assert finite.all()


@pytest.mark.parametrize("place", ["logits", "states"])
def test_an_answer_with_one_number_that_is_none_is_not_finite(place):
    run = spoken(0, 1, 2, 0)
    vars(run)[place] = (
        getattr(run, place).clone().index_put((torch.tensor(2), torch.tensor(1)), torch.tensor(math.nan))
    )
    numbers = scored(run, spoken(0, 1, 2, 0), GOLD)
    first, second = answers_of(numbers, [2, 2], torch.arange(3), GOLD, [(), ()])
    assert (first.finite, second.finite) == (True, False)


def test_a_row_without_words_has_an_answer_of_none():
    nothing = Spoken(torch.zeros(0, 3), torch.zeros(0, 2))
    assert answer(nothing, nothing, GOLD[:0]).top.shape == (0,)
