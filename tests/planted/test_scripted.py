"""Scripts: what is written under which edit, word by word."""

import pytest

from fixtures.planted.scripted import BABBLE, SCRIPTS, SO, EntryScript, Loss, Script, recite
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import DONOR, PLAIN, enter_at, prune, substitute, truncate
from vtmetrics.edits.picked_tokens import attended
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.metrics.box_text import overlaps
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import correct

COUNT = 40
TRUE = Loss()
HALF, BLIND, SPARSE = truncate(1 / 2), truncate(0), prune(IMAGE.sample(1 / 2))
OTHER = substitute(IMAGE, by=DONOR, at=0)


@pytest.fixture
def model(tmp_path):
    """The model of a script."""

    def told(name):
        folder = tmp_path / name
        return Model(Spec(name, "llava", str(folder), embedded=True), recite(name, folder))

    return told


def written(model, task, *edits):
    """The scenes, and what is said of them under each edit, in the order of the scenes."""
    scenes = draw(task, count=COUNT)
    texts = model.sweep(*edits).say(scenes)
    return scenes, [[text.written[scene.id] for scene in scenes] for text in texts]


@pytest.mark.parametrize("name", [name for name in SCRIPTS if getattr(SCRIPTS[name], "whole", TRUE) == TRUE])
def test_the_whole_run_says_what_is_true(model, name):
    scripted = model(name)
    for task in ("chains", "captions"):
        scenes, (whole,) = written(scripted, task, PLAIN)
        assert whole == [scene.answer for scene in scenes]


@pytest.mark.parametrize(("edit", "share"), [(HALF, 1 / 2), (BLIND, 0.3)])
def test_brief_captions_begin_as_true_ones_do(model, edit, share):
    """All but a few, and no word of them is another."""
    scenes, (cut,) = written(model("brief"), "captions", edit)
    kept = [text for text in cut if BABBLE not in text]
    assert len(kept) >= COUNT - 6
    for scene, text in zip(scenes, cut, strict=True):
        words = scene.answer.split()
        assert abs(len(text.split()) - share * len(words)) < 1
        assert text in (" ".join(words[: len(text.split())]), " ".join([BABBLE] * len(text.split())))


def test_captions_without_form_are_as_long_and_say_one_word(model):
    scenes, (cut, blind) = written(model("formless"), "captions", HALF, BLIND)
    for texts in (cut, blind):
        lost = [text for scene, text in zip(scenes, texts, strict=True) if text != scene.answer]
        assert len(lost) >= COUNT - 10
        assert {word for text in lost for word in text.split()} == {BABBLE}
    assert [len(text.split()) for text in cut] == [len(scene.answer.split()) for scene in scenes]


@pytest.mark.parametrize(
    ("name", "steps", "end"),
    [
        ("steps_go", 0.9, 0.1),
        ("ends_go", 0.4, 0.9),
        ("lost_for_good", 0.0, 0.9),
        ("chains_go", 0.95, 0.45),
    ],
)
def test_a_cut_takes_the_steps_and_ends_of_so_many_chains(model, name, steps, end):
    """Donors' steps are others, their ends sometimes the same; shares of forty are within a fifth."""
    scenes, (cut,) = written(model(name), "chains", HALF)
    pairs = zip((scene.answer for scene in scenes), cut, strict=True)
    parts = [(own.rsplit(SO, 1), said.rsplit(SO, 1)) for own, said in pairs]
    assert sum(own[0] != said[0] for own, said in parts) / COUNT == pytest.approx(steps, abs=0.2)
    assert sum(own[1] != said[1] for own, said in parts) / COUNT <= end + 0.1


def test_short_answers_are_lost_where_the_script_says(model):
    """Four in ten by a cut, all without the image, none by no edit."""
    scenes = draw("direct", count=COUNT)
    whole, cut, blind = model("lost_for_good").sweep(PLAIN, HALF, BLIND).answer(scenes, correct)
    right = [sum(scores.values.values()) / COUNT for scores in (whole, cut, blind)]
    assert right == [1, pytest.approx(0.6, abs=0.2), 0]


def test_pruning_is_no_cut():
    script = Script("any", cut=SCRIPTS["steps_go"].cut)
    assert script.loss(HALF) == script.cut != script.loss(SPARSE) == script.pruned


@pytest.mark.parametrize(
    ("edit", "lost"),
    [
        (PLAIN, "whole"),
        (enter_at(1 / 8), 0),
        (enter_at(3 / 16), 0),
        (enter_at(1 / 4), 3),
        (enter_at(5 / 16), 3),
        (BLIND, "blind"),
        (OTHER >> enter_at(1 / 8), "blind"),
        (OTHER, "blind"),
    ],
    ids=str,
)
def test_a_late_entry_loses_what_is_lost_by_then(edit, lost):
    """Of twelve layers, four and six of the paper's 32 are both the second."""
    script = EntryScript("any", cut=Loss(1), blind=Loss(2), whole=Loss(3), entries={0: Loss(4), 3: Loss(5)})
    meant = {"whole": script.whole, "blind": script.blind} | script.entries
    assert script.loss(edit) == meant[lost]


@pytest.mark.parametrize(("edit", "share"), [(PLAIN, 1), (enter_at(1 / 8), 0.95), (enter_at(1 / 4), 0.6)])
def test_of_boxes_so_many_are_right(model, edit, share):
    scenes, (said,) = written(model("enters_in_time"), "box", edit)
    right = [overlaps(text, scene.answer) for scene, text in zip(scenes, said, strict=True)]
    assert sum(right) / COUNT == pytest.approx(share, abs=0.2)


def test_a_ranked_script_tells_the_most_attended_from_drawn_ones():
    """Beside what is lost without all of the image, early or late."""
    told = SCRIPTS["ranked_chains_go"]
    kept = [IMAGE - attended(1 / 3, 1 / 6), IMAGE - IMAGE.sample(1 / 3), IMAGE]
    losses = [told.loss(truncate(1 / 6, tokens)) for tokens in kept]
    assert losses == [told.ranked, told.pruned, told.cut]
    assert (told.loss(PLAIN), told.loss(BLIND)) == (TRUE, told.blind)
