"""Patches: how much can be read off a single image token?

Protocol   One object in one cell of the model's own grid, found by its processor, on plain ground:
           one to three equal shapes, asked what they are, which colour and how many; a character,
           asked its colour; two capitals, asked which. Pairs of pictures share all but what is
           recoloured, enlarged or turned round.
Measured   Right answers by picture. Where the object's colour is not that of its cell or of its
           surroundings, whose colour is said. Strings are the same two capitals, one piece of the
           tokenizer in one order and several in the other.
Controls   No image. The same over nine tokens, which should be easy. A colour that is not shown.
           Who can't tell a character's colour over nine tokens is not asked about one.
Numbers    Nine colours are wrong, so that one in nine wrong answers names any of them by chance.
           The paper has 30, 20 and 20 pictures: its five of six are anything from .36 to 1.
Pictures   Objects are shapes, and in several a quarter of the cell each. Embedded models learned
           on none as small, and on no coloured ground: what they can't read there is "–".
Not asked  Models of which a place is seen by several tokens, as by a picture and its tiles. That it
           is whole strings which the paper's model reads: four letters don't fit a cell here.
"""

import pytest

from claims.papers import LENS
from vtmetrics import PLAIN, at_least, claim, correct, truncate

BLIND = truncate(0)
PATCH = LENS.at("7.1 and Figure 9: 30, 20 and 20 pictures")
POINTS = at_least(0.2, "twenty points: how we read “sharply” and “immediately”")
READ = at_least(0.2, "one in five is recognised, as 6 of 30 are in the paper")


@claim("N1", source=PATCH, reported="5 of 6 recognised", expected=at_least(0, "half of them"))
def test_one_token_tells_color_and_number_too(model, patch_shapes, patch_colors, patch_counts):
    """Of objects in one token that are named, at least half are told in colour and number too."""
    asked = patch_shapes, patch_colors, patch_counts
    named, color, count = (model.answer(scenes, correct, PLAIN) for scenes in asked)
    unnamed, uncolored, uncounted = (model.answer(scenes, correct, BLIND) for scenes in asked)
    finding = (named * color * count - 0.5 * named).sensitive_to(named, READ)
    return finding.against(no_image=unnamed * uncolored * uncounted - 0.5 * unnamed)


@claim(
    "N2",
    source=PATCH,
    reported="“tT” and “gb” fail; “Fu”, “Ty” and “Jack” do not",
    expected=at_least(0.1, "ten points: the paper has no number"),
)
def test_strings_of_one_piece_are_read_better(
    model, whole_strings, split_strings, whole_strings_large, split_strings_large
):
    """Two capitals in one token are read better if they are one piece of the tokenizer."""
    asked = whole_strings, split_strings, whole_strings_large, split_strings_large
    whole, split, whole_large, split_large = (model.answer(scenes, correct) for scenes in asked)
    return (whole - split).against(large=whole_large - split_large).sensitive_to(whole, READ)


@claim(
    "N3.share",
    source=LENS.at("7.1, Figure 9 (right) and F.1"),
    reported="errors tend to follow the background",
    expected=at_least(0, "twice as often as by chance"),
)
@pytest.mark.usefixtures("legible")
def test_wrong_colors_are_those_of_the_ground(model, grounded, ground_colors, third_colors):
    """Of wrong colours, at least twice as many as by chance are that of the object's own cell."""
    asked = grounded, ground_colors, third_colors
    own, ground, third = (model.answer(scenes, correct) for scenes in asked)
    wrong, chance = 1 - own, 2 / 9 * (1 - own)
    some = at_least(0.1, "a tenth is wrong, or there is nothing to follow the ground")
    return (ground - chance).against(third_color=third - chance).sensitive_to(wrong, some)


@claim("N3.costs", source=PATCH, reported="declines sharply (no number)", expected=POINTS)
@pytest.mark.usefixtures("legible")
def test_a_ground_of_another_color_costs_the_color(
    model, glyphs, grounded, glyphs_large, grounded_large
):
    """Where a character's cell has another colour, its own is told less often."""
    asked = glyphs, grounded, glyphs_large, grounded_large
    plain, differs, large, differs_large = (model.answer(scenes, correct) for scenes in asked)
    finding = (plain - differs).against(large=large - differs_large)
    return finding.sensitive_to(
        plain, at_least(0.5, "half of the colours are told on plain ground")
    )


@claim(
    "N4",
    source=LENS.at("F.2 and Figure f: one picture"),
    reported="recolouring “9” changes nothing, recolouring what surrounds it does",
    expected=POINTS,
)
@pytest.mark.usefixtures("legible")
def test_answers_follow_the_surroundings(
    model, around_again, object_again, around_again_large, object_again_large
):
    """Asked for a character's colour, recoloured surroundings are told
    more often than a recoloured character is.
    """
    asked = around_again, object_again, around_again_large, object_again_large
    around, glyph, around_large, glyph_large = (model.answer(scenes, correct) for scenes in asked)
    told = at_least(0.2, "one answer in five follows either")
    finding = (around - glyph).against(large=around_large - glyph_large)
    return finding.sensitive_to(around + glyph, told)
