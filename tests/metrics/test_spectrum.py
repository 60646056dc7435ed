"""Do the spectral metrics obey what mathematics says of them?"""

from itertools import pairwise
from math import inf, log

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import clouds, gaussian, rotation
from vtmetrics.metrics import (
    Cloud,
    concentration,
    effective_rank,
    matrix_entropy,
    participation_ratio,
    stable_rank,
)

close = pytest.approx
SEEDS = st.integers(0, 2**16)


def entropy(tokens, alpha=1.0, **options):
    """The entropy of the Gram as it is: neither centred nor row-normalised."""
    return matrix_entropy(tokens, alpha=alpha, centred=False, row_normalised=False, **options).item()


def everything(tokens):
    """Every spectral number of uncentred tokens; those of σ to the digits that a Gram leaves them."""
    solved = Cloud.of(tokens)
    exact = [stable_rank(solved).item(), participation_ratio(tokens).item(), concentration(solved).item()]
    exact += [entropy(solved), entropy(tokens, 2.0), entropy(solved, 3.0)]
    return exact, [effective_rank(solved).item(), participation_ratio(solved, definition="sigma").item()]


def assert_same(tokens, *others):
    exact, of_sigma = everything(tokens)
    for other in others:
        other_exact, other_of_sigma = everything(other)
        assert other_exact == close(exact, rel=1e-9, abs=1e-9)
        assert other_of_sigma == close(of_sigma, rel=1e-5)


@given(clouds())
def test_the_ranks_are_ordered(tokens):
    """Every rank is an exponential of a Rényi entropy, and these fall with the order."""
    sr, pr = stable_rank(tokens).item(), participation_ratio(tokens).item()
    pr_sigma, ee = participation_ratio(tokens, definition="sigma").item(), effective_rank(tokens).item()
    chain = [1, sr, pr, np.exp(entropy(tokens)), pr_sigma, ee, min(tokens.shape)]

    assert all(low <= high * (1 + 1e-9) for low, high in pairwise(chain))
    assert pr <= sr**2 * (1 + 1e-9)


@given(clouds())
def test_renyi_entropy_falls_with_its_order_and_is_continuous(tokens):
    values = [
        entropy(tokens, alpha) for alpha in (0.5, 1 - 1e-6, 1, 1 + 1e-6, 2 - 1e-7, 2, 2 + 1e-7, 50, inf)
    ]

    assert all(high >= low - 1e-9 for high, low in pairwise(values))
    assert values[1] == close(values[2], abs=1e-4)
    assert values[4] == close(values[5], abs=1e-4)


@given(clouds())
def test_every_number_is_that_of_the_singular_values(tokens):
    """The Gram on either side gives what an SVD gives."""
    sigma = np.linalg.svd(tokens.numpy(), compute_uv=False)
    p, q = sigma**2 / (sigma**2).sum(), sigma[sigma > 0] / sigma.sum()
    expected = [1 / p[0], 1 / (p**2).sum(), p[0], -(p[p > 0] * np.log(p[p > 0])).sum()]
    expected += [-np.log((p**2).sum()), -np.log((p**3).sum()) / 2]

    exact, of_sigma = everything(tokens)

    assert exact == close(expected, rel=1e-9, abs=1e-9)
    assert of_sigma == close([np.exp(-(q * np.log(q)).sum()), sigma.sum() ** 2 / (sigma**2).sum()], rel=1e-5)


@pytest.mark.parametrize("shape", [(7, 20), (20, 7)])
@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("row_normalised", [False, True])
def test_the_second_entropy_needs_no_eigenvalues(shape, centred, row_normalised):
    """The Frobenius norm over the trace, on the side of the tokens and on that of the features."""
    tokens = gaussian(*shape, seed=3) + 2
    x = tokens - tokens.mean(0) if centred else tokens
    x = x / x.norm(dim=1, keepdim=True) if row_normalised else x
    p = np.linalg.eigvalsh((x @ x.T).numpy()) / x.square().sum().item()

    found = matrix_entropy(tokens, alpha=2, centred=centred, row_normalised=row_normalised).item()

    assert found == close(-np.log((p**2).sum()), abs=1e-12)


@pytest.mark.parametrize("shape", [(5, 9), (9, 9), (40, 9)])
def test_orthonormal_directions_count_fully(shape):
    """Orthonormal tokens, or features, fill as many directions as there are."""
    frame = torch.linalg.qr(gaussian(max(shape), min(shape)))[0]
    tokens = frame if shape[0] > shape[1] else frame.T
    size = min(shape)

    exact, of_sigma = everything(tokens)

    assert exact == close([size, size, 1 / size, log(size), log(size), log(size)], rel=1e-12)
    assert of_sigma == close([size, size], rel=1e-12)


@given(SEEDS, st.integers(2, 12), st.integers(2, 12))
def test_rank_one_has_no_entropy(seed, n, d):
    """A single direction, whatever the signs along it, is one direction."""
    tokens = gaussian(n, 1, seed=seed) * gaussian(1, d, seed=seed + 1)

    exact, of_sigma = everything(tokens)

    assert exact == close([1, 1, 1, 0, 0, 0], abs=1e-9)
    assert of_sigma == close([1, 1], abs=1e-5)
    assert matrix_entropy(tokens).item() == close(0, abs=1e-9)


def test_a_geometric_spectrum_has_its_closed_form():
    n, r = 30, 0.8
    tokens = rotation(n, 1) @ torch.diag(r ** (torch.arange(n, dtype=torch.float64) / 2)) @ rotation(n, 2)
    z = (1 - r**n) / (1 - r)
    mean = sum(k * r**k for k in range(n)) / z

    assert entropy(tokens) == close(log(z) - mean * log(r), rel=1e-12)
    assert stable_rank(tokens).item() == close(z, rel=1e-12)
    assert effective_rank(tokens, definition="sigma^2").item() == close(z * r**-mean, rel=1e-12)


@given(clouds(most=6), clouds(most=6))
def test_orthogonal_blocks_share_their_entropy(left, right):
    """The chain rule: S(A ⊕ B) = h(w) + w S(A) + (1 − w) S(B)."""
    blocks = torch.block_diag(left, right)
    w = (left.square().sum() / blocks.square().sum()).item()
    binary = sum(-p * log(p) for p in (w, 1 - w) if p > 0)

    assert entropy(blocks) == close(binary + w * entropy(left) + (1 - w) * entropy(right), abs=1e-9)


@given(clouds(), SEEDS, st.floats(1e-3, 1e3))
def test_rotations_orders_scales_and_repetition_change_nothing(tokens, seed, scale):
    n, d = tokens.shape
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))

    turned = rotation(n, seed) @ tokens @ rotation(d, seed + 1)

    assert_same(tokens, turned, tokens[order], scale * tokens, torch.cat([tokens, tokens]))


@given(clouds())
def test_zero_tokens_and_features_and_the_transpose_change_nothing(tokens):
    padded = torch.zeros(tokens.shape[0] + 3, tokens.shape[1] + 2, dtype=tokens.dtype)
    padded[: tokens.shape[0], 1:-1] = tokens

    assert_same(tokens, padded, tokens.T)


@given(clouds(kinds=("gaussian", "scaled rows")), SEEDS)
def test_unit_rows_forget_the_norms_and_centred_tokens_their_offset(tokens, seed):
    scales = 10 ** gaussian(tokens.shape[0], 1, seed=seed).clamp(-2, 2)
    offset = tokens.norm() * gaussian(1, tokens.shape[1], seed=seed)

    rows = [matrix_entropy(x, centred=False).item() for x in (tokens, scales * tokens)]
    moved = [matrix_entropy(x).item() for x in (tokens, tokens + offset)]

    assert rows[0] == close(rows[1], abs=1e-9)
    assert moved[0] == close(moved[1], abs=1e-9)


@given(clouds(), SEEDS, st.floats(0.05, 0.95))
def test_entropy_is_concave(tokens, seed, t):
    """Mixing two states of equal trace never loses entropy: stacked tokens add their feature Grams."""
    other = gaussian(*tokens.shape, seed=seed)
    left, right = tokens / tokens.norm(), other / other.norm()
    mixed = torch.cat([t**0.5 * left, (1 - t) ** 0.5 * right])

    assert entropy(mixed) >= t * entropy(left) + (1 - t) * entropy(right) - 1e-9


@given(clouds())
def test_forgetting_correlations_raises_and_truncation_lowers_entropy(tokens):
    """Pinching, S(diag K) ≥ S(K); and the first k directions alone have less."""
    pinched = torch.diag(tokens.norm(dim=1))
    u, sigma, v = torch.linalg.svd(tokens, full_matrices=False)
    k = max(1, len(sigma) // 2)
    truncated = u[:, :k] * sigma[:k] @ v[:k]

    assert entropy(pinched) >= entropy(tokens) - 1e-9
    assert entropy(truncated) <= entropy(tokens) + 1e-9


@given(clouds(least=4), SEEDS, st.floats(1e-6, 1e-1))
def test_entropy_moves_no_farther_than_fannes_and_audenaert_allow(tokens, seed, size):
    """|S(a) − S(b)| ≤ T log(n − 1) + h(T), T half the trace distance."""
    other = tokens + size * tokens.norm() * gaussian(*tokens.shape, seed=seed)
    a, b = (x.T @ x / x.square().sum() for x in (tokens, other))
    t = torch.linalg.eigvalsh(a - b).abs().sum().item() / 2
    n = tokens.shape[1]
    bound = t * log(max(n - 1, 1)) + sum(-p * log(p) for p in (t, 1 - t) if p > 0)

    assert abs(entropy(tokens) - entropy(other)) <= bound + 1e-9


@given(clouds())
def test_concentration_adds_up_to_one(tokens):
    shares = [concentration(tokens, k=k).item() for k in range(1, min(tokens.shape) + 1)]

    assert shares == sorted(shares)
    assert shares[-1] == close(1, abs=1e-12)
    assert shares[0] == close(1 / stable_rank(tokens).item(), rel=1e-12)


def test_gaussian_tokens_have_the_entropy_that_random_matrices_have():
    """The Marčenko–Pastur value at 576 × 4096, of unit rows: what "no structure" reads."""
    found = matrix_entropy(gaussian(576, 4096), unit="log min").item()

    assert found == close(0.9886, abs=2e-4)


def test_named_definitions_are_what_the_papers_print():
    """σ = 3, 1: Σσ = 4, Σσ² = 10, Σσ⁴ = 82; the entropies of (.75, .25) and of (.9, .1)."""
    tokens = torch.diag(torch.tensor([3.0, 1.0]))

    assert participation_ratio(tokens).item() == close(100 / 82)
    assert participation_ratio(tokens, definition="sigma").item() == close(16 / 10)
    assert effective_rank(tokens).item() == close(np.exp(-0.75 * log(0.75) - 0.25 * log(0.25)))
    assert effective_rank(tokens, definition="sigma^2").item() == close(
        np.exp(-0.9 * log(0.9) - 0.1 * log(0.1))
    )


def test_the_published_bugs_can_be_asked_for_by_name():
    """What the clamp and the shortcut do was measured on the published code."""
    line = gaussian(64, 1) * gaussian(1, 64, seed=1)
    tall = gaussian(1024, 256)

    assert matrix_entropy(line, definition="skean", unit="log min").item() > 0.1
    assert matrix_entropy(tall, alpha=2, definition="repitl").item() == close(
        matrix_entropy(tall, alpha=2).item() + 2 * log(256 / 1024), abs=1e-9
    )
