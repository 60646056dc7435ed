"""Complexity: do crowded pictures need more of what image tokens can hold?

Protocol   The number of shapes is asked of pictures of every base configuration, whose attributes
           vary one at a time or together; a base is a group. Embedded models learned to count to
           six and see one to six shapes; others see one to twenty. Nothing is edited.
Measured   Rank correlations (Spearman's) over scenes of a number of the image tokens with an
           attribute of the picture, layer by layer, and their mean over layers, what the last one
           writes left out. Of the number of things it is as the paper has it, and beside it with
           the covered area held equal: more things cover more. Where there are more things there
           are more colours, shapes and sizes: there number and area are held equal.
Controls   The twins, and the picture itself: the rank of its own pixels' patches goes with the
           number of things, whatever a model does. What a model adds is P-3.beyond; pixels have no
           layers, and are no control of it.
Numbers    Figure 2 has no numbers. P-4 expects the paper's "mildly" as a tenth to three tenths.
Not asked  Holm's correction over layers and metrics: layers are averaged, metrics are cases.
"""

import pytest

from claims.papers import SEEING
from vtmetrics import IMAGE, about, at_least, at_most, between, claim, correct, over_depth
from vtmetrics.protocols import correlation, of_pixels

FIGURE = SEEING.at("4.1, Figure 2")
RANK = over_depth("effective_rank", IMAGE)
STRONG = at_least(0.3, "three tenths in the mean over layers: how we read “overwhelmingly”")
OPPOSITE = at_most(-0.3, "three tenths, as for ranks")
MORE = at_least(0.1, "a tenth of correlation more than as they enter")
MILD = between(0.1, 0.3, "the paper's “mildly”, as a tenth to three tenths")
NONE = about(0, 0.1, "no correlation that one would see")
WORSE = at_least(0.1, "a tenth of correlation among pictures of as many things")
WRONG = at_least(0.1, "who is never wrong counts nothing worse")


@claim(
    "P-3",
    source=FIGURE,
    reported="overwhelmingly correlated with less compression (figure without numbers)",
    expected=STRONG,
    twin=True,
    by=0.1,
)
@pytest.mark.parametrize("number", ["stable_rank", "participation_ratio_sigma", "effective_rank"])
def test_more_things_take_more_dimensions(model, counted, number):
    """The more things there are, the higher the rank of image tokens."""
    return with_number(model, counted, number)


@claim(
    "P-3.entropy",
    source=FIGURE,
    reported="the same of the entropy of lengths (figure without numbers)",
    expected=STRONG,
    twin=True,
    by=0.1,
)
def test_more_things_make_lengths_say_more(model, counted):
    """The more things there are, the higher the entropy of image tokens' lengths."""
    return with_number(model, counted, "norm_entropy")


@claim(
    "P-3.lengths",
    source=FIGURE,
    reported="the same of the inequality of lengths (figure without numbers)",
    expected=OPPOSITE,
    twin=True,
    by=0.1,
)
@pytest.mark.parametrize("number", ["norm_gini", "norm_variation"])
def test_more_things_make_lengths_more_equal(model, counted, number):
    """The more things there are, the more equal the lengths of image tokens are."""
    return with_number(model, counted, number)


def with_number(model, scenes, metric):
    """How a number of tokens goes with how many things there are, against the picture's own."""
    numbers = model.observe(scenes, over_depth(metric, IMAGE))
    pixels = correlation(of_pixels(scenes, metric), scenes, "count")
    held = correlation(numbers, scenes, "count", given=("area",))
    found = correlation(numbers, scenes, "count")
    return found.against(pixels=pixels, by=0.1).beside(area_held=held)


@claim("P-3.beyond", source=FIGURE, expected=MORE, twin=True, by=0.1)
def test_layers_add_to_what_the_picture_has(model, counted):
    """In the upper half of the depth, rank goes with number more than at the input."""
    ranks = model.observe(counted, RANK)
    upper = ranks.each(lambda curve: curve[..., curve.shape[-1] // 2 :], ranks.range)
    entering = correlation(ranks.at(0), counted, "count")
    return correlation(upper, counted, "count") - entering


@claim(
    "P-4",
    source=FIGURE,
    reported="mildly correlated (figure without numbers)",
    expected=MILD,
    twin=True,
)
@pytest.mark.parametrize("attribute", ["shapes", "colors"])
def test_kinds_of_things_take_a_little(model, counted, attribute):
    """With the number of things held equal, more kinds of them go with a slightly higher rank."""
    ranks = model.observe(counted, RANK)
    return correlation(ranks, counted, attribute, given=("count", "area"))


@claim(
    "P-5",
    source=FIGURE,
    reported="does not matter (figure without numbers)",
    expected=NONE,
    twin=True,
)
def test_kinds_of_sizes_take_nothing(model, counted):
    """With number and covered area held equal, how many sizes there are makes no difference."""
    ranks = model.observe(counted, RANK)
    return correlation(ranks, counted, "sizes", given=("count", "area"))


@claim(
    "P-6",
    source=SEEING.at("Abstract and 1"),
    reported="strongly associated (asserted, no number)",
    expected=WORSE,
)
@pytest.mark.usefixtures("competent")
def test_compressed_pictures_are_counted_worse(model, counted):
    """Among pictures of as many things, those of a lower rank are counted wrongly more often."""
    right, held = model.answer(counted, correct), ("count", "area")
    found = correlation(right, counted, model.observe(counted, RANK), given=held)
    pixels = correlation(right, counted, of_pixels(counted, "effective_rank"), given=held)
    return found.against(pixels=pixels, by=0.1).sensitive_to(1 - right, WRONG)
