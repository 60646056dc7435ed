"""Ablation: how many image tokens can go, by what is asked?

Protocol   Of the image's tokens, drawn anew for each scene and draw, so many are left and all
           others never enter; those that are left keep their positions. A share of the image is a
           number of tokens: of 81 a hundredth is one, of 576 six, so that both are asked. Pictures
           are of every base configuration. Asked is whether a colour or a shape is there (variety),
           which one there is most of (dominant), how many different ones there are (unique, as we
           read it), and how many things there are: to six of embedded models, to twenty of others.
Measured   Whether the answer is right, as a contrast with the whole image and with none: what is
           kept of what the image adds. The mean of five draws. Which of two kinds keeps more is
           asked of cross products, of three shares together.
Controls   Of what is kept, the same draws of another image. Of what is lost, the same of a kind of
           answer that should keep it: another image loses everything, which says nothing there. The
           whole image must make a difference to what is right.
Numbers    Figure 4 has no numbers: margins are the sentence's, halves and tenths as it says.
Not asked  Tokens of one half of the picture. Counts within a tenth, and to two hundred: the paper's
           own plan has them (fixtures/scenes/seeing.py), in twenty groups. R5, that probes find the
           number in nearly all tokens where ablation destroys it, is Q2 and R3 read together.
"""

import pytest

from claims.papers import SEEING
from vtmetrics import (
    DONOR,
    IMAGE,
    PLAIN,
    at_least,
    at_most,
    claim,
    correct,
    prune,
    substitute,
    truncate,
)
from vtmetrics.statistics import larger_share, mean_of

FIGURE = SEEING.at("4.1, Figure 4")
BLIND = truncate(0)
ANOTHER = substitute(IMAGE, by=DONOR, at=0)
SURVIVES = at_least(0, "nine tenths of what the image adds: how we read “easily”")
DECENT = at_least(0, "half of what the image adds: how we read “decent”")
HALVED = at_most(0, "half of what the image adds, as is said")
GONE = at_most(0, "a tenth of what the image adds: how we read “virtually impossible”")
ORDERED = at_least(0, "a tenth more of what the image adds, a difference that one sees")
ADDED = at_least(0.1, "what an image has to add before its loss can be called none")
LOST = at_least(0.1, "what has to be lost before one kind can lose less than another")


@claim("R1", source=FIGURE, reported="easily recalled at 99 % (no number)", expected=SURVIVES)
@pytest.mark.usefixtures("competent")
@pytest.mark.parametrize("left", [0.01, 6])
def test_variety_survives_almost_no_image(model, variety, left):
    """With a hundredth of the image's tokens, or with six of them,
    which colours and shapes there are is told nine times in ten as well.
    """
    return keeps(model, variety, left, 0.9)


@claim("R2.dominant", source=FIGURE, reported="decent at 90 % (no number)", expected=DECENT)
@pytest.mark.usefixtures("competent")
def test_the_dominant_survives_with_a_tenth(model, dominant):
    """With one image token in ten, which colour or shape there is most of keeps half."""
    return keeps(model, dominant, 0.1, 0.5)


@claim("R2.unique", source=FIGURE, reported="decent at 90 % (no number)", expected=DECENT)
@pytest.mark.usefixtures("competent")
def test_the_different_survive_with_a_tenth(model, unique):
    """With one image token in ten, how many different colours or shapes there are keeps half."""
    return keeps(model, unique, 0.1, 0.5)


@claim("R3.half", source=FIGURE, reported="more than halved at 50 %", expected=HALVED)
@pytest.mark.usefixtures("competent")
def test_counting_needs_more_than_half_of_it(model, counted, variety):
    """With half of the image tokens, drawn, numbers keep at most half of what the image adds."""
    return loses(model, counted, variety, 0.5, 0.5)


@claim("R3.quarter", source=FIGURE, reported="virtually impossible at 75 %", expected=GONE)
@pytest.mark.usefixtures("competent")
def test_counting_is_impossible_with_a_quarter(model, counted, variety):
    """With a quarter of the image tokens, drawn, numbers keep at most a tenth of what it adds."""
    return loses(model, counted, variety, 0.25, 0.1)


@claim(
    "R4.variety", source=FIGURE, reported="more complex, more impact (no number)", expected=ORDERED
)
@pytest.mark.usefixtures("competent")
def test_variety_keeps_more_than_comparison(model, variety, dominant):
    """Over three shares, variety keeps a tenth more of what the image adds than the dominant do."""
    return keeps_more(model, variety, dominant)


@claim(
    "R4.number", source=FIGURE, reported="more complex, more impact (no number)", expected=ORDERED
)
@pytest.mark.usefixtures("competent")
def test_comparison_keeps_more_than_counting(model, dominant, counted):
    """Over three shares, the dominant keep a tenth more of what the image adds than numbers do."""
    return keeps_more(model, dominant, counted)


def drawn(left, draws=5):
    """So many image tokens are left, or this share of them, in several draws."""
    return [prune(IMAGE - IMAGE.sample(left, seed)) for seed in range(draws)]


def keeps(model, scenes, left, least):
    """What is kept beyond a share of what the image adds, against the same of another image."""
    other = [ANOTHER >> each for each in drawn(left, 2)]
    full, blind, *some = model.sweep(PLAIN, BLIND, *drawn(left)).answer(scenes, correct)
    unseen = model.sweep(*other).answer(scenes, correct)
    asked = least * full + (1 - least) * blind
    kept = mean_of(*some) - asked
    return kept.against(another_image=mean_of(*unseen) - asked).sensitive_to(full - blind, ADDED)


def loses(model, scenes, easy, left, most):
    """What is kept beyond a share of what the image adds, against the same of an easy kind."""
    kept, added = beyond(model, scenes, left, most)
    kept_easy, _ = beyond(model, easy, left, most)
    return kept.against(variety=kept_easy).sensitive_to(added, ADDED)


def beyond(model, scenes, left, most):
    """What is kept beyond a share of what the image adds, and what it adds."""
    full, blind, *some = model.sweep(PLAIN, BLIND, *drawn(left)).answer(scenes, correct)
    return mean_of(*some) - most * full - (1 - most) * blind, full - blind


def keeps_more(model, easy, hard):
    """Which kind keeps more of what the image adds, and which does of another image."""
    kept, unseen, added = over_shares(model, easy)
    kept_hard, unseen_hard, added_hard = over_shares(model, hard)
    found = larger_share(kept, added, kept_hard, added_hard, by=0.1)
    other = larger_share(unseen, added, unseen_hard, added_hard, by=0.1)
    return found.against(another_image=other).sensitive_to(added_hard - kept_hard, LOST)


def over_shares(model, scenes):
    """What is kept in the mean over three shares, of the image and of another, and what it adds."""
    shares = [drawn(left, 1)[0] for left in (0.5, 0.25, 0.1)]
    full, blind, *kept = model.sweep(PLAIN, BLIND, *shares).answer(scenes, correct)
    unseen = model.sweep(*(ANOTHER >> each for each in shares)).answer(scenes, correct)
    return mean_of(*kept) - blind, mean_of(*unseen) - blind, full - blind
