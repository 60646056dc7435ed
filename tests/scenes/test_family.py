"""Families of pictures: what is known of each is read off its pixels, and factors are balanced."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from scipy import ndimage

from fixtures.scenes.attributes import COLORS, PALETTE, SHAPES, SIZES
from fixtures.scenes.counted import COUNTED, FEW, MANY
from fixtures.scenes.draw import draw
from fixtures.scenes.family import BASES, FIFTEENTHS, Member, cells_for
from fixtures.scenes.seeing import DRAWN, NUMBERS, Seeing, planned, stratum
from tests.scenes.read_pictures import shape_of as small_shape_of

#: side by side or at a corner, pixels belong to one object
TOUCHING = np.ones((3, 3))


def components(image):
    """Colour, shape and width of every connected piece that is not ground."""
    pixels = np.asarray(image)
    shown = (pixels != pixels[0, 0]).any(-1)
    labels, _ = ndimage.label(shown, TOUCHING)
    return [
        _piece(pixels[part], labels[part] == at) for at, part in enumerate(ndimage.find_objects(labels), 1)
    ]


def _size(width, size):
    """Small, medium or large, by the widths that there are at this size of picture."""
    return int(np.digitize(width, [13, 19] if size == 72 else [36, 53]))


def _piece(pixels, mask):
    (color,) = np.unique(pixels[mask], axis=0)
    name = next(word for word, rgb in PALETTE.items() if tuple(rgb) == tuple(color.tolist()))
    return name, shape_of(mask), max(mask.shape)


def shape_of(mask):
    """Which shape a tight mask is: of many pixels by how it fills its box, its last row and its first."""
    if max(mask.shape) < 24:
        return small_shape_of(mask)
    if mask.mean() > 0.97:
        return "square"
    if mask[-1].mean() > 0.8:
        return "triangle"
    if mask.mean() > 0.7:
        return "circle"
    return "cross" if mask[0].mean() > 0.2 and mask[len(mask) // 2].mean() > 0.9 else "star"


def both(scenes):
    return [*scenes, *(scene.donor for scene in scenes if scene.donor)]


@pytest.mark.parametrize("size", [72, 448])
def test_what_is_known_is_what_the_pixels_show(size):
    for scene in both(draw("counted", "test", 40, size=size)):
        found = components(scene.images[0])
        known = scene.known
        assert len(found) == known["count"] == int(scene.answer)
        colors, shapes, widths = (Counter(each) for each in zip(*found, strict=True))
        assert (len(colors), len(shapes)) == (known["colors"], known["shapes"])
        assert colors[known["common_color"]] == max(colors.values())
        assert shapes[known["common_shape"]] == max(shapes.values())
        assert len({_size(width, size) for width in widths}) == known["sizes"]
        assert Counter((color, name) for color, name, *_ in known["objects"]) == Counter(
            (color, shape) for color, shape, _ in found
        )
        shown = (np.asarray(scene.images[0]) != np.asarray(scene.images[0])[0, 0]).any(-1).mean()
        assert known["area"] == pytest.approx(shown)


def test_two_hundred_objects_never_touch_at_full_size():
    seeing = Seeing()
    crowded = [place for place, member in enumerate(seeing.members) if member.count == 200]
    for place in crowded[:5]:
        scene = seeing[place]
        assert scene.images[0].size == (1000, 1000)
        assert len(components(scene.images[0])) == 200 == scene.known["count"]


@pytest.mark.parametrize("task", ["dominant", "unique", "variety"])
def test_answers_are_read_off_the_pixels(task):
    for scene in both(draw(task, "test", 40)):
        found = components(scene.images[0])
        content = scene.known["content"]
        read = Counter(one[0] if "color" in content else one[1] for one in found)
        if task == "dominant":
            assert read[scene.answer] > max(count for value, count in read.items() if value != scene.answer)
        elif task == "unique":
            assert int(scene.answer) == len(read)
        else:
            there = any(scene.known["key"][0] in one[:2] for one in found)
            assert scene.answer == ("yes" if there else "no")


@pytest.mark.parametrize(
    ("content", "truth"),
    [
        ("colors", lambda found: [name for name in PALETTE if name in {one[0] for one in found}]),
        ("kinds", lambda found: [name for name in SHAPES if name in {one[1] for one in found}]),
        ("odd_color", lambda found: [_lonely(one[0] for one in found)]),
        ("odd_shape", lambda found: [_lonely(one[1] for one in found)]),
        ("largest", lambda found: [max(found, key=lambda one: one[2])[0]]),
    ],
)
def test_what_there_is_and_what_is_odd_are_read_off_the_pixels(content, truth):
    for scene in both(draw(content, "test", 20)):
        assert scene.answer.split(" and ") == truth(components(scene.images[0]))


def _lonely(values):
    (value,) = (value for value, count in Counter(values).items() if count == 1)
    return value


@pytest.mark.parametrize("size", [72, 448])
def test_factors_are_balanced_and_every_base_is_a_group(size):
    scenes = draw("counted", "test", 240, size=size)
    numbers = FEW if size == 72 else MANY
    assert len({scene.group for scene in scenes[:150]}) == len(BASES) == 150
    counts = Counter(scene.known["count"] for scene in scenes)
    assert counts == dict.fromkeys(numbers, 240 // len(numbers))
    assert {scene.known["base"] for scene in scenes} == {str(base) for base in BASES}


def test_ids_and_pictures_are_one_to_one_and_the_same_again():
    scenes = draw("counted", "test", 200)
    names = [(scene.id, scene.digest) for scene in scenes]
    assert len({name for name, _ in names}) == len({digest for _, digest in names}) == 200
    assert names == [(scene.id, scene.digest) for scene in draw("counted", "test", 200)]


@pytest.mark.parametrize("size", [72, 448])
def test_no_picture_is_in_two_splits(size):
    shown = [
        {scene.images[0].tobytes() for scene in both(draw("counted", split, 60, size=size))}
        for split in ("train", "validation", "test")
    ]
    assert len(set.union(*shown)) == sum(map(len, shown))


def test_white_is_black_on_paper_and_the_ground_is_dark_for_embedded_models():
    small, large = (draw("counted", "test", 60, size=size) for size in (72, 448))
    assert max(scene.images[0].getpixel((0, 0)) for scene in small) <= (45, 45, 45)
    assert {scene.images[0].getpixel((0, 0)) for scene in large} == {(255, 255, 255)}
    assert {color for scene in small for color, *_ in scene.known["objects"]} == set(COLORS)
    assert {color for scene in large for color, *_ in scene.known["objects"]} == {*PALETTE} - {"white"}


@pytest.mark.parametrize("task", COUNTED)
def test_every_question_on_paper_has_a_donor_that_answers_otherwise(task):
    """Found by a checkpoint: "is there a white shape?" is no on every white paper."""
    for scene in draw(task, "validation", 40, size=120):
        assert scene.donor.answer != scene.answer
        assert "white" not in scene.known["key"]


@pytest.mark.parametrize("task", COUNTED)
def test_donors_are_of_the_same_family(task):
    for scene in draw(task, "test", 30):
        base = scene.known["base"].split()
        for asked in (scene, scene.donor):
            common = asked.known["objects"][0]
            assert asked.known["count"] > 1 or {common[2], common[0], common[1]} == set(base)


def test_the_plan_has_as_many_pictures_as_the_paper():
    members = planned()
    assert len(members) == len(Seeing()) == 8220 == 20 * (1 + 82 * 5)
    assert len(NUMBERS) == 83
    assert (NUMBERS[0], NUMBERS[-1]) == (1, 200)
    assert len({member.base for member in members}) == DRAWN
    assert Counter(member.varied for member in members) == {
        "nothing": 20 * 83,
        **dict.fromkeys(("shape", "color", "size", "mixed"), 20 * 82),
    }
    assert Counter(stratum(number) for number in NUMBERS) == {
        "1 to 6": 6,
        "7 to 20": 14,
        "21 to 70": 50,
        "80 to 200": 13,
    }


def test_pictures_of_the_plan_are_painted_anew_and_the_same():
    seeing = Seeing(size=300)
    assert seeing[7].digest == Seeing(size=300)[7].digest
    assert seeing[7].images[0] is not seeing[7].images[0]
    assert [scene.id for scene in seeing[-2:]] == ["seeing/0/8218", "seeing/0/8219"]
    assert len({scene.digest for scene in seeing[:40]}) == 40
    with pytest.raises(IndexError):
        seeing[8220]


def test_size_does_not_follow_number():
    """Whatever their number, small, medium and large things are as wide."""
    seeing = Seeing()
    widths = {}
    for place in (4, 409, 8219):
        for box, (*_, size, _, _) in zip(seeing[place].boxes, seeing[place].known["objects"], strict=True):
            widths.setdefault(size, set()).add(round(box.right - box.left, 6))
    assert {size: wide.pop() for size, wide in widths.items() if len(wide) == 1} == {
        size: 2 * FIFTEENTHS[size] * 1000 / 72 for size in widths
    }
    assert set(widths) == set(SIZES)


def test_cells_grow_with_the_number_and_what_does_not_fit_is_refused():
    assert [cells_for(number) for number in (1, 8, 9, 20, 70, 200)] == [3, 3, 4, 5, 9, 15]
    member = Member(BASES[0], 200, "size")
    with pytest.raises(ValueError, match=r"does not fit into one of 15 cells of 4.8"):
        member.picture(Random(0), SIZES)
