"""The answers are true: each is derived again from the pixels."""

from collections import Counter

import numpy as np
import pytest

from fixtures.scenes.attributes import CHARACTERS, COLUMNS, ROWS
from fixtures.scenes.draw import draw
from fixtures.scenes.font import CELLS
from tests.scenes.read_pictures import bars, in_cells, shape_of, size_of

SCENES = 40


def things(scene):
    """Colour, shape, size and place of everything in a picture of shapes."""
    return [
        (one.color, shape_of(one.mask), size_of(one.mask), f"{ROWS[one.row]} {COLUMNS[one.column]}")
        for one in in_cells(scene.images[0])
    ]


def both(task, count=SCENES):
    """Scenes and their donors, which have to be as true."""
    scenes = draw(task, "test", count)
    return [*scenes, *(scene.donor for scene in scenes)]


def matching(scene, key):
    return [thing for thing in things(scene) if key in thing]


@pytest.mark.parametrize(("task", "place"), [("color", 0), ("shape", 1), ("size", 2), ("position", 3)])
def test_an_attribute_is_that_of_the_only_thing_with_the_key(task, place):
    for scene in both(task):
        (found,) = matching(scene, scene.known["key"][0])
        assert found[place] == scene.answer


def test_counts_are_what_one_counts():
    for scene in both("count"):
        assert str(len(things(scene))) == scene.answer


def test_tallies_and_their_chains_count_what_they_name():
    for scene in both("tally.chain"):
        found = matching(scene, scene.known["key"][0])
        steps = " , ".join(f"{color} {shape}" for color, shape, *_ in found) or "nothing"
        assert scene.answer == f"{steps} , so {len(found)} ."
        assert scene.known["final"] == str(len(found))


def test_what_is_at_a_place_is_there():
    for scene in both("at"):
        found = matching(scene, scene.known["key"][0])
        assert scene.answer == (f"{found[0][0]} {found[0][1]}" if found else "nothing")


@pytest.mark.parametrize("task", ["exist", "presence"])
def test_existence_is_seen(task):
    for scene in both(task):
        there = any(set(scene.known["key"]) <= set(thing) for thing in things(scene))
        assert scene.answer == ("yes" if there else "no")


def test_relations_hold_between_centers():
    for scene in both("relation"):
        key = scene.known["key"]
        one, other = (
            next(o for o in in_cells(scene.images[0]) if name in (o.color, shape_of(o.mask)))
            for name in key[:2]
        )
        holds = {
            "left of": one.column < other.column,
            "right of": one.column > other.column,
            "above": one.row < other.row,
            "below": one.row > other.row,
        }[key[2]]
        assert scene.answer == ("yes" if holds else "no")


def test_coordinates_are_eighteenths_of_the_picture():
    for scene in both("box"):
        (found,) = [
            o for o in in_cells(scene.images[0]) if scene.known["key"][0] in (o.color, shape_of(o.mask))
        ]
        assert np.allclose([int(side) for side in scene.answer.split()], np.array(found.box) / 4, atol=1.01)


def test_captions_name_everything_in_reading_order():
    for scene in both("caption"):
        told = " , ".join(f"{size} {color} {shape}" for color, shape, size, _ in things(scene))
        assert scene.answer == f"{told} ."


def test_charts_are_as_high_as_they_say():
    for scene in both("chart_caption"):
        assert (
            scene.answer == " , ".join(f"{color} {height}" for color, height in bars(scene.images[0])) + " ."
        )


@pytest.mark.parametrize(("task", "pick"), [("tallest", max), ("shortest", min)])
def test_the_extreme_bar_is_the_only_one(task, pick):
    for scene in both(task):
        heights = bars(scene.images[0])
        best = pick(height for _, height in heights)
        assert [color for color, height in heights if height == best] == [scene.answer]


def character_of(mask):
    """The character whose cells are those of a mask of three pixels a cell."""
    cells = {(x, y) for y in range(0, mask.shape[0], 3) for x in range(0, mask.shape[1], 3) if mask[y, x]}
    left = {name: min(x for x, _ in CELLS[name]) for name in CHARACTERS}
    return next(n for n in CHARACTERS if {((x - left[n]) * 3, y * 3) for x, y in CELLS[n]} == cells)


def test_characters_are_written_as_they_are_named():
    for scene in both("text_caption"):
        told = [f"{one.color} {character_of(one.mask)}" for one in in_cells(scene.images[0])]
        assert scene.answer == " , ".join(told) + " ."


def test_no_two_characters_look_alike():
    assert len(set(CELLS.values())) == len(CHARACTERS)


@pytest.mark.parametrize(
    ("task", "answers"),
    [("exist", 2), ("presence", 2), ("relation", 2), ("color.check", 2), ("color.letter", 4), ("count", 6)],
)
def test_no_answer_is_much_more_frequent_than_the_others(task, answers):
    """Whoever always says the same is right about as often as chance."""
    told = Counter(scene.answer for scene in draw(task, "test", 300))
    assert len(told) == answers
    assert max(told.values()) / 300 < 1 / answers + 0.12


@pytest.mark.parametrize("task", ["exist", "presence", "relation", "color.check", "value.check"])
def test_no_word_of_the_question_gives_the_answer_away(task):
    """Whatever is asked about, yes and no are both to be expected."""
    told = Counter(
        (word, scene.answer) for scene in draw(task, "test", 600) for word in set(scene.prompt.split())
    )
    for word in {word for word, _ in told}:
        yes, no = told[word, "yes"], told[word, "no"]
        assert yes + no < 30 or 0.2 < yes / (yes + no) < 0.8, word
