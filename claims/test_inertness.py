"""Inertness: do dead image tokens take no part, so that they and all sinks can go together?

Protocol   Nothing is edited where attention is read. Dead tokens and sinks are those of Partition;
           they leave before the first layer as in Prunability.
Measured   Of the attention that the question's words give the image, layer by layer, the share that
           goes to dead tokens: a sum over heads and words. In an image without dead tokens it is 0,
           as is their share of the image. Whether the answer is right, as in the paper.
Controls   Of attention, the untrained and the scrambled twin, and what an even hand would give: the
           share of tokens that are dead. Twins too look less at what is alike; where less is asked
           for, by ten hundredths less than the model does. Of H2c, as many tokens of any kind; the
           whole image must make a difference to what is right.
Numbers    H2c asks for ten points: the paper never removed both together, and has no number.
Not asked  H2b, that boxes improve, needs boxes for answers. H4, that dead tokens stay as they are,
           needs alive tokens of the same length. H6, what the head makes of dead tokens, and H7,
           where in the tower they arise, are not asked yet.
"""

import pytest

from claims.papers import LENS
from vtmetrics import (
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
from vtmetrics.statistics import mean_of

GONE = DEAD | SINK_VIT | SINK_LLM
WITHOUT_AS_MANY = [prune(IMAGE.like(GONE, seed)) for seed in range(2)]
BLIND = truncate(0)
FREE = at_most(0.1, "ten points: of both together the paper has no number")
ADDED = at_least(0.1, "what an image has to add before its loss can be called none")


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
