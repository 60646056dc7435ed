"""Pictures of one token: nothing of them is seen by another, pairs share all else, and strings are pairs."""

import pytest
import torch
from PIL import Image, ImageChops
from tokenizers import Tokenizer

from fixtures.scenes.attributes import COLORS
from fixtures.scenes.draw import draw
from fixtures.scenes.patch_fixtures import cells_seen, patches
from fixtures.scenes.patch_scenes import draw_patches, inner, usual_cells
from fixtures.scenes.patch_tasks import PATCH_TASKS
from fixtures.scenes.phrasing import phrased
from fixtures.scenes.string_pairs import pairs_of, string_pairs
from tests.suite.foreign_checkpoints import build
from vtmetrics import NotMeasured, Scene
from vtmetrics.engine.token_places import centres
from vtmetrics.inputs import encode
from vtmetrics.maps import cells_of
from vtmetrics.nets.loading import load
from vtmetrics.nets.spec import Spec

LLAVA = Spec("tiny", "llava", "fixtures/models/weights/llava-0", embedded=True)
QWEN = Spec("tiny", "qwen", "fixtures/models/weights/qwen2_5_vl-0", embedded=True)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


def changed(one, other):
    """Where two pictures differ."""
    return ImageChops.difference(one.images[0], other.images[0]).getbbox()


@pytest.mark.parametrize("spec", [LLAVA, QWEN])
def test_embedded_models_see_the_cells_that_are_drawn_for_them(spec):
    wanted = torch.tensor(usual_cells(72, spec.family))
    assert torch.allclose(torch.tensor(cells_seen(spec, 72)), wanted, atol=0.1)


@pytest.mark.parametrize("task", PATCH_TASKS)
def test_a_picture_shows_one_object_within_its_cell(task):
    """And all else is of one colour."""
    room = inner(usual_cells(72), 72)
    for scene in draw(task, count=12):
        image, (box,) = scene.images[0], scene.boxes
        ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
        left, top, right, bottom = ImageChops.difference(image, ground).getbbox()
        assert box.left <= left < right <= box.right
        assert box.top <= top < bottom <= box.bottom
        side = 24 if PATCH_TASKS[task].large else 8
        assert (box.right - box.left, box.bottom - box.top) == (side, side)
        assert PATCH_TASKS[task].large or (box.left, box.top, box.right, box.bottom) in room


@pytest.mark.parametrize(
    ("one", "other"),
    [("patch_shapes", "patch_counts"), ("grounded", "ground_colors"), ("grounded", "third_colors")],
)
def test_pictures_of_one_kind_are_the_same_with_other_questions(one, other):
    for mine, theirs in zip(draw(one, count=8), draw(other, count=8), strict=True):
        assert (mine.id, mine.group) == (theirs.id, theirs.group)
        assert changed(mine, theirs) is None
        assert (mine.prompt, mine.answer) != (theirs.prompt, theirs.answer)


def test_recolored_pairs_share_all_else():
    """The character alone, or all but the character; and what is asked is the new colour."""
    pairs = zip(draw("object_again", count=8), draw("around_again", count=8), strict=True)
    for glyph, around in pairs:
        (box,) = glyph.boxes
        assert (glyph.boxes[0].left, glyph.boxes[0].top) == (around.boxes[0].left, around.boxes[0].top)
        assert glyph.prompt == around.prompt
        assert glyph.images[0].getpixel((0, 0)) == COLORS[glyph.known["colors"]["around"]]
        assert around.images[0].getpixel((0, 0)) == COLORS[around.answer]
        inside = glyph.images[0].crop((box.left, box.top, box.right, box.bottom))
        assert {color for _, color in inside.getcolors()} == {
            COLORS[glyph.answer],
            COLORS[glyph.known["colors"]["around"]],
        }


@pytest.mark.parametrize("task", ["grounded", "grounded_large"])
def test_golds_of_a_grounded_character_are_three_colors(task):
    own = draw(task, count=20)
    ground, third = draw("ground_colors", count=20), draw("third_colors", count=20)
    for golds in zip(own, ground, third, strict=True):
        assert len({scene.answer for scene in golds} | {"white"}) == 4


def test_there_are_one_to_three_shapes_as_often():
    counts = [scene.answer for scene in draw("patch_counts", count=120)]
    assert {counts.count(number) > 25 for number in "123"} == {True}
    assert set(counts) == {"1", "2", "3"}


@pytest.mark.parametrize("kind", ["llava", "qwen2_vl", "qwen2_5_vl"])
def test_a_checkpoints_object_is_seen_by_one_token(kind, tmp_path):
    """Of all patches those of one token alone differ from the ground, after the model's own preprocessing."""
    build(kind, tmp_path)
    net, processor = load(tmp_path)
    if "qwen" in kind:
        processor.image_processor.size = {"shortest_edge": 16, "longest_edge": 1 << 20}
    spec = Spec(kind, kind, str(tmp_path))
    scenes = draw_patches("glyphs", "test", 4, 0, 448, grid(net, processor))
    assert kind != "llava" or cells_seen(spec, 448) == grid(net, processor)
    for scene in scenes:
        pixels = encode(processor, scene, answered=False).inputs["pixel_values"].double()
        seen = rows(pixels, net.config.vision_config.patch_size)
        far = (seen - seen.median(0).values).abs().amax(1)
        merged = 4 if "qwen" in kind else 1
        tokens = {int(place) // merged for place in (far > 0.2 * far.max()).nonzero().flatten()}
        assert len(tokens) == 1


def grid(net, processor):
    """The cells of a net whose processor was changed after it was kept."""
    blank = Scene("blank", (Image.new("RGB", (448, 448)),), "a", "b", "t", "g")
    found = cells_of(centres(net, processor, blank), (448, 448))
    return [tuple(row) for row in found.rectangles.tolist()]


def rows(pixels, side):
    """Every patch as a row."""
    if pixels.ndim == 2:
        return pixels
    patches_ = torch.nn.functional.unfold(pixels, side, stride=side)
    return patches_[0].T


def test_a_place_that_several_tokens_see_is_refused(tmp_path):
    build("internvl", tmp_path)
    spec = Spec("tiles", "internvl", str(tmp_path))
    with pytest.raises(NotMeasured, match="a place is seen by several tokens"):
        cells_seen(spec, 448)


def test_embedded_models_have_no_pieces_of_words():
    with pytest.raises(NotMeasured, match="0 pairs of capitals that are one piece in one order alone"):
        patches("whole_strings", LLAVA, 4, few_words=True)
    assert pairs_of(Tokenizer.from_file(f"{LLAVA.source}/tokenizer.json").encode) == ()
    with pytest.raises(NotMeasured, match="wanted 20"):
        string_pairs(QWEN)


def test_checkpoints_are_asked_in_plain_english():
    (scene,) = map(phrased, draw("glyphs", count=1, size=448))
    assert scene.prompt.startswith(
        f"what color is the {scene.known['key'][0]}? answer with only one word: red"
    )
    assert scene.images[0].getpixel((0, 0)) == COLORS["white"]
    whole, split = (draw(task, count=1, size=448)[0] for task in ("whole_strings", "split_strings"))
    assert whole.answer == split.answer[::-1]
    assert whole.prompt == split.prompt
    assert changed(whole, split)


def test_an_image_of_few_tokens_has_no_place_for_a_patch():
    """As that of a gemma3 of four: the claim is not measured, and no failure."""
    four = [(x, y, x + 24, y + 24) for x in (0, 24) for y in (0, 24)]
    with pytest.raises(NotMeasured, match="eight others around it, of 4 none has"):
        draw_patches("glyphs", "test", 1, 0, 48, four)
