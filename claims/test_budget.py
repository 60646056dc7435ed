"""Budget: at equal FLOPs, is it better to drop all image tokens late or some of them early?

Protocol   Half of what image tokens pass through is spared in three ways: all tokens leave half
           way; half of them, drawn at random, never enter; or, as in FastV, two fifths stay after a
           sixth of the depth, those that the prompt's last token attends to most. X19 lets them
           leave by and by, a fifth in each quarter of the depth, the last fifth never; X20 spares
           three quarters of them in one third of the depth, a quarter in another and half in the
           last, where they come back as they left. Kept tokens keep their positions.
Measured   Agreement: the share of answer tokens that keep their most likely word, among those whose
           word depends on the image, in words, letters and captions. Random pruning is the mean of
           two draws. FLOPs by formula, beside, show how nearly equal the budgets are.
Controls   Another image under the same edits: a difference that shows there too is none of this
           image's doing. All is sensitive to one of the ways costing anything at all.
"""

import pytest

from claims.papers import DEPTH, SEEING
from vtmetrics import (
    DONOR,
    IMAGE,
    PLAIN,
    agree,
    at_least,
    attended,
    claim,
    prune,
    pyramid,
    substitute,
    truncate,
    window,
)
from vtmetrics.readings import FORMULA, apart
from vtmetrics.statistics import mean_of

LATE = truncate(1 / 2)
DRAWN = prune(IMAGE.sample(1 / 2, seed=0))
DRAWN_AGAIN = prune(IMAGE.sample(1 / 2, seed=1))
RANKED = truncate(1 / 6, IMAGE - attended(2 / 5, 1 / 6))
BY_AND_BY = pyramid({step / 4: IMAGE.sample((step + 1) / 5) for step in range(4)})
EARLY = window(0, 1 / 3, IMAGE.sample(3 / 4)) >> window(1 / 3, 2 / 3, IMAGE.sample(1 / 4))
MIDDLE = window(0, 1 / 3, IMAGE.sample(1 / 4)) >> window(1 / 3, 2 / 3, IMAGE.sample(3 / 4))
LAST = window(2 / 3, 1.0, IMAGE.sample(1 / 2))
OTHER = substitute(IMAGE, by=DONOR, at=0)
TRADE = DEPTH.at("compute trade-offs")
MORE = at_least(0.1, "ten points of agreement, a difference that one would see in a plot")
COSTS = at_least(0.1, "a tenth of the answers: less is no price to compare")

pytestmark = pytest.mark.usefixtures("competent")


@claim("F2.words", source=TRADE, expected=MORE)
def test_words_prefer_dropping_all_late_to_some_at_random(model, words):
    """At equal FLOPs, short answers keep more without
    image tokens half way than with half of them.
    """
    return late_against_drawn(model, words)


@claim("F2.letters", source=TRADE, expected=MORE)
def test_letters_prefer_dropping_all_late_to_some_at_random(model, choices):
    """At equal FLOPs, letters keep more without image tokens half way than with half of them."""
    return late_against_drawn(model, choices)


@claim("F2.captions", source=TRADE, expected=MORE)
def test_captions_prefer_dropping_all_late_to_some_at_random(model, captions):
    """At equal FLOPs, captions keep more without image tokens half way than with half of them."""
    return late_against_drawn(model, captions)


def late_against_drawn(model, scenes):
    """What truncation keeps more than random pruning, and what it keeps more of another image."""
    late, drawn, drawn_again = model.sweep(LATE, DRAWN, DRAWN_AGAIN).answer(scenes, agree)
    unseen_late, unseen_drawn = model.sweep(OTHER >> LATE, OTHER >> DRAWN).answer(scenes, agree)
    more = late - mean_of(drawn, drawn_again)
    more_unseen = unseen_late - unseen_drawn
    lost = 1 - mean_of(late, drawn, drawn_again)
    flops = dearer(model, scenes, DRAWN)
    return more.against(another_image=more_unseen).sensitive_to(lost, COSTS).beside(flops=flops)


@claim("F2.ranked", source=TRADE, expected=MORE)
def test_words_prefer_dropping_all_late_to_the_least_attended_early(model, words):
    """At equal FLOPs, short answers keep more without
    image tokens half way than with the most attended.
    """
    late, ranked, drawn = model.sweep(LATE, RANKED, DRAWN).answer(words, agree)
    unseen_late, unseen_ranked = model.sweep(OTHER >> LATE, OTHER >> RANKED).answer(words, agree)
    more = late - ranked
    more_unseen = unseen_late - unseen_ranked
    lost = 1 - mean_of(late, drawn)
    flops = dearer(model, words, RANKED)
    return more.against(another_image=more_unseen).sensitive_to(lost, COSTS).beside(flops=flops)


@claim("X19", source=DEPTH.at("limitations"), expected=MORE)
def test_leaving_by_and_by_keeps_more_than_leaving_at_once(model, words):
    """At equal FLOPs, short answers keep more if image tokens leave a fifth at a time
    than if all leave half way.
    """
    return kept_more(model, words, BY_AND_BY, LATE)


@claim(
    "X20",
    source=SEEING.at("5"),
    reported="most in the earliest layers, mild in the middle ones (asserted, no number)",
    expected=MORE,
)
def test_sparing_early_keeps_more_than_sparing_in_the_middle(model, words):
    """At equal FLOPs, short answers keep more if most image tokens are spared in the first third
    of the depth than if most are in the second.
    """
    return kept_more(model, words, EARLY >> LAST, MIDDLE >> LAST)


def kept_more(model, scenes, one, other):
    """What an edit keeps more than another one, and what it keeps more of another image."""
    kept, less, full = model.sweep(one, other, PLAIN).answer(scenes, agree)
    unseen, unseen_less = model.sweep(OTHER >> one, OTHER >> other).answer(scenes, agree)
    flops = apart(*(model.cost(scenes, edit, FORMULA).flops for edit in (other, one)))
    found = (kept - less).against(another_image=unseen - unseen_less)
    return found.sensitive_to(full - mean_of(kept, less), COSTS).beside(flops=flops)


def dearer(model, scenes, edit):
    """By which share truncation half way takes more FLOPs than the edit."""
    late = model.cost(scenes, LATE, FORMULA)
    other = model.cost(scenes, edit, FORMULA)
    return apart(late.flops, other.flops)
