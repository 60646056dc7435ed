"""The headline's sentence: its grammar, and how many answers chance alone would turn."""

from types import SimpleNamespace

import pytest

from vtmetrics.evidence import Conclusions, Glyph
from vtmetrics.report.headline import advice


def cell(glyph, value=0.5):
    """An answer, as far as the sentence looks."""
    return SimpleNamespace(conclusion=SimpleNamespace(glyph=glyph), shown=SimpleNamespace(value=value))


def told(*glyphs):
    return advice([cell(glyph) for glyph in glyphs], Conclusions([]))


@pytest.mark.parametrize(
    ("glyphs", "wanted"),
    [
        ([Glyph.VACUOUS], "0 of 1 answer stands; do not quote the 1 that holds of a control too."),
        ([Glyph.VACUOUS] * 2, "0 of 2 answers stand; do not quote the 2 that hold of a control too."),
        ([Glyph.SUPPORTED, Glyph.REFUTED], "1 of 2 answers stands; do not build on the 1 refuted."),
    ],
)
def test_one_is_told_as_one(glyphs, wanted):
    assert told(*glyphs) == wanted


def test_chance_is_told_of_all_that_was_measured():
    """One in twenty, whichever way the answer came out; what was not measured can't be wrong."""
    measured = [*[Glyph.SUPPORTED] * 20, *[Glyph.REFUTED] * 60, Glyph.VACUOUS]
    assert told(*measured, *[Glyph.UNMEASURED] * 40).endswith(
        "By chance alone at most about 5 of the 81 measured would be wrong (95 % each)."
    )


def test_of_few_answers_it_is_not_told():
    """Less than one of nineteen is no number that helps."""
    assert "chance" not in told(*[Glyph.SUPPORTED] * 19)
    assert "chance" not in told(*[Glyph.SUPPORTED] * 19, *[Glyph.UNMEASURED] * 9)
    assert "at most about 1 of the 20" in told(*[Glyph.SUPPORTED] * 20)
