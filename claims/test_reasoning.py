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
Not asked  E4, the same of tuned models, stands with the recovery claims. Drawn answers are asked
           there too.
"""

import pytest

from claims.papers import DEPTH
from vtmetrics import (
    DONOR,
    IMAGE,
    PLAIN,
    at_least,
    at_most,
    claim,
    concludes,
    correct,
    prune,
    substitute,
    truncate,
)
from vtmetrics.metrics import concluded, edited_words, lost_steps, parting, reversed_conclusion
from vtmetrics.statistics import larger_share, mean_of

CUTS = (truncate(1 / 4), truncate(1 / 2))
SPARSE = prune(IMAGE.sample(5 / 8))
OTHER = substitute(IMAGE, by=DONOR, at=0)
RQ5 = DEPTH.at("RQ5, chain of thought")
FOUND = DEPTH.at("key findings")
BEYOND = at_least(0, "a tenth more of what another image changes")
CHANGES = at_least(0.1, "a tenth of the steps: less is no change to compare")
COSTS = at_least(0.1, "ten points of short answers, or there is nothing to make up for")

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
    *cut, sparse, other, full = model.sweep(*CUTS, SPARSE, OTHER, PLAIN).say(chains)
    beyond, beyond_sparse = (further(texts, other, full, measure) for texts in (cut, [sparse]))
    changed = mean_of(*(text.score(measure, full) for text in cut))
    return beyond.against(pruning=beyond_sparse).sensitive_to(changed, CHANGES)


def further(texts, other, full, measure):
    """What steps have changed of what another image changes, beyond conclusions and a tenth."""
    steps, ends = (
        mean_of(*(t.score(of, full) for t in texts)) for of in (measure, reversed_conclusion)
    )
    most_steps, most_ends = (other.score(of, full) for of in (measure, reversed_conclusion))
    return larger_share(steps, most_steps, ends, most_ends, by=0.1)


@claim(
    "D2", source=RQ5, reported="does not compensate", expected=at_most(0.1, "ten points of answers")
)
def test_reasoning_does_not_make_up_for_lost_depth(model, chains, direct):
    """Step by step, a model wins back at most ten
    points of the short answers that lost depth costs.
    """
    under = model.sweep(*CUTS, PLAIN)
    lost = loss(under.answer(direct, correct))
    lost_reasoning = loss(text.score(concluded, kind="share") for text in under.say(chains))
    told = lost - loss(under.answer(chains, concludes))
    return (lost - lost_reasoning).against(true_steps=told).sensitive_to(lost, COSTS)


def loss(scores):
    """What the cuts cost, in the mean; the last score is of the whole run."""
    *cut, full = scores
    return full - mean_of(*cut)


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
    cut, sparse, other, full = model.sweep(CUTS[0], SPARSE, OTHER, PLAIN).say(chains)
    early, early_sparse = (1 / 2 - text.score(parting, full) for text in (cut, sparse))
    return early.against(pruning=early_sparse).sensitive_to(other.score(lost_steps, full), CHANGES)
