"""Parts of the depth: thirds of the layers, without what the last one writes."""

import pytest
import torch

from vtmetrics.protocols import early, late, throughout


@pytest.mark.parametrize(
    ("layers", "first", "last"),
    [(3, [0], [2]), (12, [0, 1, 2, 3], [8, 9, 10, 11]), (14, [0, 1, 2, 3], [10, 11, 12, 13])],
)
def test_thirds_are_whole_layers_of_either_end(layers, first, last):
    curves = torch.randn(5, layers + 1, generator=torch.Generator().manual_seed(layers))
    assert torch.equal(early(curves), curves[:, first].mean(-1))
    assert torch.equal(late(curves), curves[:, last].mean(-1))


def test_what_the_last_layer_writes_is_in_no_part():
    curve = torch.tensor([0.0, 1.0, 2.0, float("nan")])
    assert [part(curve).item() for part in (early, late, throughout)] == [0, 2, 1]
