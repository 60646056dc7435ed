"""Sinks: does the model look at the image tokens on which attention is said to rest, and need them?

Protocol   Sinks of the tower and of the language model are those of Partition; the rest is alive
           where it is not dead. They leave before the first layer as in Prunability. Pictures
           without such tokens are left out, and a model without any is asked nothing more.
Measured   As in Prunability; of the attention that the question's words give, shares in the mean
           layer. Of questions of how many things there are and of those about one thing, what each
           kind loses.
Controls   As many alive tokens; another image, or none, must cost something. Of who is looked at,
           the twins: random weights have no sinks. There must be attention that is set free.
Numbers    H1 asks for ten points: the one point of the paper takes 368 scenes of which not one
           changes. Without the language model's sinks the rows of Table a come to 52.6, where 52.7
           is printed; Table 1 has the vision-centric numbers of the two kinds exchanged.
           H8's figure is of visual sinks, the text around it of the language model's: both kinds.
Disputed   X10 expects of the number of G7 the opposite. X17 is about H1 by the kind of question,
           and asks for a difference between two kinds, of which H1 has no number.
Not asked  That sinks do not depend on the question: no token can that is read before it. H1 for
           groups of tasks: the questions are of one kind each, and few. H1 by the released code's
           three words (G9 asks whether a word finds the tokens): they are of one model.
"""

import pytest

from claims.papers import DIYSINK, GATING, LENS
from vtmetrics import (
    ALIVE,
    ALL,
    DONOR,
    IMAGE,
    PLAIN,
    SINK_LLM,
    SINK_VIT,
    SYSTEM,
    agree,
    at_least,
    at_most,
    attention,
    claim,
    correct,
    prune,
    share,
    substitute,
    truncate,
)
from vtmetrics.protocols import present, too_few
from vtmetrics.statistics import mean_of

SINK = SINK_VIT | SINK_LLM
OTHERS = ALIVE - SINK
BLIND = truncate(0)
ANOTHER = substitute(IMAGE, by=DONOR, at=0)
KINDS = pytest.mark.parametrize("sink", [SINK_VIT, SINK_LLM, SINK], ids=["vit", "llm", "both"])
TABLE = LENS.at("4.3, Table 1 and Table a")
FREE = at_most(0.1, "ten points: one, as in the paper, takes 368 scenes that all stay the same")
UNCHANGED = at_most(0.1, "ten points of agreement: of it the paper has no number")
ADDED = at_least(0.1, "what an image has to add before its loss can be called none")
SEEN = at_least(0.1, "what another image must change before an unchanged answer says anything")
HAD = at_least(0.01, "a hundredth of the attention, or there is none to be freed")


@claim(
    "G7",
    source=LENS.at("4.2"),
    reported="largely disregarded (no number)",
    expected=at_most(0, "no larger a share of the attention than of the tokens"),
    twin=True,
)
def test_the_language_model_disregards_the_towers_sinks(model, words):
    """Each of the tower's sinks receives no more of the question's attention
    than each alive token does.
    """
    return favoured(model, words)


@claim(
    "X10",
    source=DIYSINK.at("summaries of its analysis"),
    reported="about 7 times as much",
    expected=at_least(0, "at least as large a share of the attention as of the tokens"),
    twin=True,
    disputes="G7",
)
def test_the_language_model_attends_to_the_towers_sinks(model, words):
    """Each of the tower's sinks receives at least as much of the question's attention
    as each alive token does.
    """
    return favoured(model, words)


def favoured(model, scenes):
    """The share of sinks in the attention to sinks and alive tokens, less that in their number."""
    if too_few(there := present(model, scenes, SINK_VIT)):
        return there
    both = SINK_VIT | OTHERS
    received = model.observe(scenes, attention(SINK_VIT, of=both)).mean()
    return (received - model.observe(scenes, share(SINK_VIT, of=both))) * there


@claim(
    "H1.right",
    source=TABLE,
    reported="52.7 → 52.8 without the tower's, 52.7 the language model's, 52.8 both",
    expected=FREE,
)
@pytest.mark.usefixtures("competent")
@KINDS
def test_sinks_can_be_removed(model, words, sink):
    """Without attention sinks at the input, hardly fewer answers are right."""
    if too_few(there := present(model, words, sink)):
        return there
    edits = [PLAIN, BLIND, prune(sink), *as_many_gone(sink)]
    full, blind, gone, *alive = model.sweep(*edits).answer(words, correct)
    lost_alive = full - mean_of(*alive)
    return (full - gone).against(as_many_alive=lost_alive).sensitive_to(full - blind, ADDED)


@claim("H1.same", source=TABLE, expected=UNCHANGED)
@KINDS
def test_answers_stay_the_same_without_sinks(model, words, sink):
    """Without sinks at the input, hardly any word of an answer about the image changes."""
    if too_few(there := present(model, words, sink)):
        return there
    edits = [ANOTHER, prune(sink), *as_many_gone(sink)]
    other, gone, *alive = model.sweep(*edits).answer(words, agree)
    changed_alive = 1 - mean_of(*alive)
    return (1 - gone).against(as_many_alive=changed_alive).sensitive_to(1 - other, SEEN)


def as_many_gone(sink):
    """As many alive tokens leave, drawn twice."""
    return [prune(OTHERS.like(sink, seed)) for seed in range(2)]


@claim(
    "X17",
    source=GATING.at("abstract"),
    reported="global priors are encoded in sinks, local evidence is suppressed by them (no number)",
    expected=at_least(0.1, "ten points more of what is asked of the whole than of one thing"),
)
@pytest.mark.usefixtures("competent")
def test_sinks_serve_questions_about_the_whole(model, whole, fine):
    """Without sinks, questions of how many things there are lose more right answers
    than questions about one of them.
    """
    if too_few(there := present(model, whole, SINK)):
        return there
    edits = [PLAIN, BLIND, prune(SINK), *as_many_gone(SINK)]
    lost = [losses(*model.sweep(*edits).answer(scenes, correct)) for scenes in (whole, fine)]
    (blind, gone, alive), (_, gone_fine, alive_fine) = lost
    return (gone - gone_fine).against(as_many_alive=alive - alive_fine).sensitive_to(blind, ADDED)


def losses(full, blind, gone, *alive):
    """What is lost without the image, without sinks, and without as many alive tokens."""
    return full - blind, full - gone, full - mean_of(*alive)


@claim(
    "H8",
    source=LENS.at("4.3 and Appendix D.1, Figure d (left)"),
    reported="reallocated to textual sinks in the system prompt (figure)",
    expected=at_least(0, "half of what the sinks had"),
)
def test_freed_attention_goes_to_the_system_prompt(model, words):
    """Without sinks, the system prompt gains at least half of the attention that they had."""
    if too_few(there := present(model, words, SINK)):
        return there
    half = 0.5 * model.observe(words, attention(SINK, of=ALL)).mean()
    edits = [PLAIN, prune(SINK), as_many_gone(SINK)[0]]
    told = model.sweep(*edits).observe(words, attention(SYSTEM, of=ALL))
    before, gone, alive = (curve.mean() for curve in told)
    found = (gone - before - half).against(as_many_alive=alive - before - half)
    return found.sensitive_to(2 * half, HAD)
