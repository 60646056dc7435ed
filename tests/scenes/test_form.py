"""Forms ask for the same content in different ways, and keep what they promise."""

import pytest

from fixtures.scenes.all_contents import CONTENTS
from fixtures.scenes.attributes import LETTERS
from fixtures.scenes.draw import TASKS, draw
from fixtures.scenes.things import COLOR_OF

LETTERED = [task for task in TASKS if task.endswith((".letter", ".hard", ".spelled"))]
HARD = [task for task in TASKS if task.endswith(".hard")]


def options(scene):
    """The options as the prompt lists them."""
    listed = scene.prompt.partition(" ? ")[2].rpartition(" . ")[0].split(" , ")
    return {entry[0]: entry[2:] for entry in listed}


@pytest.mark.parametrize("task", LETTERED)
def test_the_letter_stands_before_the_value(task):
    for scene in draw(task, "test", 12):
        for asked in (scene, scene.donor):
            assert options(asked)[asked.answer[-1]] == asked.known["value"]
            assert asked.known["final"] == asked.answer[-1]


@pytest.mark.parametrize("task", LETTERED)
def test_options_are_different_values_of_the_content(task):
    content = CONTENTS[task.partition(".")[0]]
    for scene in draw(task, "test", 12):
        told = options(scene)
        assert list(told) == list(LETTERS[: min(4, len(content.values))])
        assert len(set(told.values())) == len(told)
        assert set(told.values()) <= set(content.values)


@pytest.mark.parametrize("task", HARD)
def test_hard_options_are_all_in_the_picture(task):
    for scene in draw(task, "test", 12):
        shown = {word for color, name, *_ in scene.known["objects"] for word in (color, name)}
        shown |= {COLOR_OF.get(name) for name in shown}
        if "position" in task:
            shown = {(row, column) for *_, row, column in scene.known["objects"]}
            assert len(shown) >= 4
        else:
            assert set(options(scene).values()) <= shown


def test_spelled_answers_name_the_value_before_the_letter():
    for scene in draw("shape.spelled", "test", 12):
        assert scene.answer == f"{scene.known['value']} {scene.known['final']}"


def test_sentences_tell_key_and_value():
    for scene in draw("color.sentence", "test", 12):
        assert scene.answer == f"the {scene.known['key'][0]} is {scene.known['value']} ."


def test_a_check_is_yes_only_for_the_truth():
    for scene in draw("value.check", "test", 40):
        claimed = scene.prompt.split(" bar ")[1].split()[0]
        assert scene.answer == ("yes" if claimed == scene.known["value"] else "no")


def test_a_chain_of_relation_looks_at_both_places_first():
    for scene in draw("relation.chain", "test", 12):
        one, other, so = scene.answer.split(" , ")
        assert len(one.split()) == len(other.split()) == 2
        assert so == f"so {scene.known['final']} ."
