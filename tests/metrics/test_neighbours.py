"""Are the nearest tokens found, however many there are to look through?"""

import pytest
import torch

from tests.metrics.clouds import gaussian
from vtmetrics.metrics import neighbours
from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.neighbours import _recomputed, _squared_distances, nearest


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


def nearly_equal(spread):
    """Tokens apart, 60 that are nearly equal, and 40 among these that are nearly equal once more."""
    tokens = gaussian(130, 40)
    tokens[:60] = tokens[0] + spread * tokens[:60]
    tokens[:40] = tokens[0] + spread**2 * gaussian(40, 40, seed=1)
    tokens[7], tokens[50] = tokens[3], tokens[100]
    return tokens + 5


@pytest.mark.parametrize("spread", [1e-2, 1e-4, 1e-6])
def test_tokens_that_are_nearly_equal_keep_all_their_digits(spread):
    tokens = nearly_equal(spread)
    found = _recomputed(_squared_distances(gram := Gram(tokens[None])), gram)[0]
    apart = (tokens[:, None] - tokens[None]).square().sum(-1).fill_diagonal_(torch.inf)

    assert torch.allclose(found, apart, rtol=1e-9, atol=0)
    assert nearest(gram, 2).count == 128


def test_many_nearly_equal_tokens_are_not_subtracted_pair_by_pair(monkeypatch):
    """Which took 18 to 50 times as long as all other geometry."""
    pairs = []
    by_pairs = neighbours._subtracted
    monkeypatch.setattr(neighbours, "_subtracted", lambda x, i, j: pairs.append(len(i)) or by_pairs(x, i, j))
    nearest(Gram(nearly_equal(1e-4)[None]), 2)

    assert 0 < sum(pairs) < 100 < 60 * 59 // 2
