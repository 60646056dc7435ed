"""Averaged tokens: a smaller image of means, each where the first token of its cell was."""

import pytest
import torch

from vtmetrics import IMAGE, NotMeasured, smaller_image
from vtmetrics.edits.averaged import Corners, cells
from vtmetrics.engine import Record, edited
from vtmetrics.inputs import collate, encode
from vtmetrics.inputs.layout import Layout


def test_cells_divide_a_square_as_evenly_as_can_be():
    assert cells(16, 2).reshape(4, 4).tolist() == [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    assert cells(9, 3).tolist() == list(range(9))
    sizes = cells(81, 6).bincount()
    assert (len(sizes), set(sizes.tolist())) == (36, {1, 2, 4})


@pytest.mark.parametrize(("count", "side", "told"), [(12, 2, "square grid"), (9, 4, "no 4 × 4")])
def test_what_has_no_such_grid_is_not_averaged(count, side, told):
    with pytest.raises(NotMeasured, match=told):
        cells(count, side)


def test_one_token_of_each_cell_stays_and_holds_the_mean():
    """On tokens of a made-up layout, with two words in front."""
    image = torch.tensor([[False, False, *[True] * 16]])
    layout = Layout({"image": image}, torch.ones_like(image), ("a",))
    assert Corners(2).mask(layout)[0].nonzero().flatten().tolist() == [2, 4, 10, 12]
    held, _ = smaller_image(2).steps
    states = torch.arange(16.0)[:, None].expand(16, 3)
    (averaged,) = held.instead([states], ["a"])
    assert averaged[[0, 2, 8, 10], 0].tolist() == [2.5, 4.5, 10.5, 12.5]


def test_layers_see_the_means_alone(net_and_processor, scenes):
    net, processor = net_and_processor
    inputs, layout = collate([encode(processor, scene) for scene in scenes[:3]])
    count = int(IMAGE.mask(layout)[0].sum())
    side = int(count**0.5)
    if side * side != count:
        pytest.skip("its image tokens are no square")
    with torch.no_grad(), edited(net, smaller_image(1), layout, record={"all": Record(IMAGE)}) as run:
        net(**inputs, use_cache=False, logits_to_keep=1)
        first = run.recorded["all"][0]
    for row, some in enumerate(first):
        assert torch.allclose(some[0], some.mean(0), atol=1e-5), row
