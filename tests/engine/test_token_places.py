"""Where in the image each image token lies: one place is painted, and the token that changes is found."""

import os
from dataclasses import replace
from inspect import signature

import pytest
import torch
from PIL import Image, ImageDraw

from tests.families.pictured import MAPPED, MAPPED_TOO
from tests.families.pictured import build as build_pictured
from tests.suite.foreign_checkpoints import PROCESSORS, SIDE, build
from vtmetrics import BACKGROUND, IMAGE, INSIDE, Box, Scene
from vtmetrics.engine.token_places import as_tokens, boxed, centres
from vtmetrics.inputs import collate, encode
from vtmetrics.nets.loading import load

pytestmark = [
    pytest.mark.usefixtures("no_gradients"),
    # of transformers itself, as it makes an array of a tensor
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
#: smolvlm wants a package that nox -s families brings
SLOW = os.environ.get("VTMETRICS_SLOW") == "1"
GRIDS = [[SIDE * down, SIDE * across] for down in range(1, 5) for across in range(1, 5)]
#: as large as the tower's picture, wider, higher, and large both ways
SIZES = ((16, 16), (40, 16), (24, 56), (64, 60))


@pytest.fixture(scope="module", params=[*PROCESSORS, *MAPPED, *(MAPPED_TOO if SLOW else ())])
def loaded(request, tmp_path_factory):
    """A net and its processor, that of tiles with many grids and that of patches with many sizes."""
    where = tmp_path_factory.mktemp(request.param)
    (build if request.param in PROCESSORS else build_pictured)(request.param, where)
    net, processor = load(where)
    if hasattr(net.config, "image_grid_pinpoints"):
        net.config.image_grid_pinpoints = processor.image_processor.image_grid_pinpoints = GRIDS
    if hasattr(processor.image_processor, "merge_size"):
        processor.image_processor.size = {"shortest_edge": SIDE**2, "longest_edge": (4 * SIDE) ** 2}
    processor.image_processor.image_std = [0.3, 0.5, 0.8]
    return net, processor


def scene(size, *boxes, images=1):
    return Scene("one", (Image.new("RGB", size, (90, 90, 90)),) * images, "a", "b", "t", "g", boxes=boxes)


def features(net, processor, shown):
    inputs = dict(encode(processor, shown).inputs)
    known = signature(net.base_model.get_image_features).parameters
    given = {name: value for name, value in inputs.items() if name in known}
    found = net.base_model.get_image_features(**given, return_dict=True).pooler_output
    return torch.cat([one.flatten(0, -2) for one in found])


@pytest.mark.parametrize("size", SIZES)
def test_a_painted_place_changes_the_token_that_lies_there(loaded, size):
    """Of tokens that lie side by side; a whole picture and its tiles may both have one there."""
    net, processor = loaded
    plain = scene(size)
    where, before = centres(net, processor, plain), features(net, processor, plain)
    assert len(where) == len(before) == int(encode(processor, plain).masks["image"].sum())
    known = where.isfinite().all(1)
    for token in known.nonzero().flatten().tolist()[:: max(1, int(known.sum()) // 8)]:
        x, y = where[token].tolist()
        image = plain.images[0].copy()
        ImageDraw.Draw(image).rectangle((x - 1, y - 1, x + 1, y + 1), fill=(250, 10, 250))
        changed = (features(net, processor, replace(plain, images=(image,))) - before).norm(dim=1)
        rivals = known & beside(net, token, len(where))
        assert changed.where(rivals, -1).argmax() == token


def beside(net, token, count):
    """Which of so many tokens are of the same picture of the image as this one: the whole of it, or tiles."""
    kind, number = net.config.model_type, torch.arange(count)
    whole = {"llava_next": number < 16, "llava_onevision": number < 16, "internvl": number >= count - 4}
    whole |= {"idefics3": whole["internvl"], "qianfan_ocr": whole["internvl"], "smolvlm": whole["internvl"]}
    whole["llava_next_video"] = whole["llava_next"]
    first = whole.get(kind, number < 0)
    return first if first[token] else ~first


def test_places_fill_the_image_and_padding_has_none(loaded):
    """The middles of the tokens of a wide picture lie within it, and reach from one end to the other."""
    net, processor = loaded
    size = (64, 16)
    where = centres(net, processor, scene(size))
    shown = where[where.isfinite().all(1)]
    assert (shown > 0).all()
    assert (shown < torch.tensor(size)).all()
    ends = shown.amin(0)[0], shown.amax(0)[0]
    if net.config.model_type in ("llava", "vipllava", "video_llava"):  # which crop the middle
        assert ends == (pytest.approx(26, abs=0.2), pytest.approx(38, abs=0.2))
    else:
        assert ends[0] < 17
        assert ends[1] > 47


def test_tokens_lie_in_boxes_or_outside_of_all(loaded):
    """By the middle of what they show; the end of a row of tiles lies nowhere."""
    net, processor = loaded
    boxes = Box("left", 0, 0, 32, 16), Box("corner", 48, 8, 64, 16)
    scenes = [scene((64, 16), *boxes), scene((64, 16)), scene((64, 16), *boxes, images=2)]
    rows = [encode(processor, one) for one in scenes]
    _, layout = collate([replace(row, inputs={"input_ids": row.inputs["input_ids"]}) for row in rows])
    known = layout.also(boxed(net, processor, scenes, layout))
    inside, outside = INSIDE.mask(known), BACKGROUND.mask(known)

    image = IMAGE.mask(layout)[0]
    x, y = centres(net, processor, scenes[0]).T
    there = ((x < 32) & (y < 16)) | ((x >= 48) & (y >= 8))
    assert inside[0, image].equal(there)
    assert outside[0, image].equal(~there & x.isfinite())
    assert not (inside | outside)[:, ~image].any()
    # of a scene without boxes, and of one with several images, nothing is known
    assert not (inside | outside)[1:].any()
    assert INSIDE.lacking(known) == dict.fromkeys(
        (1, 2), "no image token is known to be in a box of the scene"
    )
    assert BACKGROUND.lacking(known).keys() == {1, 2}


def test_a_class_token_that_is_an_image_token_lies_nowhere(loaded):
    """Where a LLaVA keeps all that its tower gives."""
    net, processor = loaded
    if net.config.model_type == "llava":
        usual = centres(net, processor, scene((16, 16)))
        processor.vision_feature_select_strategy = "full"
        whole = centres(net, processor, scene((16, 16)))
        processor.vision_feature_select_strategy = "default"
        assert whole[0].isnan().all()
        assert whole[1:].equal(usual)


def test_what_patches_have_is_averaged_where_they_merge(loaded):
    """Of one number for all patches each token has that number, or none if it stands for no patch."""
    net, processor = loaded
    inputs = encode(processor, scene((64, 16))).inputs
    pixels = inputs["pixel_values"]
    count = len(pixels) if pixels.ndim == 2 else pixels.flatten(0, -4).shape[0] * (SIDE // 4) ** 2
    held = as_tokens(net, inputs, torch.full((count, 2), 3.0))
    known = centres(net, processor, scene((64, 16))).isfinite().all(1)
    assert torch.allclose(held[known], torch.tensor(3.0))
    assert held[~known].isnan().all()
