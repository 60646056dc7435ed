"""Prunability: can dead image tokens go, and as many alive ones not?

Protocol   Tokens leave before the first layer; the others keep their positions. Dead are those of
           the dominant cluster of the image as it enters the language model (greedy clusters around
           anchors, cosine at least .9): a cluster with more tokens than all others together, and a
           tenth of the image. The released code asks for one word of one checkpoint's vocabulary
           instead, which no other model has. The rest of the image is alive. A picture without such
           a cluster is left out. As many alive tokens are as many as are dead; in a picture with
           more dead tokens than alive ones, all that are alive, and as many of the dead. H3 draws
           from all that is not dead, as Table 2 says; H3b from what is no sink either, which 6.1
           calls remaining, and asks only models that have sinks, where this makes a difference.
Measured   Per scene, whether the answer is right, as in the paper; and agreement, the share of
           answer tokens that keep their most likely word among those whose word depends on the
           image. Alive tokens are drawn five times, those of any kind twice, and a scene's score is
           the mean.
Controls   As many tokens of any kind: if those can go as well, nothing is known of dead ones. Of
           H3 and H3b, the same tokens of another image, put in their places: what it costs to
           remove tokens that show nothing of this picture. The whole image must make a difference
           to what is right, and another image to the words themselves.
Numbers    The paper's effects are a point or a few: H2a.right, H3.right and H3b.right ask for one
           point, of themselves and of what they are compared with, and are undecided at 128 scenes
           by design: 1,400 to 3,000 decide them. What the paper has no number of asks for ten
           points.
The code   Its control removes as many alive tokens as are dead or sinks, not as are dead: the other
           case of H3b, against all that is not alive, which it removes as well. It draws them
           without a seed, and removes all others where no token is found; here draws are seeded,
           and such a picture is left out.
Not asked  H1 stands with Sinks, H2b and H2c with Inertness. Groups of tasks: the questions are of
           one kind each, and few.
"""

import pytest

from claims.papers import LENS
from vtmetrics import (
    ALIVE,
    DEAD,
    DONOR,
    IMAGE,
    PLAIN,
    SINK_LLM,
    SINK_VIT,
    agree,
    at_least,
    at_most,
    claim,
    correct,
    prune,
    substitute,
    truncate,
)
from vtmetrics.protocols import present, too_few
from vtmetrics.statistics import mean_of

WITHOUT_DEAD = prune(DEAD)
WITHOUT_AS_MANY = [prune(IMAGE.like(DEAD, seed)) for seed in range(2)]
#: as many of each
DEAD_GONE = prune(DEAD.upto(ALIVE))
ALIVE_GONE = [prune(ALIVE.upto(DEAD, seed)) for seed in range(5)]
#: what is no sink either
SINK = SINK_VIT | SINK_LLM
OTHERS = ALIVE - SINK
NOT_ALIVE = pytest.mark.parametrize("gone", [DEAD, DEAD | SINK], ids=["dead", "with sinks"])
BLIND = truncate(0)
ANOTHER = substitute(IMAGE, by=DONOR, at=0)
TABLE = LENS.at("5.1 and Table 2")
WITHOUT_SINKS = LENS.at("Tables 2 and b, with the remaining tokens of 6.1")
FREE = at_most(0.01, "one point, what the paper's own dead tokens bring: about 1,700 scenes")
COSTS = at_least(0.01, "one point: the paper's own difference is 3.6, about 3,000 scenes")
UNCHANGED = at_most(0.1, "ten points of agreement: of it the paper has no number")
ADDED = at_least(0.1, "what an image has to add before its loss can be called none")
SEEN = at_least(0.1, "what another image must change before an unchanged answer says anything")
MORE = at_least(0.1, "ten points of agreement, a difference that one would see in a plot")


@claim("H2a.right", source=TABLE, reported="52.7 → 53.7, no group of tasks loses", expected=FREE)
@pytest.mark.usefixtures("competent")
def test_dead_tokens_can_be_removed(model, words):
    """Without dead tokens at the input, hardly fewer answers are right."""
    edits = [PLAIN, BLIND, WITHOUT_DEAD, *WITHOUT_AS_MANY]
    full, blind, dead, *drawn = model.sweep(*edits).answer(words, correct)
    lost = full - dead
    lost_of_any = full - mean_of(*drawn)
    finding = lost.against(as_many_of_any_kind=lost_of_any, by=0.01)
    return finding.sensitive_to(full - blind, ADDED)


@claim("H2a.same", source=TABLE, expected=UNCHANGED)
def test_answers_stay_the_same_without_dead_tokens(model, words):
    """Without dead tokens at the input, hardly any word of an answer about the image changes."""
    edits = [ANOTHER, WITHOUT_DEAD, *WITHOUT_AS_MANY]
    other, dead, *drawn = model.sweep(*edits).answer(words, agree)
    changed = 1 - dead
    changed_of_any = 1 - mean_of(*drawn)
    return changed.against(as_many_of_any_kind=changed_of_any).sensitive_to(1 - other, SEEN)


@claim("H3.right", source=TABLE, reported="53.7 against 50.1", expected=COSTS)
@pytest.mark.usefixtures("competent")
def test_as_many_alive_tokens_cost_more(model, words):
    """Without as many alive tokens, drawn at random,
    fewer answers are right than without the dead.
    """
    full, blind = model.sweep(PLAIN, BLIND).answer(words, correct)
    return spared(model, words, correct, by=0.01).sensitive_to(full - blind, ADDED)


@claim("H3.same", source=TABLE, expected=MORE)
def test_as_many_alive_tokens_change_more_answers(model, words):
    """Without as many alive tokens, drawn at random, more answers change than without the dead."""
    other = model.answer(words, agree, ANOTHER)
    return spared(model, words, agree, by=0.1).sensitive_to(1 - other, SEEN)


def spared(model, words, reading, by):
    """What answers keep more without dead tokens than without alive ones,
    of this image and by so much more than of another.
    """
    elsewhere = [ANOTHER >> DEAD_GONE, ANOTHER >> ALIVE_GONE[0]]
    dead, *alive = model.sweep(DEAD_GONE, *ALIVE_GONE).answer(words, reading)
    unseen_dead, unseen_alive = model.sweep(*elsewhere).answer(words, reading)
    more = dead - mean_of(*alive)
    return more.against(another_image=unseen_dead - unseen_alive, by=by)


@claim("H3b.right", source=WITHOUT_SINKS, reported="53.7 against 50.1", expected=COSTS)
@pytest.mark.usefixtures("competent")
@NOT_ALIVE
def test_as_many_that_are_no_sinks_cost_more(model, words, gone):
    """Without as many tokens that are neither dead nor sinks, drawn at random,
    fewer answers are right than without the dead, or the dead and the sinks.
    """
    if too_few(there := present(model, words, SINK)):
        return there
    full, blind = model.sweep(PLAIN, BLIND).answer(words, correct)
    return others_spared(model, words, gone, correct, by=0.01).sensitive_to(full - blind, ADDED)


@claim("H3b.same", source=WITHOUT_SINKS, expected=MORE)
@NOT_ALIVE
def test_as_many_that_are_no_sinks_change_more_answers(model, words, gone):
    """Without as many tokens that are neither dead nor sinks, drawn at random,
    more answers change than without the dead, or the dead and the sinks.
    """
    if too_few(there := present(model, words, SINK)):
        return there
    other = model.answer(words, agree, ANOTHER)
    return others_spared(model, words, gone, agree, by=0.1).sensitive_to(1 - other, SEEN)


def others_spared(model, words, gone, reading, by):
    """What answers keep more without these tokens than without as many others that are no sinks,
    of this image and by so much more than of another.
    """
    edits = [prune(gone.upto(OTHERS)), *(prune(OTHERS.upto(gone, seed)) for seed in range(5))]
    kept, *others = model.sweep(*edits).answer(words, reading)
    unseen, unseen_others = model.sweep(*(ANOTHER >> edit for edit in edits[:2])).answer(
        words, reading
    )
    return (kept - mean_of(*others)).against(another_image=unseen - unseen_others, by=by)
