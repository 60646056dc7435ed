"""Which rectangle of the image each token shows: by hand, and with every family's processor."""

import pytest
import torch
from PIL import Image

from tests.suite.foreign_checkpoints import PROCESSORS, SIDE, build
from vtmetrics import Scene
from vtmetrics.engine import token_places
from vtmetrics.engine.token_places import centres, places_known
from vtmetrics.maps.token_cells import cells_of
from vtmetrics.nets.loading import load


def grid(columns, rows, size, left=0.0, top=0.0):
    """The middles of a grid, row by row."""
    y, x = torch.meshgrid(torch.arange(rows) + 0.5, torch.arange(columns) + 0.5, indexing="ij")
    return torch.stack([left + x * size, top + y * size], -1).reshape(-1, 2)


def test_tokens_side_by_side_are_one_sheet():
    found = cells_of(grid(3, 2, 8), (24, 16))
    assert found.count == 1
    assert found.rectangles[4].tolist() == [8, 8, 16, 16]


def test_a_whole_image_and_its_tiles_are_two_sheets():
    """Tile after tile, each row by row, before the whole image or behind it; ends of rows show nothing."""
    tiles = [grid(2, 2, 4, left, top) for top in (0, 8) for left in (0, 8)]
    ends = torch.full((3, 2), torch.nan)
    whole = grid(2, 2, 8)
    behind = cells_of(torch.cat([*tiles, ends, whole]), (16, 16))
    assert behind.sheets.tolist() == [0] * 16 + [-1] * 3 + [1] * 4
    before = cells_of(torch.cat([whole, *tiles]), (16, 16))
    assert before.sheets.tolist() == [0] * 4 + [1] * 16
    assert before.rectangles[4].tolist() == [0, 0, 4, 4]
    assert before.rectangles[-1].tolist() == [12, 12, 16, 16]


def test_one_token_has_the_whole_image():
    assert cells_of(torch.tensor([[8.0, 5.0]]), (16, 10)).rectangles.tolist() == [[0, 0, 16, 10]]


def test_tokens_that_show_nothing_have_no_map():
    with pytest.raises(ValueError, match="wants a token that shows something of the image"):
        cells_of(torch.full((2, 2), torch.nan), (8, 8))


@pytest.mark.parametrize("kind", PROCESSORS)
def test_cells_of_every_processor_lie_side_by_side_and_fill_the_image(kind, tmp_path):
    """A pixel of what is not cropped away is in one cell of each sheet, and no cell lies on another."""
    build(kind, tmp_path)
    net, processor = load(tmp_path)
    grids = [[SIDE, SIDE], [SIDE, 2 * SIDE], [2 * SIDE, SIDE], [2 * SIDE, 2 * SIDE]]
    if hasattr(net.config, "image_grid_pinpoints"):
        net.config.image_grid_pinpoints = processor.image_processor.image_grid_pinpoints = grids
    if "qwen" in kind:
        processor.image_processor.size = {"shortest_edge": SIDE**2, "longest_edge": (4 * SIDE) ** 2}
    size = (64, 32)
    scene = Scene("one", (Image.new("RGB", size),), "a", "b", "t", "g")
    with torch.no_grad():
        found = cells_of(centres(net, processor, scene), size)
    assert places_known(net) == ""
    assert found.count == (2 if kind in ("llava_next", "llava_onevision", "internvl") else 1)
    for sheet in range(found.count):
        boxes = found.rectangles[found.sheets == sheet].round().int().tolist()
        held = torch.zeros(size[1], size[0], dtype=torch.int)
        for left, top, right, bottom in boxes:
            held[top:bottom, left:right] += 1
        assert held.max() == 1
        seen = held[:, 16:48] if kind == "llava" else held  # which crops the middle
        assert (seen == 1).float().mean() > 0.9


def test_a_type_of_which_nothing_is_known_is_said(tmp_path, monkeypatch):
    build("llava", tmp_path)
    monkeypatch.setattr(token_places, "BY_PATCH", ())
    net, _ = load(tmp_path)
    assert places_known(net) == "where the image tokens of a llava lie is not known"
