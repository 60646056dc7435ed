"""Scripts of boxes: which share is lost under which edit, the same scenes first."""

from dataclasses import replace

import pytest

from fixtures.planted.scripted_boxes import BOXED, BoxScript, Locator, deed
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import PLAIN, freeze, prune, scale, truncate
from vtmetrics.edits.picked_tokens import ALIVE, DEAD
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.metrics import overlaps
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import correct

COUNT = 64
ATTENTION, FFN = freeze(IMAGE, ffn=False), freeze(IMAGE, attention=False)
DEEDS = {
    "nothing": PLAIN,
    "blind": truncate(0),
    "dead": prune(DEAD),
    "alive": prune(ALIVE.upto(DEAD)),
    "attention": ATTENTION,
    "ffn": FFN,
    "both": freeze(IMAGE),
}


@pytest.fixture
def model(tmp_path):
    """A model of a script."""
    (tmp_path / "config.json").write_text('{"num_hidden_layers": 12}', encoding="utf-8")
    return lambda script: Model(Spec("any", "llava", str(tmp_path), embedded=True), Locator(script))


@pytest.mark.parametrize("done", DEEDS)
def test_a_deed_is_told_by_the_one_step_of_an_edit(done):
    assert deed(DEEDS[done]) == done


def test_an_edit_that_no_script_is_about_is_refused():
    with pytest.raises(ValueError, match="no script of boxes says"):
        deed(scale(IMAGE, 2.0))


@pytest.mark.parametrize("name", BOXED)
def test_as_many_are_lost_as_the_script_says(name, model):
    """To a few of so many scenes; and all of them without the image."""
    script, asked = BOXED[name], draw("box", count=COUNT)
    for done, edit in DEEDS.items():
        wanted = 1.0 if done == "blind" else script.boxes.get(done, 0.0)
        right = model(script).say(asked, edit).score(overlaps, kind="share").values
        assert 1 - sum(right.values()) / COUNT == pytest.approx(wanted, abs=0.15)


def test_kinds_of_answers_are_lost_by_themselves(model):
    script = BoxScript("any", {}, {"ffn": 1.0}, {"attention": 1.0})
    kept = {
        task: [*map(mean, model(script).sweep(ATTENTION, FFN).answer(draw(task, count=8), correct))]
        for task in ("places", "what")
    }
    assert kept == {"places": [1, 0], "what": [0, 1]}


def test_who_loses_more_loses_the_same_and_others(model):
    script = BoxScript("any", {"ffn": 0.2, "attention": 0.5}, {}, {})
    few, many = model(script).sweep(FFN, ATTENTION).say(draw("box", count=COUNT))
    lost, more = (
        {scene for scene, right in text.score(overlaps, kind="share").values.items() if not right}
        for text in (few, many)
    )
    assert set() < lost < more


def test_the_truth_is_no_part_of_what_is_lost():
    assert all(replace(script, truth="") != script for script in BOXED.values())


def mean(scores):
    return sum(scores.values.values()) / len(scores.values)
