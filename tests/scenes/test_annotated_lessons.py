"""Annotated lessons: on small files as COCO and GQA publish them, with each filter hit once."""

import pytest
from PIL import Image

from fixtures.scenes.annotated_lessons import Placed, coco_lessons, coco_pictures, gqa_lessons

NAMES = {1: "dog", 2: "cup", 3: "car"}


def instances(*boxes, size=(200, 100)):
    """One picture with boxes of categories, as COCO has them."""
    annotations = [
        {"id": number, "image_id": 7, "category_id": category, "bbox": box, "iscrowd": 0, "area": 1.0}
        for number, (category, box) in enumerate(boxes)
    ]
    image = {"id": 7, "file_name": "000000000007.jpg", "width": size[0], "height": size[1]}
    names = [{"id": one, "name": name, "supercategory": "any"} for one, name in NAMES.items()]
    return {"images": [image], "annotations": annotations, "categories": names}


DOG, CUP = (1, [10.0, 10.0, 40.0, 30.0]), (2, [140.0, 60.0, 40.0, 30.0])


def kept(*boxes, **told):
    return [each.name for picture in coco_pictures(instances(*boxes), **told) for each in picture.objects]


def test_objects_are_kept_that_are_neither_small_large_nor_centred():
    assert kept(DOG, CUP) == ["dog", "cup"]
    assert kept((1, [10.0, 10.0, 20.0, 20.0]), CUP) == ["cup"]  # two hundredths of the picture
    assert kept((1, [0.0, 0.0, 110.0, 60.0]), CUP) == ["cup"]  # a third of it
    assert kept((1, [10.0, 40.0, 40.0, 30.0]), CUP) == ["cup"]  # centred from top to bottom
    assert kept((1, [10.0, 40.0, 40.0, 30.0]), CUP, off_centre=0.01) == ["dog", "cup"]
    assert kept((1, [85.0, 10.0, 40.0, 30.0])) == []


def test_a_picture_with_two_of_a_kind_is_left_out():
    assert kept(DOG, CUP, (2, [0.0, 0.0, 1.0, 1.0])) == []


def test_lessons_of_coco_are_those_of_the_paper():
    pictures = [*coco_pictures(instances(DOG, CUP))]
    told = {(one.prompt, one.answer) for one in coco_lessons(pictures, "spatial")}
    assert told == {
        (
            "Describe the spatial relationship of the dog relative to the image.",
            "A photo of a dog to the left",
        ),
        (
            "Describe the spatial relationship of the cup relative to the image.",
            "A photo of a cup to the right",
        ),
        (
            "Describe the spatial relationship between the dog and the cup in the image.",
            "A photo of a dog to the left of a cup",
        ),
        (
            "Describe the spatial relationship between the cup and the dog in the image.",
            "A photo of a cup to the right of a dog",
        ),
    }
    referring = [(one.prompt, one.answer) for one in coco_lessons(pictures, "referring")]
    assert ("Point to the cup to the right.", "[140, 60, 180, 90]") in referring
    assert ("Point to the dog to the left of cup.", "[10, 10, 50, 40]") in referring
    located = [one.prompt for one in coco_lessons(pictures, "located")]
    assert located[0] == "Point to the dog to the left of cup at [140, 60, 180, 90]."
    assert len(located) == 2


@pytest.mark.parametrize(
    ("box", "side"),
    [
        ((150, 30, 60, 30), "on the bottom"),
        ((170, 0, 70, 20), "on the top"),
        ((0, 30, 60, 30), "to the left"),
    ],
)
def test_a_side_is_where_something_is_off_the_middle_by_more(box, side):
    shown = instances((1, [*map(float, box)]), size=(400, 60))
    (picture,) = coco_pictures(shown, off_centre=0.0)
    (lesson,) = coco_lessons([picture], "spatial")
    assert lesson.answer == f"A photo of a dog {side}"


GRAPH = {
    "width": 100,
    "height": 100,
    "objects": {
        "11": {
            "name": "chair", "x": 5, "y": 5, "w": 30, "h": 30, "attributes": ["big", "green"],
            "relations": [{"name": "to the left of", "object": "12"}, {"name": "near", "object": "12"}],
        },
        "12": {
            "name": "table", "x": 60, "y": 5, "w": 30, "h": 30, "attributes": [],
            "relations": [{"name": "to the right of", "object": "11"}],
        },
        "13": {"name": "cup", "x": 60, "y": 5, "w": 5, "h": 5, "attributes": [], "relations": []},
    },
}  # fmt: skip


def asked(text, **annotations):
    return {"q": {"imageId": "237", "question": text, "answer": "yes", "annotations": annotations}}


def test_lessons_of_gqa_follow_questions_that_name_a_side():
    text = "Is the big green chair to the left of the table?"
    both = {"question": {"4": "11", "10": "12"}, "fullAnswer": {"2": "11"}, "answer": {}}
    lessons = [*gqa_lessons({"237": GRAPH}, asked(text, **both), "located")]
    assert [(one.prompt, one.answer) for one in lessons] == [
        ("Point to the chair to the left of table at [60, 5, 90, 35].", "[5, 5, 35, 35]"),
        ("Point to the table to the right of chair at [5, 5, 35, 35].", "[60, 5, 90, 35]"),
    ]
    assert lessons[0].picture.file == "237.jpg"


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("Is the chair near the table?", {"2": "11", "5": "12"}),
        ("Is the chair to the left of it?", {"2": "11"}),
        ("Is the chair to the left of the dog?", {"2": "11", "7": "99"}),
        ("Is the cup to the right of the chair?", {"2": "13", "7": "11"}),
    ],
    ids=["no side", "one object", "not in the scene", "too small"],
)
def test_other_questions_of_gqa_make_no_lesson(text, mentioned):
    assert [*gqa_lessons({"237": GRAPH}, asked(text, question=mentioned), "spatial")] == []
    assert [*gqa_lessons({}, asked(text, question=mentioned), "spatial")] == []


def test_a_lesson_becomes_a_scene_with_boxes():
    (picture,) = coco_pictures(instances(DOG))
    (lesson,) = coco_lessons([picture], "referring")
    scene = lesson.scene(Image.new("RGB", (200, 100)), 3)
    assert scene.id == "000000000007.jpg/referring/3"
    (box,) = scene.boxes
    assert (box.label, box.left, box.top, box.right, box.bottom) == ("dog", 10, 10, 50, 40)
    assert Placed("dog", (0.4, 0, 1, 1)).written == "[0, 0, 1, 1]"
