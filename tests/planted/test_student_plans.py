"""Learners: what one reads behind a cut another reads before it, and both say the same to the last bit."""

import pytest
import torch

from fixtures.planted.student_plans import SURE, SURER
from fixtures.scenes.draw import draw
from tests.planted.plain_hooks import said
from vtmetrics.edits.edit import enter_at, truncate
from vtmetrics.engine.under_edit import edited
from vtmetrics.model import Model

CUT = truncate(1 / 4)


def rows(net, inputs, layout, edit=None):
    """The logits at the readout of each scene, perhaps under an edit."""
    if edit is None:
        logits = said(net, inputs, layout)
    else:
        with edited(net, edit, layout):
            logits = said(net, inputs, layout)
    return logits.split(layout.named("readout").sum(1).tolist())


@pytest.mark.parametrize(
    ("name", "task", "kept"),
    [
        ("late_learner", "caption", [False] * 4),
        ("late_learner", "fine", [False] * 4),
        ("early_learner", "caption", [True] * 4),
        ("early_learner", "fine", [True] * 4),
        ("caption_learner", "caption", [True] * 4),
        ("caption_learner", "fine", [False] * 4),
        ("bar_learner", "caption", [True] * 4),
        ("bar_learner", "fine", [True, False] * 2),
        ("height_learner", "caption", [False] * 4),
        ("height_learner", "fine", [True, False] * 2),
    ],
)
def test_under_a_cut_they_say_what_the_teacher_says_of_what_they_read_before_it(asked, name, task, kept):
    """Scenes of fine answers ask for bars and characters in turn; without a cut all are the teacher."""
    net, inputs, layout = asked(name, task)
    teacher = rows(*asked("late_learner", task))
    plain, cut = rows(net, inputs, layout), rows(net, inputs, layout, CUT)
    assert all(map(torch.equal, plain, teacher))
    close = [torch.allclose(one, other, atol=1e-4) for one, other in zip(cut, teacher, strict=True)]
    assert close == kept


@pytest.mark.parametrize(
    ("name", "entry", "kept"),
    [
        ("reads_in_1", 1, True),
        ("reads_in_1", 2, False),
        ("reads_in_2", 2, True),
        ("reads_in_2", 3, False),
        ("reads_in_9", 4, True),
    ],
)
@pytest.mark.parametrize("task", ["words", "box"])
def test_where_the_image_enters_in_time_they_say_what_the_teacher_says(asked, name, entry, kept, task):
    """Without an edit all of them are one model, to the last bit."""
    net, inputs, layout = asked(name, task)
    teacher = rows(*asked("reads_in_1", task))
    plain, late = rows(net, inputs, layout), rows(net, inputs, layout, enter_at(entry))
    assert all(map(torch.equal, plain, teacher))
    assert {torch.allclose(*pair, atol=1e-4) for pair in zip(late, teacher, strict=True)} == {kept}


def test_who_is_surer_differs_in_nothing_else(asked):
    """All logits are so many times as large."""
    usual, surer = (said(*asked(name, "caption")) for name in ("early_learner", "sure_learner"))
    assert torch.allclose(surer, usual * SURER / SURE, rtol=1e-4, atol=1e-4)


def test_what_they_write_ends_and_depends_on_the_picture(planted):
    model = Model.of(*planted("early_learner"))
    texts = [*model.say(draw("caption", "test", 8, size=72), CUT).written.values()]
    assert max(len(text.split()) for text in texts) < 32
    assert len(set(texts)) > 2


def test_pictures_that_look_alike_are_told_alike(planted):
    model = Model.of(*planted("alike_late_learner"))
    scenes = draw("caption", "test", 8, size=72)
    plain, cut = (set(model.say(scenes, edit).written.values()) for edit in (truncate(12), CUT))
    assert len(plain) == len(cut) == 1
    assert plain != cut
