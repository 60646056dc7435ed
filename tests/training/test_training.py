"""A training repeats itself, goes on where it stopped, and leaves alone what it says it leaves alone."""

import json
import random
from dataclasses import replace

import pytest
import torch

from fixtures.models.family_layout import ANATOMIES
from fixtures.scenes.picture import settle, sketch
from fixtures.training import train
from fixtures.training.bridge_scale import anchor, ready, word_norm
from fixtures.training.lesson_mixture import BASE, Mixture, lessons
from fixtures.training.optimiser import rate
from fixtures.training.schedule import Schedule, seen
from fixtures.training.stage_tower import tower
from fixtures.training.training_state import TrainingState
from vtmetrics.nets.loading import load

SHORT = Schedule(tower_steps=2, tower_batch=2, text_steps=2, joint_steps=2, batch=2, length=96, every=1)


def trained(work, family="llava", *, stopped=False):
    """A whole training, or one that is stopped after each of its steps and taken up again."""
    run = TrainingState(family, 0, work, "cpu")
    while not run.progress.finished:
        run.deadline = 0 if stopped else float("inf")
        try:
            train.STAGES[run.progress.stage](run, SHORT)
        except SystemExit:
            run = TrainingState(family, 0, work, "cpu")
            stopped = not (run.progress.stage == "joint" and run.progress.step == SHORT.joint_steps)
    return run


def weights(run):
    return {name: weight.clone() for name, weight in run.net.state_dict().items()}


@pytest.mark.parametrize("family", ["llava", "qwen2_5_vl"])
def test_all_stages_run_and_change_what_they_train(family, tmp_path):
    before = weights(TrainingState(family, 0, tmp_path / "fresh", "cpu"))
    after = weights(trained(tmp_path / "run", family))
    assert any(not torch.equal(before[name], after[name]) for name in before)
    assert all(weight.isfinite().all() for weight in after.values())


def test_a_stopped_training_ends_as_one_in_a_piece(tmp_path):
    whole = trained(tmp_path / "whole")
    pieces = trained(tmp_path / "pieces", stopped=True)
    one, other = weights(whole), weights(pieces)
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert whole.progress.accuracy == pieces.progress.accuracy


def test_another_training_in_the_same_folder_is_refused(tmp_path):
    TrainingState("llava", 0, tmp_path, "cpu").save({})
    with pytest.raises(ValueError, match="holds llava seed 0"):
        TrainingState("llava", 1, tmp_path, "cpu")


def test_a_finished_model_can_be_trained_further(tmp_path, directories):
    run = TrainingState("llava", 5, tmp_path, "cpu")
    run.adopt(directories["llava"])
    kept = load(directories["llava"])[0].state_dict()
    assert all(torch.equal(weight, kept[name]) for name, weight in weights(run).items())
    assert TrainingState("llava", 5, tmp_path, "cpu").progress.stage == "joint"


def test_the_tower_is_frozen_in_the_last_stage(tmp_path):
    run = TrainingState("llava", 0, tmp_path, "cpu")
    run.progress.stage = "joint"
    before = weights(run)
    train.STAGES["joint"](run, SHORT)
    changed = {name for name, weight in weights(run).items() if not torch.equal(weight, before[name])}
    assert not any("vision_tower" in name for name in changed)
    assert any("multi_modal_projector" in name for name in changed)


def test_the_tower_learns_what_patches_show(tmp_path):
    run = TrainingState("llava", 0, tmp_path, "cpu")
    tower(run, replace(SHORT, tower_steps=12, tower_batch=8, every=6))
    first, last = (line["loss"] for line in run.progress.log)
    assert last < first


@pytest.mark.parametrize("family", ["llava", "qwen2_5_vl"])
def test_a_ready_bridge_gives_images_the_norm_of_words(family, tmp_path):
    run = TrainingState(family, 0, tmp_path, "cpu")
    ready(run)
    rng = random.Random(9)
    pictures = [settle(sketch("shapes", "train", rng), "train", rng) for _ in range(4)]
    features = run.parts.features(seen(run, pictures))
    assert features.norm(dim=-1).mean().item() == pytest.approx(word_norm(run.parts).item(), rel=0.15)
    assert anchor(run.parts, features).item() == 0
    assert anchor(run.parts, 30 * features).item() > 1
    assert anchor(run.parts, features / 30).item() > 1


def test_the_log_is_json_and_tells_how_long_is_left(tmp_path, capsys):
    trained(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert {line["stage"] for line in lines} == {"tower", "text", "joint"}
    assert all("minutes_left" in line for line in lines)
    assert len(capsys.readouterr().out.splitlines()) == len(lines)


def test_a_form_waits_for_its_content():
    mixture = Mixture()
    before = mixture.weight("color.letter", 0.5)
    mixture.update({"color.word": [True] * 400})
    assert mixture.weight("color.letter", 0.5) > 5 * before


def test_what_is_known_is_asked_less():
    mixture = Mixture()
    before = mixture.weight("color.word", 0.5)
    mixture.update({"color.word": [True] * 400})
    assert mixture.weight("color.word", 0.5) < 0.2 * before


def test_every_task_is_asked_about_training_pictures():
    anatomy = ANATOMIES["llava"]
    rng, mixture, found = random.Random(0), Mixture(), set()
    mixture.update({task: [True] * 50 for task in BASE if task.endswith(".word")})
    for _ in range(800):
        picture, asked = lessons(mixture, anatomy, rng, 0.8, 208)
        assert not picture.held_out
        found |= {lesson.task for lesson in asked}
    assert set(BASE) - found <= {
        "word.hard",
        "word_color.hard",
        "text_position.hard",
        "character.hard",
        "text_color.hard",
    }


def test_a_focus_takes_about_half_of_its_pictures():
    rng, mixture = random.Random(0), Mixture(focus="color.word")
    asked = [lessons(mixture, ANATOMIES["llava"], rng, 0.5, 208)[1] for _ in range(80)]
    share = sum(lesson.task == "color.word" for row in asked for lesson in row) / sum(map(len, asked))
    assert 0.2 < share < 0.6


def test_the_rate_warms_up_stays_and_falls():
    rates = [rate(step, 1000, 1.0, 50, 0.4) for step in (0, 49, 500, 800, 999)]
    assert rates == pytest.approx([0.02, 1, 1, 0.5, 0.02])
