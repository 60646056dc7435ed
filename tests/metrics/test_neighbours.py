"""Are the nearest tokens found, however many there are to look through?"""

import pytest
import torch

from tests.metrics.clouds import gaussian
from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.neighbours import nearest


def by_the_plainest_way(tokens, k):
    squared = (tokens[:, None] - tokens[None]).square().sum(-1)
    return squared.fill_diagonal_(torch.inf).sort(-1).values[:, :k]


@pytest.mark.parametrize("count", [250, 257, 401, 1550])
@pytest.mark.parametrize("k", [1, 2, 3, 20, 100])
def test_the_nearest_of_many_are_found(count, k):
    """Short rows are sorted, long ones looked at in groups, and groups of groups; some are left over."""
    tokens = gaussian(count, 3)

    found = nearest(Gram(tokens[None]), k)

    assert torch.allclose(found.squared[0], by_the_plainest_way(tokens, k), rtol=1e-9)
    apart = (tokens[:, None] - tokens[found.index[0]]).square().sum(-1)
    assert torch.allclose(apart, found.squared[0], rtol=1e-9)


def test_ties_are_each_other_s_neighbours_once():
    """On a grid all neighbours are tied: no token may be found twice in their place."""
    line = torch.arange(20.0, dtype=torch.float64)
    tokens = torch.cartesian_prod(line, line)

    found = nearest(Gram(tokens[None]), 20)

    assert torch.allclose(found.squared[0], by_the_plainest_way(tokens, 20), atol=1e-9)
    assert all(len(set(row)) == 20 for row in found.index[0].tolist())


def test_tokens_beside_many_equal_ones_find_the_different_ones():
    tokens = gaussian(300, 4)
    repeated = torch.cat([tokens, tokens[:50].repeat(6, 1)])

    found = nearest(Gram(repeated[None]), 20)

    assert found.count == 300
    assert torch.allclose(found.squared[0, :300], by_the_plainest_way(tokens, 20), rtol=1e-9)
