"""Reasoning: does a chain of thought suffer from lost depth, and can it make up for it?

Protocol   The model writes step by step, greedily; the same content is also asked for a short
           answer. From a quarter or from half of the depth on, image tokens are gone, also while it
           writes. A number is the mean over both cuts; D3 asks about the first alone.
Measured   Steps are compared as a bag (1 - F1) and by their edited words, conclusions by their
           words. Both are read on the scale of the scene itself: how much of what another image
           changes does the cut change? Products instead of ratios, so that no scene divides by
           nothing. A conclusion is right if it says the answer.
Controls   As much removed in another way (a sixth less of D3): image tokens drawn at random, gone
           from the start. Long texts always change more than short ones, and every loss is spread
           over a chain somehow; only what the cut does beyond that is about depth. Where reasoning
           is said not to compensate, the true steps are told instead: if even these did not help,
           there would be nothing to compensate with. All is sensitive to a loss being there at all.
           X18 prunes by the prompt's attention, as FastV does, and asks whether chains lose more by
           it than short answers; as many tokens, drawn, must not make as much of a difference.
Not asked  E4, the same of tuned models, stands with the recovery claims. Drawn answers are asked
           there too.
"""

import pytest

from claims.papers import DEPTH, DSTP
from vtmetrics import (
    DONOR,
    IMAGE,
    PLAIN,
    at_least,
    at_most,
    attended,
    claim,
    concludes,
    correct,
    prune,
    substitute,
    truncate,
)
from vtmetrics.metrics import concluded, edited_words, lost_steps, parting, reversed_conclusion
from vtmetrics.statistics import larger_share, mean_of

QUARTER, HALF = truncate(1 / 4), truncate(1 / 2)
SPARSE = prune(IMAGE.sample(5 / 8))
OTHER = substitute(IMAGE, by=DONOR, at=0)
BLIND = truncate(0)
#: a third of the image stays after a sixth of the depth, the most attended or drawn
RANKED = truncate(1 / 6, IMAGE - attended(1 / 3, 1 / 6))
DRAWN = truncate(1 / 6, IMAGE - IMAGE.sample(1 / 3))
RQ5 = DEPTH.at("RQ5, chain of thought")
FOUND = DEPTH.at("key findings")
BEYOND = at_least(0, "a tenth more of what another image changes")
CHANGES = at_least(0.1, "a tenth of the steps: less is no change to compare")
COSTS = at_least(0.1, "ten points of short answers, or there is nothing to make up for")

ADDED = at_least(0.1, "what the image has to add to chains before they can lose it")
LOSES = at_least(0.1, "ten points more of chains than of short answers")

pytestmark = pytest.mark.usefixtures("competent")


@claim("D1.steps", source=RQ5, reported="trajectories more than final outputs", expected=BEYOND)
def test_cuts_change_steps_more_than_conclusions(model, chains):
    """Lost depth changes more of a chain's steps than of its conclusions,
    as shares of what can change.
    """
    return excess(model, chains, lost_steps)


@claim("D1.words", source=RQ5, reported="trajectories more than final outputs", expected=BEYOND)
def test_cuts_change_words_of_steps_more_than_conclusions(model, chains):
    """Lost depth edits more of the words of a chain's steps than of its conclusions."""
    return excess(model, chains, edited_words)


def excess(model, chains, measure):
    """What cuts change in steps beyond conclusions and a tenth, against pruning by as much."""
    edits = [QUARTER, HALF, SPARSE, OTHER, PLAIN]
    quarter, half, sparse, other, full = model.sweep(*edits).say(chains)
    beyond = further([quarter, half], other, full, measure)
    beyond_sparse = further([sparse], other, full, measure)
    steps = changed([quarter, half], full, measure)
    return beyond.against(pruning=beyond_sparse).sensitive_to(steps, CHANGES)


def further(texts, other, full, measure):
    """What steps have changed of what another image changes, beyond conclusions and a tenth."""
    steps = changed(texts, full, measure)
    conclusions = changed(texts, full, reversed_conclusion)
    most_steps = other.score(measure, full)
    most_conclusions = other.score(reversed_conclusion, full)
    return larger_share(steps, most_steps, conclusions, most_conclusions, by=0.1)


def changed(texts, full, measure):
    """How much the texts have changed from those of the whole run, in the mean."""
    return mean_of(*[text.score(measure, full) for text in texts])


@claim(
    "D2", source=RQ5, reported="does not compensate", expected=at_most(0.1, "ten points of answers")
)
def test_reasoning_does_not_make_up_for_lost_depth(model, chains, direct):
    """Step by step, a model wins back at most ten
    points of the short answers that lost depth costs.
    """
    sweep = model.sweep(QUARTER, HALF, PLAIN)
    lost = loss(*sweep.answer(direct, correct))
    right = [text.score(concluded, kind="share") for text in sweep.say(chains)]
    lost_reasoning = loss(*right)
    lost_told = loss(*sweep.answer(chains, concludes))
    regained = lost - lost_reasoning
    return regained.against(true_steps=lost - lost_told).sensitive_to(lost, COSTS)


def loss(quarter, half, full):
    """What the cuts cost, in the mean."""
    return full - mean_of(quarter, half)


@claim(
    "D3",
    source=FOUND,
    reported="a hierarchical pattern across stages",
    expected=at_least(0.1, "a tenth"),
)
def test_chains_part_where_they_look(model, chains):
    """Chains that a cut changes part from the whole run's early,
    in what is seen and not in what follows.
    """
    cut, sparse, other, full = model.sweep(QUARTER, SPARSE, OTHER, PLAIN).say(chains)
    early = 1 / 2 - cut.score(parting, full)
    early_sparse = 1 / 2 - sparse.score(parting, full)
    steps = other.score(lost_steps, full)
    return early.against(pruning=early_sparse, by=0.1).sensitive_to(steps, CHANGES)


@claim(
    "X18",
    source=DSTP.at("Abstract"),
    reported="pruners struggle to generalise to complex reasoning",
    expected=LOSES,
)
def test_chains_lose_more_by_what_the_prompt_prunes(model, chains, direct):
    """With the third of the image that the prompt attends to most, chains lose ten points more of
    their conclusions than short answers lose.
    """
    sweep = model.sweep(RANKED, DRAWN, BLIND, PLAIN)
    *pruned, none, full = [text.score(concluded, kind="share") for text in sweep.say(chains)]
    *pruned_short, _, full_short = sweep.answer(direct, correct)
    ranked, drawn = (
        (full - chain) - (full_short - short)
        for chain, short in zip(pruned, pruned_short, strict=True)
    )
    return ranked.against(as_many_drawn=drawn).sensitive_to(full - none, ADDED)
