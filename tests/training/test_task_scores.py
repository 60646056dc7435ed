"""Scores are right where the truth is known, and belong to scenes that anyone can draw again."""

from pathlib import Path

import pytest

from fixtures.models.smol.smol_place import SMALL
from fixtures.scenes.draw import TASKS, draw
from fixtures.scenes.phrasing import phrased
from fixtures.scenes.pytest_fixtures import LARGE
from fixtures.training import task_scores as module
from fixtures.training.contact_sheet import sheet
from fixtures.training.model_card import card
from fixtures.training.reply import exact, final, judge_of, object_f1, overlap
from fixtures.training.smol.evaluate import ASKED
from fixtures.training.task_scores import ARMS, SCORED, Score, digest_of, read, score, shown, write
from fixtures.training.training_state import Progress
from vtmetrics.nets.loading import load

WEIGHTS = sorted((Path(module.__file__).parents[1] / "models" / "weights").glob("*/scores.jsonl"))


def scene_of(task, said):
    """A scene of the task whose answer is as said."""
    (scene,) = draw(task, "test", 1)
    return type(scene)(**{**scene.__dict__, "answer": said})


def test_an_exact_reply_is_the_answer_word_for_word():
    scene = scene_of("position", "top left")
    assert exact(scene, "top  left") == 1
    assert exact(scene, "top") == exact(scene, "left top") == exact(scene, "") == 0


def test_a_chain_is_judged_by_what_follows_so():
    (scene,) = draw("tally.chain", "test", 1)
    assert final(scene, f"anything , so {scene.known['final']} .") == 1
    assert final(scene, f"{scene.known['final']} , so 9 .") == 0


@pytest.mark.parametrize(
    ("said", "f1"),
    [
        ("large red circle , small blue star .", 1),
        ("small blue star , large red circle .", 1),
        ("large red circle .", 2 / 3),
        ("large red circle , large red circle .", 1 / 2),
        ("large red star , small blue circle .", 0),
        ("", 0),
    ],
)
def test_captions_are_judged_by_their_objects(said, f1):
    assert object_f1(scene_of("caption", "large red circle , small blue star ."), said) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("0 0 4 4", 1),
        ("0 0 4 2", 1),
        ("0 0 4 1", 0),
        ("2 0 6 4", 0),
        ("9 9 1 1", 0),
        ("0 0 4", 0),
        ("a b c d", 0),
    ],
)
def test_boxes_are_judged_by_an_overlap_of_a_half(said, right):
    assert overlap(scene_of("box", "0 0 4 4"), said) == right


def test_all_that_is_scored_can_be_drawn():
    assert set(SCORED) <= set(TASKS)
    assert judge_of("caption") is judge_of("chart_caption") is object_f1
    assert (judge_of("count.chain"), judge_of("box"), judge_of("color.letter")) == (final, overlap, exact)


def test_the_arms_show_the_image_nothing_and_another_image():
    scenes = draw("color", "test", 5)
    image, blank, other = (shown(scenes, arm) for arm in ARMS)
    assert image == [scene.images[0] for scene in scenes]
    assert all(picture.getcolors() == [(72 * 72, (0, 0, 0))] for picture in blank)
    assert other == [*image[1:], image[0]]


def test_whoever_answers_by_the_image_alone_scores_with_it_alone(monkeypatch):
    scenes = draw("color", "test", 30)
    known = {scene.images[0].tobytes(): scene.answer for scene in scenes}

    def seeing(_net, _processor, prompts, images):
        return (known.get(image.tobytes(), "nothing") for _, image in zip(prompts, images, strict=True))

    monkeypatch.setattr(module, "replies", seeing)
    image, blank, other = score(None, None, "color", 30)
    assert (image.value, image.high) == (1, 1)
    assert 0.85 < image.low < 0.95
    assert (blank.value, blank.low) == (0, 0)
    assert other.value < 0.4
    assert {row.digest for row in (image, blank, other)} == {digest_of(scenes)}


def row(task, arm, value):
    return Score(task, arm, value, value - 0.1, value + 0.1, 16, "0123456789abcdef")


def test_scores_are_read_as_they_were_written(tmp_path):
    rows = [row("color", arm, value) for arm, value in zip(ARMS, (0.9, 0.1, 0.2), strict=True)]
    write(rows, tmp_path)
    assert read(tmp_path) == rows


def test_a_card_tells_seed_choices_log_and_scores():
    log = [{"stage": "joint", "step": step, "loss": 3 - step, "minutes": step} for step in (1, 2)]
    progress = Progress("llava", 7, "joint", 2, 16, 120.0, log=log)
    config = {"parameters": 3_200_000, "text_config": {"num_hidden_layers": 12}}
    told = card(
        "llava-7", config, progress, [row("color", arm, 0.5) for arm in ARMS], [(5, 6)], "it was stopped once"
    )
    assert "train llava --seed 7" in told
    assert "frozen" in told
    assert "* **History**: it was stopped once" in told
    assert "anchored" in told
    assert "joint: 2 steps, loss 2 to 1" in told
    assert "| 0 | 5.0 | 6.0 |" in told
    assert "| color | 0.50 [0.40, 0.60] | 0.50 [0.40, 0.60] | 0.50 [0.40, 0.60] |" in told


def test_a_sheet_shows_picture_question_answer_and_reply():
    told = {"color": "", "caption": "red ."}
    rows = [[(scene, said) for scene in draw(task, "test", 2)] for task, said in told.items()]
    painted = sheet(rows)
    assert painted.size == (500, 600)
    scene = rows[0][0][0]
    assert painted.getpixel((10, 10)) == scene.images[0].getpixel((0, 0))


def asked_again(model, task, count):
    """What a model was asked, the one that knows English in English and of large pictures."""
    if model != "smol-llava":
        return draw(task, "test", count)
    return [phrased(scene) for scene in draw(task, "test", count, size=LARGE)]


@pytest.mark.parametrize("file", WEIGHTS, ids=lambda file: file.parent.name)
def test_shipped_scores_are_about_scenes_that_can_be_drawn_again(file):
    rows = read(file.parent)
    for found in rows[:: len(rows) // 4]:
        assert digest_of(asked_again(file.parent.name, found.task, found.scenes)) == found.digest


def test_a_model_that_is_made_elsewhere_has_scores_in_all_arms():
    rows = read(SMALL.parent)
    assert {row.task for row in rows} == set(ASKED)
    assert len(rows) == len(ASKED) * len(ARMS)


@pytest.mark.parametrize(
    "file", [file for file in WEIGHTS if file.parent != SMALL.parent], ids=lambda file: file.parent.name
)
@pytest.mark.slow
def test_a_shipped_model_scores_what_its_card_says(file):
    net, processor = load(file.parent)
    told = {(found.task, found.arm): found for found in read(file.parent)}
    for again in score(net, processor, "shape.letter"):
        before = told[again.task, again.arm]
        assert again.digest == before.digest
        assert abs(again.value - before.value) <= 0.04
