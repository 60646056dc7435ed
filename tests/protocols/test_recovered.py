"""Recovery where the truth is known: a student that learned nothing, a cut that costs nothing."""

import pytest

from fixtures.models.registry import registered
from fixtures.scenes.draw import draw
from vtmetrics import PLAIN, Lab, Model, Recipe, Verdict, at_least, at_most, estimate, judge, truncate
from vtmetrics.lab.adapters import Adapters
from vtmetrics.metrics.text import exact_match
from vtmetrics.protocols.recovery import Recovery
from vtmetrics.readings.writing import greedy

BACK = at_least(0, "seven tenths")
COSTS = at_least(0.25, "so much that 32 scenes can tell")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    specs, _ = registered(gpu=False)
    spec = next(spec for spec in specs if spec.name == "tiny-llava")
    return Model(spec, Lab(adapters=Adapters((), tmp_path_factory.mktemp("bench"))))


@pytest.fixture(scope="module")
def scenes():
    return draw("fine", "validation", 32)


def recovery(model, scenes, edit, steps):
    """What a student has won back who took so many steps through this edit."""
    student = model.tuned(
        Recipe(edit, rank=4, steps=steps, batch=2, teacher="gold"), draw("fine", "train", 8)
    )
    texts = (*model.sweep(edit, PLAIN).say(scenes, greedy(4)), student.say(scenes, edit, greedy(4)))
    return Recovery(
        *(text.score(lambda said, gold: exact_match(said, [gold]), kind="share") for text in texts)
    )


def found(measured, expected):
    return judge(estimate(measured), expected)


def test_a_student_who_learned_nothing_has_won_nothing_back(model, scenes):
    untaught = recovery(model, scenes, truncate(1 / 4), 0)
    assert found(untaught.cost, COSTS) is Verdict.SUPPORTED
    assert found(untaught.beyond(0.7), BACK) is Verdict.REFUTED
    assert found(untaught.beyond(0.5), at_most(0, "a half")) is Verdict.SUPPORTED


def test_a_cut_that_costs_nothing_leaves_nothing_to_win_back(model, scenes):
    """At the last layer nothing needs the image any more: the sensitivity arm tells so."""
    untouched = recovery(model, scenes, truncate(11), 0)
    assert found(untouched.cost, COSTS) is Verdict.REFUTED


def test_the_whole_model_as_its_own_student_has_won_all_back(model, scenes):
    untaught = recovery(model, scenes, truncate(1 / 4), 0)
    whole = Recovery(untaught.cut, untaught.full, untaught.full)
    assert found(whole.beyond(0.7), BACK) is Verdict.SUPPORTED
