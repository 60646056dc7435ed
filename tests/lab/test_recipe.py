"""A recipe says all that an adapter depends on, and its address follows."""

from dataclasses import replace

import pytest

from fixtures.scenes.draw import draw
from vtmetrics import PLAIN, Recipe, truncate

RECIPE = Recipe(truncate(0.25), rank=2, teacher="gold")


@pytest.fixture(scope="module")
def lessons():
    return draw("words", "train", 6)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"rank": 4},
        {"scale": 1.0},
        {"steps": 5},
        {"edit": PLAIN},
        {"edit": truncate(0.5)},
        {"targets": "text"},
        {"targets": "bridged"},
        {"targets": "tower"},
        {"tower": 0.04},
        {"bridge": 0.2},
        {"teacher": "full"},
        {"rate": 2e-2},
        {"batch": 3},
    ],
    ids=str,
)
def test_every_part_of_a_recipe_is_part_of_the_address(other, lessons):
    assert RECIPE.address("0", lessons) != replace(RECIPE, **other).address("0", lessons)


def test_model_and_scenes_are_part_of_the_address(lessons):
    addresses = {
        RECIPE.address("0", lessons),
        RECIPE.address("1", lessons),
        RECIPE.address("0", lessons[1:]),
        RECIPE.address("0", lessons[::-1]),
    }
    assert len(addresses) == 4
    assert RECIPE.address("0", lessons) == RECIPE.address("0", list(lessons))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"targets": "head"}, "targets are one of attention, text, bridged, tower, all, got 'head'"),
        ({"teacher": "none"}, "a teacher is one of full, gold, got 'none'"),
        ({"rank": 0}, "a recipe wants a rank and a batch from 1 and steps from 0, got rank 0"),
        ({"tower": 0.0}, "shares of a rate are above 0, got 1.0 and 0.0"),
        ({"rate": 0.0}, "a recipe wants a rate and a scale above 0, got 0.0 and 2.0"),
    ],
)
def test_a_recipe_that_means_nothing_is_refused(told, words):
    with pytest.raises(ValueError, match=words):
        Recipe(**told)


def test_parts_that_learn_at_one_rate_are_not_told_apart():
    """So adapters that were trained before there were such rates are found as ever."""
    assert str(RECIPE) == str(replace(RECIPE, bridge=1.0, tower=1.0))
    assert "tower" not in str(RECIPE)
    assert str(replace(RECIPE, bridge=0.2, tower=0.04)).endswith("teacher=gold, bridge=0.2, tower=0.04)")
