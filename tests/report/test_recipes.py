"""Recipes in notes are told once, by numbers that stand for them at the end."""

from tests.report.evidence_row import row
from vtmetrics.report.recipes import with_short_recipes
from vtmetrics.report.rendering import Detail, render

FIRST = "lora(truncate(0.25, IMAGE), rank=16, steps=300, teacher=full)"
SECOND = "lora(truncate(0.25, IMAGE), rank=4, steps=300, teacher=full)"


def unmeasured(claim, recipe):
    return row(
        claim, verdict="not measured", value=None, note=f"needs --train: no adapter is kept for {recipe}"
    )


def test_a_recipe_is_told_once_however_many_claims_lack_its_adapter():
    rows = [unmeasured("E1", FIRST), unmeasured("E2", FIRST), unmeasured("E3", SECOND)]
    text = render(rows, width=160, color=False, detail=Detail.REASONS)
    assert text.count(FIRST) == text.count(SECOND) == 1
    assert text.count("no adapter is kept for recipe 1\n") == 2
    assert text.index("kept for recipe 2\n") < text.index(f"\nRecipes\n  1 {FIRST}\n  2 {SECOND}\n")


def test_without_recipes_nothing_is_said_of_them():
    assert "Recipes" not in render([row()], color=False, detail=Detail.REASONS)
    rows = [row(note="lora without an end(")]
    assert with_short_recipes(rows) == (rows, {})
