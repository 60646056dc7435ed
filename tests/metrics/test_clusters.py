"""Are clusters those of the definition, and of the directions alone?"""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import clouds, gaussian, rotation
from vtmetrics.metrics import anchor_clusters

TAUS = st.sampled_from([0.0, 0.5, 0.8, 0.9, 0.95])


def plainest(tokens, tau):
    """The definition, token by token."""
    unit = tokens / tokens.norm(dim=-1, keepdim=True)
    free, labels = set(range(len(unit))), [-1] * len(unit)
    for cluster in range(len(unit)):
        around = {i: {j for j in free if float(unit[i] @ unit[j]) >= tau} for i in sorted(free)}
        anchor = max(around, key=lambda i: len(around[i]), default=None)
        if anchor is None or len(around[anchor]) < 2:
            break
        for token in around[anchor]:
            labels[token] = cluster
        free -= around[anchor]
    return labels


def planted(*sizes, noise=0.05, alone=0, seed=0):
    """So many tokens around each of some directions that are at right angles, and some all alone."""
    axes = rotation(40, seed)[: len(sizes) + alone]
    counts = torch.tensor([*sizes, *([1] * alone)])
    tokens = axes.repeat_interleave(counts, dim=0)
    return tokens + noise * gaussian(*tokens.shape, seed=seed + 1) / 40**0.5


@given(clouds(most=20, kinds=("gaussian", "low rank", "scaled rows", "clustered")), TAUS)
def test_clusters_are_those_of_the_plainest_loop(tokens, tau):
    assert anchor_clusters(tokens, tau=tau).tolist() == plainest(tokens, tau)


@given(st.integers(0, 2**16))
def test_planted_clusters_are_found_largest_first(seed):
    labels = anchor_clusters(planted(9, 5, 3, alone=4, seed=seed))

    assert labels.tolist() == [0] * 9 + [1] * 5 + [2] * 3 + [-1] * 4


@given(st.integers(0, 2**16))
def test_only_directions_count(seed):
    """Neither a rotation nor the lengths of tokens move any of them; their order moves with them."""
    tokens = planted(7, 4, 2, alone=3, seed=seed)
    order = torch.randperm(len(tokens), generator=torch.Generator().manual_seed(seed))
    labels = anchor_clusters(tokens)

    assert torch.equal(anchor_clusters(tokens @ rotation(40, seed + 1)), labels)
    assert torch.equal(anchor_clusters(tokens * (10 * gaussian(len(tokens), 1, seed=seed)).exp()), labels)
    assert torch.equal(anchor_clusters(tokens[order]), labels[order])


@given(clouds(most=16), TAUS)
def test_clusters_shrink_and_have_at_least_two_tokens(tokens, tau):
    labels = anchor_clusters(tokens, tau=tau)
    sizes = [int((labels == cluster).sum()) for cluster in range(int(labels.max()) + 1)]

    assert sizes == sorted(sizes, reverse=True)
    assert all(size >= 2 for size in sizes)


def test_a_batch_is_its_sets_and_masked_tokens_join_nothing():
    tokens = torch.stack([planted(9, 5, alone=2), planted(4, 4, 4, alone=4, seed=3)])
    chosen = torch.rand(2, 16, generator=torch.Generator().manual_seed(0)) < 0.7

    labels = anchor_clusters(tokens.masked_fill(~chosen[..., None], torch.nan), chosen)

    assert labels.dtype == torch.int64
    assert (labels[~chosen] == -1).all()
    for row in range(2):
        assert torch.equal(labels[row, chosen[row]], anchor_clusters(tokens[row, chosen[row]]))


def test_tokens_without_a_direction_are_in_no_cluster():
    tokens = torch.ones(5, 3)
    tokens[1], tokens[3] = 0, torch.nan

    assert anchor_clusters(tokens).tolist() == [0, -1, 0, -1, 0]
    assert anchor_clusters(torch.ones(4, 3), tau=1.0).tolist() == [0, 0, 0, 0]
    assert anchor_clusters(torch.eye(3)).tolist() == [-1, -1, -1]
    assert anchor_clusters(torch.ones(1, 3)).tolist() == [-1]


def test_ties_go_to_the_first_token():
    assert anchor_clusters(torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])).tolist() == [
        0,
        1,
        1,
        0,
    ]


def test_a_threshold_is_a_cosine():
    with pytest.raises(ValueError, match="tau is a cosine between -1 and 1, not 20"):
        anchor_clusters(torch.eye(3), tau=20)


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.float32])
def test_a_mask_of_numbers_is_refused(dtype):
    """An attention mask of ones gave labels that look right, and were those of the first two tokens."""
    tokens = planted(20, alone=20)
    with pytest.raises(ValueError, match=f"a mask must be a tensor of bool, not {dtype}"):
        anchor_clusters(tokens, torch.ones(40, dtype=dtype))
    with pytest.raises(ValueError, match=r"a mask must fit tokens \(40,\), not have shape \(39,\)"):
        anchor_clusters(tokens, torch.ones(39, dtype=torch.bool))


@pytest.mark.parametrize("scale", [5e-324 * 2**60, 1e-200, 1e200, 1e307])
def test_clusters_have_no_scale_to_the_ends_of_doubles(scale):
    tokens = gaussian(30, 8)
    labels = anchor_clusters(tokens, tau=0.2)
    assert labels.max() > 0
    assert torch.equal(anchor_clusters(tokens * scale, tau=0.2), labels)
    assert anchor_clusters(torch.full((20, 3), scale, dtype=torch.float64)).tolist() == [0] * 20
