"""Named things: what is asked about them is true of the pixels, and the sheet shows what the table says."""

import re

import numpy as np
import pytest
from PIL import Image, ImageFont

from fixtures.scenes.attributes import NOUNS, PLACES, SHAPES, is_held_out
from fixtures.scenes.content import fill
from fixtures.scenes.draw import draw
from fixtures.scenes.draw_things import drawn
from fixtures.scenes.paint import SHEET
from fixtures.scenes.phrasing import phrased
from fixtures.scenes.things import COLOR_OF, EMOJI, THINGS, article, plural, tile
from tests.scenes.read_pictures import hue_of, named, tiles

SCENES = 16


def both(task, count=SCENES):
    """Scenes and their donors, which have to be as true."""
    scenes = draw(task, "test", count)
    return [*scenes, *(scene.donor for scene in scenes)]


def seen(scene):
    """Colour, name and place of everything in the image: a thing's colour is that of its tile."""
    told = dict(zip(THINGS, tiles(), strict=True))
    found = []
    for color, name, place in named(scene.images[0]):
        own = color or (COLOR_OF.get(name) and hue_of(told[name][told[name][..., 3] > 200][:, :3]))
        found.append((own, name, place))
    return found


def test_the_sheet_has_a_different_picture_for_each_thing():
    sheet = Image.open(SHEET).convert("RGBA")
    pictures = [np.asarray(sheet.crop(tile(noun))) for noun in THINGS]
    assert sheet.size == (512, 512)
    assert len(pictures) == len({picture.tobytes() for picture in pictures}) == len(set(EMOJI.values())) == 64
    assert all(0.15 < (picture[..., 3] > 128).mean() < 1 for picture in pictures)


def test_what_is_drawn_for_the_sheet_fills_a_tile_from_side_to_side():
    """With any font: the tile is as large as the longer side, and the other one is in the middle."""
    picture = np.asarray(drawn("l", ImageFont.load_default(109)))[..., 3] > 128
    assert picture.shape == (64, 64)
    down, across = picture.any(1), np.flatnonzero(picture.any(0))
    assert down[[1, -2]].all()
    assert across.mean() == pytest.approx(31.5, abs=1)


@pytest.mark.parametrize("noun", COLOR_OF)
def test_a_thing_has_the_color_that_is_told(noun):
    picture = tiles()[THINGS.index(noun)]
    assert hue_of(picture[picture[..., 3] > 200][:, :3]) == COLOR_OF[noun]


def test_captions_name_everything_in_reading_order():
    for scene in both("thing_caption"):
        told = [f"{color} {name}" if color and name in SHAPES else name for color, name, _ in seen(scene)]
        assert scene.answer == " , ".join(told) + " ."
        assert [box.label for box in scene.boxes] == told


@pytest.mark.parametrize(("task", "place"), [("thing", 1), ("thing_color", 0)])
def test_what_is_at_a_place_is_there(task, place):
    for scene in both(task):
        (found,) = [thing for thing in seen(scene) if thing[2] == scene.known["key"][0]]
        assert found[place] == scene.answer


def test_the_only_thing_of_a_color_is_found():
    for scene in both("colored_thing"):
        (found,) = [thing for thing in seen(scene) if thing[0] == scene.known["key"][0]]
        assert found[1] == scene.answer


def test_a_thing_is_where_it_is_told_to_be():
    for scene in both("thing_position"):
        (found,) = [thing for thing in seen(scene) if thing[1] == scene.known["key"][0]]
        assert found[2] == scene.answer


def test_presence_and_numbers_are_counted():
    for scene in [*both("thing_presence"), *both("thing_tally"), *both("things")]:
        names = [name for _, name, _ in seen(scene)]
        count = names.count(*scene.known["key"]) if scene.known["key"] else len(names)
        presence = "yes" if count else "no"
        assert scene.answer == (presence if scene.known["content"] == "thing_presence" else str(count))


def test_relations_hold_between_places():
    for scene in both("thing_relation"):
        one, other, relation = scene.known["key"]
        places = {name: divmod(PLACES.index(place), 3) for _, name, place in seen(scene)}
        (row, column), (down, across) = places[one], places[other]
        holds = {"left of": column < across, "right of": column > across, "above": row < down}
        assert scene.answer == ("yes" if holds.get(relation, row > down) else "no")


def test_presence_is_as_often_true_as_not_whatever_it_is_about():
    told = [scene.answer for scene in draw("thing_presence", "test", 300)]
    assert 0.4 < told.count("yes") / 300 < 0.6


def test_a_thing_is_never_trained_at_one_place():
    """Of nine places each thing has one that only tests show; shapes keep the colours that they miss."""
    shown = {"train": set(), "test": set()}
    for split, pairs in shown.items():
        for scene in draw("thing_caption", split, 150):
            for color, name, _, row, column in (*scene.known["objects"], *scene.donor.known["objects"]):
                pairs.add((name, color or PLACES[3 * row + column]))
    assert not any(is_held_out(*pair) for pair in shown["train"])
    assert 0.02 < sum(is_held_out(*pair) for pair in shown["test"]) / len(shown["test"]) < 0.2
    assert {name for name, _ in shown["train"]} == set(NOUNS)


def test_nouns_have_their_articles_and_plurals():
    assert article("egg") == "an egg"
    assert fill("is there {a0} ?", ("dog",)) == "is there a dog ?"
    plurals = [plural(noun) for noun in ("dog", "fox", "bus", "mouse", "leaf", "fish", "cross", "red shape")]
    assert plurals == ["dogs", "foxes", "buses", "mice", "leaves", "fish", "crosses", "red shapes"]


def test_checkpoints_are_asked_for_nouns_in_plain_english():
    (scene,) = draw("thing.sentence", "test", 1)
    told = phrased(scene)
    assert re.match(r"the picture is a grid .+ what is at [a-z]+ [a-z]+\? answer in lowercase", told.prompt)
    assert re.fullmatch(r"at [a-z]+ [a-z]+ there is an? [a-z]+\.", told.answer)
