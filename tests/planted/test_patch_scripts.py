"""Patch scripts: so many pictures are answered right, and no two colours of one picture."""

import pytest

from fixtures.planted.patch_scripts import EXCLUSIVE, PATCH_SCRIPTS, pieces, recite_patches
from fixtures.scenes.draw import draw
from fixtures.scenes.string_pairs import ENOUGH, pairs_of
from vtmetrics.edits.edit import PLAIN, truncate
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import correct

COUNT = 48


@pytest.fixture
def model(tmp_path):
    """The model of a script."""

    def told(name):
        folder = tmp_path / name
        return Model(Spec(name, "llava", str(folder), embedded=True), recite_patches(name, folder))

    return told


@pytest.mark.parametrize("name", PATCH_SCRIPTS)
def test_so_many_pictures_are_answered_right(model, name):
    scripted, script = model(name), PATCH_SCRIPTS[name]
    for edit, shares in ((PLAIN, script.seen), (truncate(0), script.blind)):
        for task in script.seen:
            found = scripted.answer(draw(task, count=COUNT), correct, edit).values
            assert sum(found.values()) / COUNT == pytest.approx(shares.get(task, 0.0), abs=0.04)


@pytest.mark.parametrize("name", ["ground_told", "either_told", "others_told"])
def test_of_one_picture_at_most_one_color_is_told(model, name):
    scripted = model(name)
    told = [scripted.answer(draw(task, count=COUNT), correct).values for task in EXCLUSIVE]
    assert max(sum(each[scene] for each in told) for scene in told[0]) == 1


def test_what_it_says_itself_is_taken_for_right(model):
    scenes = draw("glyphs", count=3)
    assert model("ground_told").said(scenes) == {scene.digest: scene.answer for scene in scenes}


def test_neighbours_of_the_alphabet_are_one_piece():
    found = pairs_of(pieces().encode)
    assert len(found) == 25 >= ENOUGH
    assert found[0] == ("AB", "BA")
