"""Inertness: do dead image tokens take no part, so that they and all sinks can go together?

Protocol   Nothing is edited where attention is read. Dead tokens and sinks are those of
           Partition; they leave before the first layer as in Prunability.
Measured   Of the attention that the question's words give the image, layer by layer, the share
           that goes to dead tokens: a sum over heads and words. In an image without dead tokens
           it is 0, as is their share of the image. Whether the answer is right, as in the paper.
           How far tokens stay where they entered, and how alike they are to their mean, between
           layer 2 and the last two; how undecided the head is about them; whether the row of the
           input embeddings that is nearest to them is a whole word: letters that begin one and
           are more than one. In the vision tower, how long what becomes dead tokens is, block by
           block.
Controls   Whatever is added to long states hardly turns them, so dead tokens and alive ones are
           compared in pairs of one length, a tenth apart at most, and with the norm-matched twin.
           Of attention, the untrained and the scrambled twin, and what an even hand would give:
           the share of tokens that are dead. Twins too look less at what is alike; where less is
           asked for, by ten hundredths less than the model does. Of H2c, as many tokens of any
           kind; the whole image must make a difference to what is right. Of H2b, as many alive
           tokens; what positions that close up make of it is shown beside.
Numbers    H2c asks for ten points: the paper never removed both together, and has no number.
           H2b asks for one point: the paper's is 3.8, and scenes without dead tokens are left out.
"""

from math import inf

import pytest

from claims.papers import LENS
from vtmetrics import (
    ALIVE,
    DEAD,
    HEAD,
    IMAGE,
    PAIRED,
    PLAIN,
    SINK_LLM,
    SINK_VIT,
    all_of,
    at_least,
    at_most,
    attention,
    claim,
    correct,
    length_in_tower,
    lens,
    over_depth,
    prune,
    share,
    towards,
    truncate,
)
from vtmetrics.metrics import overlaps
from vtmetrics.protocols import steeper_between
from vtmetrics.statistics import mean_of

GONE = DEAD | SINK_VIT | SINK_LLM
WITHOUT_AS_MANY = [prune(IMAGE.like(GONE, seed)) for seed in range(2)]
BLIND = truncate(0)
FREE = at_most(0.1, "ten points: of both together the paper has no number")
ADDED = at_least(0.1, "what an image has to add before its loss can be called none")
TENTH = at_least(0.1, "a tenth of a cosine: a difference that one would see in the figure")
STILL = LENS.at("5.2, Figure 5 (left)")


def within(curves):
    """The mean over the layers between the second and the last two of each scene's curve."""
    return curves.each(lambda curve: curve[..., 2:-2].mean(-1), curves.range)


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


@claim("H4.still", source=STILL, reported="almost invariant", expected=TENTH, twin="matched")
def test_dead_tokens_stay_where_alive_ones_of_their_length_do_not(model, captions):
    """Between layer 2 and the last two, dead tokens are more like what they entered as
    than alive tokens of the same length are.
    """
    turned = (over_depth("drift", kind & PAIRED) for kind in (DEAD, ALIVE))
    dead, alive = (
        model.observe(captions, each).each(lambda angles: angles.cos(), (-1, 1)) for each in turned
    )
    return within(dead - alive)


@claim(
    "H4.alike",
    source=STILL,
    reported="highly self-consistent",
    expected=TENTH,
    twin=True,
)
def test_dead_tokens_stay_alike(model, captions):
    """Between layer 2 and the last two, dead tokens are more like their mean
    than as many alive tokens of the same length are like theirs.
    """
    kinds = (DEAD & PAIRED, ALIVE & PAIRED)
    dead, alive = (model.observe(captions, towards(kind, kind)) for kind in kinds)
    return within(dead - alive)


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


@claim(
    "H6",
    source=LENS.at("5.2, Figure 6 (bottom)"),
    reported="significantly higher",
    expected=at_least(0.1, "a tenth of a nat"),
    twin=True,
)
def test_the_head_is_less_decided_about_dead_tokens(model, captions):
    """Behind the last layer, dead tokens leave the head more undecided than alive ones do."""
    dead, alive = (model.observe(captions, lens("entropy", kind, HEAD)) for kind in (DEAD, ALIVE))
    return (dead - alive).at(-1)


@claim(
    "H7",
    source=LENS.at("5.2, Figure 6 (left)"),
    reported="low until about layer 21 of 24, then sharply up (L1 norms)",
    expected=at_least(0.05, "a twentieth a block more, as a logarithm: two thirds longer in ten"),
    twin=True,
)
def test_dead_tokens_grow_late_in_the_vision_tower(model, captions):
    """In the vision tower, what becomes dead tokens grows faster from eight tenths
    to nineteen twentieths of the depth than before.
    """
    lengths = model.observe(captions, length_in_tower(DEAD))
    return lengths.each(steeper_between(0.8, 0.95), (-inf, inf))


@claim(
    "H9",
    source=LENS.at("5.1"),
    reported="fragments and punctuation",
    expected=at_most(-0.1, "ten points fewer whole words"),
    twin=True,
)
def test_dead_tokens_are_near_to_no_whole_words(model, captions):
    """As they enter, dead tokens are nearest to a whole word less often than alive ones are."""
    dead, alive = (model.observe(captions, lens("words", kind)) for kind in (DEAD, ALIVE))
    return (dead - alive).at(0)
