"""Plain English: the same scenes, asked so that whoever follows the instruction writes the gold answer."""

import hashlib
import re
from types import SimpleNamespace

import pytest

from fixtures.scenes import pytest_fixtures
from fixtures.scenes.attributes import COLUMNS, ROWS
from fixtures.scenes.box_units import PIXELS, in_units
from fixtures.scenes.counted import COUNTED
from fixtures.scenes.draw import CAPTIONS, TASKS, draw
from fixtures.scenes.patch_tasks import PATCH_TASKS
from fixtures.scenes.phrasing import phrased
from fixtures.scenes.spatial_tasks import SPATIAL_TASKS
from vtmetrics.metrics.chain import concluded, conclusion_of, reasoning_steps
from vtmetrics.nets.spec import Spec

#: those of single tokens have no donors, and tests of their own
GIVEN = sorted(
    {*pytest_fixtures.TASKS.values(), *pytest_fixtures.LESSONS} - PATCH_TASKS.keys() - SPATIAL_TASKS.keys()
)
#: of the prompts and answers that embedded models were trained on, and shipped adapters and rows belong to
TRAINED_ON = "24780e1a01448ce2790aebe3c4329c22cb37a0f7e375443fa1bd85e7c32349e3"
#: what claims are given since, of contents that they were trained on
LATER = ("box", "places", "what", "whole")
COUNT = 24
LIST = re.compile(
    r'list ([\w ]+) as "([\w ]+)",(?: or "nothing" if there is none,)? (.+), in lowercase, '
    r"with commas between and (.+) at the end"
)
#: where a box and what is in it stand in a list
ORDERS = {
    "row by row from the top, left to right": lambda placed: (placed[1][3], placed[0].left),
    "left to right": lambda placed: placed[0].left,
    "top to bottom": lambda placed: placed[0].top,
    "in the order of the question": lambda _: 0,
}


def both(task, count=COUNT):
    """Scenes and their donors, as drawn and in plain English."""
    pairs = [(scene, phrased(scene)) for scene in draw(task, "test", count)]
    return [*pairs, *((scene.donor, plain.donor) for scene, plain in pairs)]


def written(form, thing):
    """An object in a form such as "size color shape"."""
    color, name, size, row, column = thing
    parts = dict.fromkeys(("shape", "height", "character", "word"), name) | {"color": color, "size": size}
    parts["thing"] = f"{color} {name}".strip()
    parts |= {
        "row": ROWS[row % 3],
        "column": COLUMNS[column % 3],
    }  # charts and words have more, and no places
    return " ".join(parts[part] for part in form.split())


def listed(scene, what, form, order, end):
    """The list that an instruction asks for."""
    placed = zip(scene.boxes, scene.known["objects"], strict=True)
    things, key = [thing for _, thing in sorted(placed, key=ORDERS[order])], scene.known["key"]
    if what == "every such object":
        things = [thing for thing in things if key[0] in thing[:2]]
    elif what == "both places":
        things = [next(thing for thing in things if name in thing[:2]) for name in key[:2]]
    ends = {"a period": "."}.get(end, f", so {scene.known['value']}.")
    return (", ".join(written(form, thing) for thing in things) or "nothing") + ends


def obeyed(scene):
    """What one writes who sees everything and takes the form of the answer from the prompt alone."""
    prompt, value = scene.prompt, scene.known["value"]
    if asked := LIST.search(prompt):
        return listed(scene, *asked.groups())
    if asked := re.search(r'with only "([^"]+)", where the blank is', prompt):
        return asked[1].replace("___", value)
    if "only one letter" in prompt:
        options = re.findall(r"([A-D]) ([\w ]+)", prompt.rpartition("answer with")[0])
        return next(letter for letter, option in options if option == value)
    return value


@pytest.mark.parametrize("task", sorted({*GIVEN, *CAPTIONS}))
def test_who_follows_the_instruction_writes_the_gold_answer(task):
    for _, plain in both(task):
        assert obeyed(plain) == plain.answer


@pytest.mark.parametrize("task", [task for task in GIVEN if task != "box"])
def test_a_prompt_names_the_words_of_its_answer(task):
    """Only digits and characters are left to be read off the picture, and then their form is told.

    Boxes are asked for in each family's units, and tested by themselves.
    """
    for _, plain in both(task):
        words, named = (set(re.findall(r"\w+", text)) for text in (plain.answer, plain.prompt))
        assert all(len(word) == 1 for word in words - named)
        assert words <= named or {"digits", "lowercase"} & named


@pytest.mark.parametrize("task", TASKS)
def test_scenes_are_spelled_naturally_and_ask_what_their_donors_are_asked(task):
    for scene, plain in both(task, 3):
        for text in (plain.prompt, plain.answer):
            assert not re.search(r" [?.,;:]|\s\s|^\s|\s$|\n|[{}]", text)
        words = re.findall(r"\w+", scene.answer)
        assert re.findall(r"\w+", plain.answer) == words
        if scene.donor is not None:
            assert plain.donor.prompt == plain.prompt
            assert plain.donor.answer != plain.answer


def test_nothing_but_prompt_and_answer_is_another():
    kept = ("id", "images", "task", "group", "known", "boxes")
    for scene, plain in both("words"):
        assert all(getattr(plain, name) is getattr(scene, name) for name in kept)
        assert plain.digest != scene.digest


def test_heights_are_tenths_of_the_picture():
    for _, plain in both("chart_caption"):
        assert "heights are in tenths of the picture's height, rounded." in plain.prompt
        for box in plain.boxes:
            share = (box.bottom - box.top) / plain.images[0].height
            assert box.label.split()[1] == str(round(10 * share))


def test_sizes_are_as_wide_as_it_is_said():
    for _, plain in both("size"):
        small, medium, large = map(
            int, re.search(r"are (\d+), (\d+) and (\d+) percent", plain.prompt).groups()
        )
        told = {"small": small, "medium": medium, "large": large}
        for box, (_, _, size, *_) in zip(plain.boxes, plain.known["objects"], strict=True):
            assert round(100 * (box.right - box.left) / plain.images[0].width) == told[size]


@pytest.mark.parametrize("task", ["position", "text_position"])
def test_places_are_cells_of_a_grid_of_three_rows_and_columns(task):
    for _, plain in both(task):
        assert "a grid of three rows and three columns" in plain.prompt
        for box, (*_, row, column) in zip(plain.boxes, plain.known["objects"], strict=True):
            wide, high = plain.images[0].size
            middle = 3 * (box.top + box.bottom) / 2 // high, 3 * (box.left + box.right) / 2 // wide
            assert middle == (row, column)


def test_chains_are_taken_apart_as_before():
    for scene, plain in both("chains", 60):
        assert reasoning_steps(plain.answer) == reasoning_steps(scene.answer)
        assert conclusion_of(plain.answer) == conclusion_of(scene.answer) == [scene.known["final"]]
        assert concluded(plain.answer, scene.answer) == 1
        other = scene.donor or scene
        assert concluded(plain.answer, other.answer) == float(scene.known["final"] == other.known["final"])


@pytest.mark.parametrize("embedded", [True, False])
def test_checkpoints_alone_are_asked_in_plain_english(embedded, monkeypatch):
    """On test scenes, on those that show whether it is able, and on those that adapters learn from."""
    monkeypatch.setattr(pytest_fixtures, "LESSONS", {"caption": 2, "chains": 2})
    monkeypatch.setattr(pytest_fixtures, "PRACTICE", 4)
    model = SimpleNamespace(spec=Spec("any", "llava", "nowhere", embedded=embedded))
    monkeypatch.setattr(pytest_fixtures, "knows_few_words", lambda model: model.spec.embedded)
    config = SimpleNamespace(getoption=lambda _: 4, stash={})
    taught = pytest_fixtures.lessons.__wrapped__(embedded=embedded)
    asked = [
        *pytest_fixtures._given("fine", model, config),
        *pytest_fixtures.practice("letters", model),
        *taught,
    ]
    size = 72 if embedded else 448
    same = draw("fine", "test", 4, size=size) + draw("hard_letters", "validation", 4, size=size)
    same += [
        scene
        for seed, task in ((1, "caption"), (2, "chains"))
        for scene in draw(task, "train", 2, seed, size=size)
    ]
    wanted = same if embedded else [phrased(scene) for scene in same]
    assert [(scene.prompt, scene.answer) for scene in asked] == [(s.prompt, s.answer) for s in wanted]
    assert {scene.images[0].width for scene in asked} == {size}


@pytest.mark.parametrize("units", [None, PIXELS])
def test_lessons_with_boxes_are_the_lessons_and_boxes_as_they_are_asked(units, monkeypatch):
    """Of names that no other lesson has, since adapters are known by them."""
    monkeypatch.setattr(pytest_fixtures, "LESSONS", {"caption": 2, "words": 2})
    monkeypatch.setattr(pytest_fixtures, "BOXES", 3)
    monkeypatch.setattr(pytest_fixtures, "lessons", pytest_fixtures.lessons.__wrapped__)
    taught = pytest_fixtures.lessons_with_boxes.__wrapped__(units)
    size = 448 if units else 72
    drawn = draw("box", "train", 3, 3, size=size)
    wanted = [in_units(scene, units) for scene in drawn] if units else drawn
    known = pytest_fixtures.lessons(embedded=units is None)
    assert [scene.digest for scene in taught[:4]] == [scene.digest for scene in known]
    assert [(scene.prompt, scene.answer) for scene in taught[4:]] == [(s.prompt, s.answer) for s in wanted]
    assert len({scene.id for scene in taught}) == 7
    assert {scene.images[0].width for scene in taught} == {size}
    assert all(scene.donor is None for scene in taught)


def test_embedded_models_are_asked_in_the_words_they_were_trained_on():
    """To the letter: their scores, adapters and shipped rows belong to these prompts and answers."""
    told = hashlib.sha256()
    for task in (one for one in GIVEN if one not in COUNTED and one not in LATER):
        for split in ("train", "validation", "test"):
            for scene in draw(task, split, 8):
                told.update(repr((scene.id, scene.prompt, scene.answer, scene.donor.answer)).encode())
    assert told.hexdigest() == TRAINED_ON
