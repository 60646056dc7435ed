"""What cannot be meant is refused in one sentence, before a net is asked."""

from functools import partial

import pytest
from PIL import Image

from vtmetrics import (
    IMAGE,
    Edit,
    Lab,
    Model,
    Scene,
    Scores,
    agree,
    freeze,
    over_depth,
    prune,
    scale,
    truncate,
)
from vtmetrics.edits.steps import Scale
from vtmetrics.nets.spec import Spec

PICTURE = Image.new("RGB", (8, 8))


@pytest.fixture
def model():
    """A handle whose weights are nowhere."""
    return Model(Spec("mine", "llava", "nowhere"), Lab())


def scene(name="a", answer="red"):
    return Scene(name, (PICTURE,), "what color ?", answer, "mine", name)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda model: model.answer([scene()], "agree"), "answers are read by agree, .*, not by 'agree'"),
        (
            lambda model: model.observe([scene()], agree),
            "states are read by over_depth, .* like, not by",
        ),
        (lambda model: model.answer([scene()], over_depth("norm_mean", IMAGE)), "answers are read by agree"),
        (
            lambda model: model.say([scene()], how=64),
            "texts are written by greedy, drawn or beams, not by 64",
        ),
        (lambda model: model.fit([scene()], "two_nn"), "is fitted by pooled, not by 'two_nn'"),
        (
            lambda model: model.sweep("truncate"),
            r"under edits such as truncate\(0\.5\), not under 'truncate'",
        ),
        (lambda model: model.answer([scene()], agree, Scale(IMAGE, 0, 2.0)), r"not under Scale\("),
        (lambda model: model.answer(scene(), agree), "about a list of scenes, not about a Scene"),
        (lambda model: model.say(["red"]), "about scenes, not about a str"),
    ],
)
def test_a_part_of_another_kind_is_refused(model, ask, words):
    with pytest.raises(TypeError, match=words):
        ask(model)


def test_two_scenes_of_one_id_are_refused_since_one_would_be_lost(model):
    with pytest.raises(ValueError, match="ids of their own, 'a' is that of two different ones"):
        model.answer([scene(answer="red"), scene(answer="blue")], agree)


@pytest.mark.parametrize(
    ("images", "told"),
    [(PICTURE, "a tuple of PIL images, a has Image"), (("x.png",), "a has str"), (None, "NoneType")],
)
def test_images_are_pictures(images, told):
    with pytest.raises(TypeError, match=told):
        Scene("a", images, "what color ?", "red", "mine", "a")


def test_images_may_come_in_a_list():
    assert (
        Scene("a", [PICTURE], "q", "red", "mine", "a").digest
        == Scene("a", (PICTURE,), "q", "red", "", "").digest
    )


@pytest.mark.parametrize(
    "edit",
    [partial(truncate, 0.5), prune, freeze, partial(scale, factor=2.0)],
    ids=["truncate", "prune", "freeze", "scale"],
)
@pytest.mark.parametrize("tokens", ["image", None, 3])
def test_an_edit_is_of_tokens(edit, tokens):
    with pytest.raises(TypeError, match="of tokens such as IMAGE or TEXT, not of"):
        edit(tokens)


@pytest.mark.parametrize("steps", [Scale(IMAGE, 0, 2.0), (truncate(0.5),), [Scale(IMAGE, 0, 2.0)]])
def test_an_edit_is_made_of_a_tuple_of_steps(steps):
    with pytest.raises(TypeError, match=r"made of a tuple of steps, Edit\(\(step,\)\), not of"):
        Edit(steps)


def test_a_layer_of_a_curve_is_a_number():
    with pytest.raises(TypeError, match=r"A layer of a curve is an int, not 0\.5"):
        Scores({"a": [0.0, 1.0]}, {"a": "a"}, "number", (0, 1)).at(0.5)
