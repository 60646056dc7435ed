"""Are the similarities symmetric, bounded, unbiased and exact near equality?"""

from math import log

import pytest
import scipy.spatial.distance
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import clouds, gaussian, logits, rotation
from vtmetrics.metrics import (
    centroid_cosine,
    cka,
    cosine_distance,
    cosine_rank,
    cosine_similarity,
    js,
    kl,
    nearest_cosine,
    why,
)

close = pytest.approx
SEEDS = st.integers(0, 2**16)


@given(clouds(), SEEDS, st.floats(1e-3, 1e3))
def test_cosine_is_symmetric_bounded_and_blind_to_scale_and_rotation(tokens, seed, scale):
    x, y = tokens[0], tokens[1]
    turn = rotation(tokens.shape[1], seed)

    assert -1 <= cosine_similarity(x, y).item() <= 1
    assert cosine_similarity(x, y).item() == cosine_similarity(y, x).item()
    assert cosine_similarity(scale * x @ turn, y @ turn).item() == close(
        cosine_similarity(x, y).item(), abs=1e-9
    )
    assert cosine_similarity(x, y).item() == close(1 - scipy.spatial.distance.cosine(x, y), abs=1e-9)


@given(clouds(most=8, kinds=("gaussian", "scaled rows")), SEEDS)
def test_the_nearest_of_others_is_found_for_every_token(tokens, seed):
    """As in the plainest loop; neither order, repetition, lengths nor a common rotation matter."""
    others = gaussian(5, tokens.shape[1], seed=seed)
    turn = rotation(tokens.shape[1], seed)
    loop = torch.stack([torch.stack([cosine_similarity(x, y) for y in others]).max() for x in tokens]).mean()

    assert nearest_cosine(tokens, others).item() == close(loop.item(), abs=1e-9)
    assert nearest_cosine(7 * tokens.flip(0) @ turn, torch.cat([others, 3 * others]) @ turn) == close(
        loop.item(), abs=1e-9
    )
    assert nearest_cosine(tokens, others[:2]) <= nearest_cosine(tokens, others) + 1e-12
    assert nearest_cosine(tokens, tokens * 2).item() == close(1, abs=1e-9)
    both = nearest_cosine(torch.stack([tokens, tokens]), torch.stack([others, -others]))
    assert both[0].item() == close(loop.item(), abs=1e-9)


def test_nearness_to_nothing_is_undefined():
    assert why(nearest_cosine(torch.ones(2, 3), torch.ones(0, 3))) == "there is no token"
    assert why(nearest_cosine(torch.ones(2, 3), torch.zeros(1, 3))) == "all tokens are zero"
    assert why(nearest_cosine(torch.full((2, 3), torch.inf), torch.ones(1, 3))).startswith(
        "a token holds NaN"
    )


def test_the_distance_from_one_keeps_its_digits():
    """A cosine computed first leaves nothing of 5e-19."""
    y = torch.tensor([1.0, 1e-9], dtype=torch.float64)

    assert cosine_distance(torch.tensor([1.0, 0.0]), y).item() == close(5e-19, rel=1e-6, abs=0)
    assert cosine_distance(torch.tensor([1.0, 0.0]), torch.tensor([-1.0, 0.0])).item() == 2


@pytest.mark.parametrize("definition", ["debiased", "biased"])
@given(tokens=clouds(least=5, kinds=("gaussian", "decaying")), seed=SEEDS, scale=st.floats(1e-2, 1e2))
def test_cka_ignores_what_it_should(definition, tokens, seed, scale):
    n, d = tokens.shape
    other = gaussian(n, 4, seed=seed)
    moved = scale * tokens @ rotation(d, seed) + gaussian(d, seed=seed)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    here = cka(tokens, other, definition=definition).item()

    assert -1 <= here <= 1
    assert cka(tokens, tokens, definition=definition).item() == close(1, rel=1e-9)
    assert cka(other, tokens, definition=definition).item() == close(here, abs=1e-9)
    assert cka(moved[order], other[order], definition=definition).item() == close(here, abs=1e-6)


def test_cka_sees_a_general_linear_map():
    """Unlike canonical correlation: stretched features are other features."""
    tokens = gaussian(30, 4)

    assert cka(tokens, tokens * torch.tensor([100.0, 1, 1, 1])).item() < 0.9


@given(clouds(least=4), SEEDS)
def test_biased_cka_is_its_feature_form(tokens, seed):
    """‖XᵀY‖² / (‖XᵀX‖ ‖YᵀY‖) of the centred tokens."""
    x, y = tokens - tokens.mean(0), gaussian(len(tokens), 3, seed=seed)
    y = y - y.mean(0)
    expected = (x.T @ y).norm() ** 2 / ((x.T @ x).norm() * (y.T @ y).norm())

    assert cka(tokens, y, definition="biased").item() == close(expected.item(), abs=1e-9)


def test_independent_tokens_are_not_alike():
    """At 64 tokens of 1024 features the biased form reads 0.94, the debiased 0."""
    x, y = gaussian(30, 64, 1024), gaussian(30, 64, 1024, seed=1)

    assert abs(cka(x, y).mean().item()) < 0.005
    assert cka(x, y, definition="biased").mean().item() == close(0.94, abs=0.01)


@given(logits(), st.floats(-50, 50))
def test_divergences_are_those_of_scipy_and_ignore_a_shift(pair, shift):
    p, q = (torch.softmax(x, 0).numpy() for x in pair)
    there, back = kl(*pair).item(), kl(*pair[::-1]).item()

    assert there == close(scipy.stats.entropy(p, q), abs=1e-9)
    assert back == close(scipy.stats.entropy(q, p), abs=1e-9)
    middle = [scipy.stats.entropy(each, (p + q) / 2, base=2) for each in (p, q)]
    assert js(*pair).item() == close(sum(middle) / 2, abs=1e-9)
    assert kl(pair[0] + shift, pair[1]).item() == close(there, abs=1e-9)
    assert js(*pair).item() == close(js(*pair[::-1]).item(), abs=1e-12)
    assert 0 <= js(*pair).item() <= 1


@given(logits())
def test_a_distribution_does_not_diverge_from_itself(pair):
    assert kl(pair[0], pair[0] + 3).item() == close(0, abs=1e-12)
    assert js(pair[0], pair[0] - 3).item() == close(0, abs=1e-12)


def test_divergence_has_a_direction():
    """KL(p ‖ q) of p = (¾, ¼) and q = (½, ½)."""
    p, q = torch.tensor([3.0, 1.0]).log(), torch.zeros(2)

    assert kl(p, q).item() == close(0.75 * log(1.5) + 0.25 * log(0.5), rel=1e-6)
    assert kl(q, p).item() == close(-0.5 * log(0.75), rel=1e-6)


def test_what_is_impossible_costs_one_bit_or_infinitely_much():
    left, right = torch.tensor([0.0, -torch.inf]), torch.tensor([-torch.inf, 0.0])

    assert js(left, right).item() == 1
    assert kl(left, right).item() == torch.inf
    assert kl(left, torch.zeros(2)).item() == close(log(2))


def test_what_cannot_be_compared_says_why():
    assert why(cosine_similarity(torch.zeros(3), torch.ones(3))) == "all tokens are zero"
    assert why(cka(gaussian(3, 4), gaussian(3, 4))) == "there are too few different tokens"
    assert why(cka(torch.ones(5, 4), gaussian(5, 4))) == "all tokens are equal"
    assert why(cka(torch.eye(5), gaussian(5, 4))) == "the neighbours of every token are equally far"
    assert why(js(torch.full((3,), torch.nan), torch.zeros(3))) == "the logits are no distribution"
    with pytest.raises(ValueError, match="base must be greater than 1, not 0"):
        kl(torch.zeros(3), torch.zeros(3), base=0)
    with pytest.raises(ValueError, match="must have the same last dimension"):
        js(torch.zeros(3), torch.zeros(4))
    with pytest.raises(ValueError, match="must describe the same tokens"):
        cka(gaussian(5, 4), gaussian(6, 4))


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 999))
def test_the_cosine_of_centroids_is_that_of_plain_means(n, m, seed):
    tokens, others, turn = gaussian(n, 5, seed=seed), gaussian(m, 5, seed=seed + 1), rotation(5, seed)
    expected = torch.cosine_similarity(tokens.mean(0), others.mean(0), dim=0)
    assert centroid_cosine(tokens, others).item() == close(expected.item(), abs=1e-9)
    moved = centroid_cosine(7 * tokens.flip(0) @ turn, torch.cat([others, others]) @ turn)
    assert moved.item() == close(expected.item(), abs=1e-9)
    assert centroid_cosine(others, tokens).item() == close(expected.item(), abs=1e-9)


def test_centroids_that_cancel_have_no_direction():
    both = torch.tensor([[1.0, 2.0], [-1.0, -2.0]])
    assert why(centroid_cosine(both, both[:1])) == "all tokens are zero"
    assert why(centroid_cosine(both[:0], both)) == "there is no token"
    assert centroid_cosine(torch.stack([both[:1], both[1:]]), both[:1]).tolist() == close([1.0, -1.0])


@given(st.integers(2, 9), st.integers(1, 4), st.integers(0, 999))
def test_a_rank_counts_who_is_nearer(n, m, seed):
    tokens, others = gaussian(n, 4, seed=seed), gaussian(m, 4, seed=seed + 1)
    tokens = torch.cat([tokens, 2 * tokens[:1]])  # of two that are as near each has half a place
    chosen = torch.rand(n + 1, generator=torch.Generator().manual_seed(seed)) < 0.5
    near = [max(float(torch.cosine_similarity(x, y, dim=0)) for y in others) for x in tokens]
    places = []
    for own in near:
        more, same = (
            sum(other > own + 1e-12 for other in near),
            sum(abs(other - own) <= 1e-12 for other in near),
        )
        places.append((more + (same - 1) / 2) / n)
    found = cosine_rank(tokens, others, chosen)
    wanted = [place for place, one in zip(places, chosen, strict=True) if one]
    if not wanted:
        assert why(found) == "there is no token"
        return
    assert found.item() == close(sum(wanted) / len(wanted), abs=1e-9)
    assert cosine_rank(tokens, others, torch.ones(n + 1, dtype=torch.bool)).item() == close(0.5)
    turned = rotation(4, seed)
    assert cosine_rank(3 * tokens @ turned, others @ turned, chosen).item() == close(found.item(), abs=1e-9)


def test_a_rank_among_nobody_is_none():
    one, two, all_ = gaussian(1, 3), gaussian(2, 3), torch.ones(2, dtype=torch.bool)
    assert why(cosine_rank(one, two, all_[:1])) == "there are too few different tokens"
    assert why(cosine_rank(two[:0], two, all_[:0])) == "there is no token"
    assert why(cosine_rank(two, two[:0], all_)) == "there is no token"
    assert why(cosine_rank(two, torch.zeros(1, 3), all_)) == "all tokens are zero"
    assert why(cosine_rank(two * torch.nan, two, all_)).startswith("a token holds NaN")
    both = torch.stack([two, two.flip(0)])
    first = torch.tensor([True, False])
    assert cosine_rank(both, two[:1], first).tolist() == [0, 1]
