"""Scenes on the shelf come back with their digest, their own names and all that is asked about."""

import json

import pytest
from PIL import Image

from fixtures.scenes.draw import draw
from vtmetrics.cluster.scene_shelf import from_shelf, shelved
from vtmetrics.inputs import Box, Scene


def scene(image, name="a", **told):
    return Scene(name, (image,), "What?", "This", "words", "g", **told)


def test_scenes_come_back_as_they_were(tmp_path):
    scenes = draw("words", "test", 4)
    names = shelved(tmp_path, scenes)
    back = from_shelf(tmp_path, names)
    assert [one.digest for one in back] == [one.digest for one in scenes]
    assert [(one.id, one.group, one.task) for one in back] == [(o.id, o.group, o.task) for o in scenes]
    assert [one.donor.digest for one in back] == [one.donor.digest for one in scenes]
    assert [one.images[0].tobytes() for one in back] == [one.images[0].tobytes() for one in scenes]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "F", "I;16"])
def test_pictures_of_all_modes_keep_their_digest(tmp_path, mode):
    image = Image.linear_gradient("L").resize((9, 7))
    asked = scene(
        image if mode == "L" else Image.new(mode, (9, 7)) if mode == "I;16" else image.convert(mode)
    )
    (back,) = from_shelf(tmp_path, shelved(tmp_path, [asked]))
    assert back.digest == asked.digest


def test_boxes_other_answers_and_scenes_without_pictures_too(tmp_path):
    image = Image.new("RGB", (4, 4))
    asked = [
        scene(image, boxes=(Box("cat", 0, 0.5, 2, 3),), also=("that", "it")),
        Scene("b", (), "What?", "This", "words", "g"),
        scene(image, "c", donor=Scene("d", (image, image), "What?", "That", "words", "g")),
    ]
    back = from_shelf(tmp_path, shelved(tmp_path, asked))
    assert [one.digest for one in back] == [one.digest for one in asked]
    assert (back[0].boxes, back[0].also, back[2].donor.id) == (asked[0].boxes, asked[0].also, "d")


def test_two_names_of_one_scene_share_a_file(tmp_path):
    image = Image.new("RGB", (4, 4))
    names = shelved(tmp_path, [scene(image, "a"), scene(image, "b")])
    assert len(list(tmp_path.glob("scenes/*/*"))) == 1
    assert [one.id for one in from_shelf(tmp_path, names)] == ["a", "b"]


def test_another_scene_under_its_name_is_refused(tmp_path):
    (name,) = shelved(tmp_path, [scene(Image.new("RGB", (4, 4)))])
    (file,) = tmp_path.glob("scenes/*/*")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"answer": "That"}))
    with pytest.raises(ValueError, match="holds another scene than its name says"):
        from_shelf(tmp_path, [name])


def test_a_worker_that_does_not_see_the_shelf_says_so(tmp_path):
    with pytest.raises(ValueError, match="driver and workers share the store"):
        from_shelf(tmp_path, [("0" * 64, "a", "g")])
