"""What smol-llava is asked in training: true answers, no held-out pair, the suite's phrasing among others."""

import random

import pytest

from fixtures.models.smol.smol_tokenizer import tokenizer
from fixtures.scenes.all_contents import CONTENTS
from fixtures.scenes.draw import TASKS, draw, question
from fixtures.scenes.offered_options import natural
from fixtures.scenes.phrasing import phrased
from fixtures.scenes.picture import settle, sketch
from fixtures.training.smol import evaluate
from fixtures.training.smol.english import as_suite, said
from fixtures.training.smol.lesson import Writer, lessons
from fixtures.training.smol.lookups import TABLES, forms, looked_up
from fixtures.training.smol.mixture import BASE, PHASES, Mixture, kind_of, phase
from tests.models.tiny_gguf import facts

ASKED = sorted(
    task for task in BASE if task.partition(".")[2] not in ("table", "rows", "columns", "lettered")
)


def pictures(kind, count=12):
    rng = random.Random(kind)
    return [settle(sketch(kind, "train", rng), "train", rng) for _ in range(count)]


def questions(task):
    content, form = task.split(".")
    rng = random.Random(task)
    found = [question(content, form, picture, rng) for picture in pictures(kind_of(task))]
    return [asked for asked in found if asked]


@pytest.mark.parametrize("task", ASKED)
def test_every_question_keeps_its_answer_in_other_words(task):
    rng = random.Random(0)
    for asked in questions(task):
        prompt, answer = said(asked, rng, suite=0.0)
        assert answer == natural(asked.asked.answer)
        assert not set("{}") & set(prompt)
        assert all(option in prompt for option in asked.options)


@pytest.mark.parametrize("task", ["color", "at.sentence", "position.letter", "tally.chain", "word_caption"])
def test_the_suite_phrasing_is_what_checkpoints_are_asked(task):
    """Test scenes are never learned from, but their prompts are made the same way."""
    scene = draw(task, "train", 1)[0]
    kinds = {"word_caption": "word.caption"}
    content, _, form = kinds.get(task, task).partition(".")
    wanted = phrased(scene)
    found = [as_suite(asked) for asked in questions(f"{content}.{form or 'word'}")]
    assert {prompt.split()[0] for prompt, _ in found} == {wanted.prompt.split()[0]}
    assert {prompt.split()[-1] for prompt, _ in found} == {wanted.prompt.split()[-1]}


@pytest.mark.parametrize(("content", "form"), [(name, form) for name in TABLES for form in forms(name)])
def test_values_that_are_looked_up_are_true(content, form):
    rng = random.Random(0)
    for picture in pictures(CONTENTS[content].kind):
        found = looked_up(content, form, picture, rng)
        if found is None or form != "table" or content == "relation":
            continue
        pieces = [text.strip(" ,") for text, _ in found[1]]
        keys = {" ".join(key): key for key in CONTENTS[content].keys(picture)}
        for named, value in zip(pieces[::2], pieces[1::2], strict=True):
            key = keys[named]
            assert CONTENTS[content].truth(picture, key) == value


def test_training_shows_no_pair_that_is_held_out():
    writer, mixture, rng = Writer(tokenizer(facts())), Mixture(), random.Random(0)
    for start in [one.start for one in PHASES] * 8:
        picture, found = lessons(writer, mixture, start, rng, 400)
        assert not picture.held_out
        assert sum(len(lesson.ids) for lesson in found) <= 400
        assert len({lesson.ids for lesson in found}) == len(found)


def test_things_are_taught_when_all_else_is():
    """From the ten thousandth picture on; what was taught before is what it was."""
    taught = {one.start: "things" in one.kinds for one in PHASES}
    assert taught == {start: start >= 10000 for start in taught}
    assert any(taught.values())


@pytest.mark.parametrize("task", [task for task in ASKED if kind_of(task) == "things" and ".word" in task])
def test_a_question_about_things_begins_in_several_ways(task):
    rng, asked = random.Random(0), questions(task)
    told = {said(one, rng, suite=0.3)[0].split()[0] for one in asked * 8}
    assert len(told) > 1


def test_all_that_is_evaluated_can_be_drawn_and_things_are_among_it():
    assert set(evaluate.ASKED) <= set(TASKS)
    assert {"thing", "thing_presence", "thing_tally", "thing_color", "thing_caption"} <= set(evaluate.ASKED)


def test_letters_wait_for_their_content():
    mixture, now = Mixture(), phase(1300)
    before = mixture.weight("color.letter", now)
    mixture.accuracy["color.word"] = 0.9
    assert mixture.weight("color.letter", now) > 10 * before


def test_what_is_known_is_asked_less():
    mixture, now = Mixture(), phase(0)
    before = mixture.weight("shape.word", now)
    mixture.update({"shape.word": [True] * 200})
    assert mixture.weight("shape.word", now) < before / 5
