"""Inertness: do dead image tokens take no part, so that they and all sinks can go together?

Protocol   Nothing is edited where attention is read. Dead tokens and sinks are those of Partition;
           they leave before the first layer as in Prunability.
Measured   Of the attention that the question's words give the image, layer by layer, the share that
           goes to dead tokens: a sum over heads and words. In an image without dead tokens it is 0,
           as is their share of the image. Whether the answer is right, as in the paper.
Controls   Of attention, the untrained and the scrambled twin, and what an even hand would give: the
           share of tokens that are dead. Twins too look less at what is alike; where less is asked
           for, by ten hundredths less than the model does. Of H2c, as many tokens of any kind; the
           whole image must make a difference to what is right. Of H2b, as many alive tokens; what
           positions that close up make of it is shown beside.
Numbers    H2c asks for ten points: the paper never removed both together, and has no number.
           H2b asks for one point: the paper's is 3.8, and scenes without dead tokens are left out.
Not asked  H4, that dead tokens stay as they are,
           needs alive tokens of the same length. H6, what the head makes of dead tokens, and H7,
           where in the tower they arise, are not asked yet.
"""

import pytest

from claims.papers import LENS
from vtmetrics import (
    ALIVE,
    DEAD,
    IMAGE,
    PLAIN,
    SINK_LLM,
    SINK_VIT,
    all_of,
    at_least,
    at_most,
    attention,
    claim,
    correct,
    prune,
    share,
    truncate,
)
from vtmetrics.metrics import overlaps
from vtmetrics.statistics import mean_of

GONE = DEAD | SINK_VIT | SINK_LLM
WITHOUT_AS_MANY = [prune(IMAGE.like(GONE, seed)) for seed in range(2)]
BLIND = truncate(0)
FREE = at_most(0.1, "ten points: of both together the paper has no number")
ADDED = at_least(0.1, "what an image has to add before its loss can be called none")


@claim(
    "H2b",
    source=LENS.at("5.1 and Table 2"),
    reported="54.0 → 57.7 (50.0, 64.5, 47.4 → 53.4, 68.4, 51.4)",
    expected=at_least(0.01, "one point: the paper's own difference is 3.8"),
)
@pytest.mark.usefixtures("locating")
def test_boxes_improve_without_dead_tokens(model, boxes):
    """Without dead tokens at the input, more boxes are right."""
    edits = PLAIN, prune(DEAD), prune(ALIVE.upto(DEAD)), prune(DEAD, positions="renumbered"), BLIND
    texts = model.sweep(*edits).say(boxes)
    full, dead, alive, moved, none = (text.score(overlaps, kind="share") for text in texts)
    finding = (dead - full).against(as_many_alive=alive - full).sensitive_to(full - none, ADDED)
    return finding.beside(renumbered=moved - full)


@claim(
    "H2c",
    source=LENS.at("1, 4.3 and 5.1"),
    reported="≈ 40 % can be removed; measured apart: 52.7 → 52.8 and 53.7",
    expected=FREE,
)
@pytest.mark.usefixtures("competent")
def test_dead_tokens_and_sinks_can_go_together(model, words):
    """Without dead tokens and sinks at the input, hardly fewer answers are right."""
    edits = [PLAIN, BLIND, prune(GONE), *WITHOUT_AS_MANY]
    full, blind, gone, *drawn = model.sweep(*edits).answer(words, correct)
    lost_of_any = full - mean_of(*drawn)
    return (full - gone).against(as_many_of_any_kind=lost_of_any).sensitive_to(full - blind, ADDED)


@claim(
    "H5.share",
    source=LENS.at("5.2, Figure 5 (right)"),
    reported="below 8 % at all layers",
    expected=at_most(0.08, "the paper's own bound"),
    twin=True,
)
def test_dead_tokens_receive_little_attention(model, words):
    """At no layer, dead tokens receive eight hundredths of what the question gives the image."""
    received = model.observe(words, attention(DEAD))
    return all_of({f"layer {layer}": received.at(layer) for layer in range(model.layers)})


@claim(
    "H5.each",
    source=LENS.at("5.2, Figure 5 (inset)"),
    reported="much lower than remaining tokens",
    expected=at_most(-0.05, "five hundredths of the image's attention below an even hand"),
    twin=True,
    by=0.1,
)
def test_dead_tokens_receive_less_than_an_even_hand_would_give(model, words):
    """In the mean layer, dead tokens receive a smaller share of the attention than of the image."""
    received = model.observe(words, attention(DEAD)).mean()
    return received - model.observe(words, share(DEAD))
