"""Do the measures of inequality obey what economists ask of them?"""

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import amounts, clouds, rotation
from vtmetrics.metrics import (
    gini,
    mean_norm,
    median_log,
    normalised_entropy,
    norms,
    variation_coefficient,
    why,
)

close = pytest.approx


@given(amounts())
def test_gini_is_the_mean_difference_over_twice_the_mean(n):
    k = len(n)
    expected = (n[:, None] - n[None]).abs().mean() / (2 * n.mean())

    assert gini(n).item() == close(expected.item(), abs=1e-9)
    assert 0 <= gini(n).item() <= (k - 1) / k + 1e-12
    assert gini(n).item() <= variation_coefficient(n).item() / 3**0.5 * (1 - 1 / k**2) ** 0.5 + 1e-9


@given(amounts().filter(lambda n: (n > 0).all()), st.floats(1e-3, 1e3))
def test_the_median_of_logarithms_tells_ratios(n, scale):
    """Numpy's median; a factor is added as its logarithm; how large the largest are says nothing."""
    here = median_log(n).item()

    assert here == close(float(np.median(np.log(n.numpy()))), abs=1e-9)
    assert median_log(scale * n.flip(0)).item() - here == close(np.log(scale), abs=1e-9)
    assert median_log(torch.cat([n, n])).item() == close(here, abs=1e-9)
    assert median_log(torch.cat([n, n.max()[None]])) == median_log(torch.cat([n, 1e9 * n.max()[None]]))


@given(amounts(least=3))
def test_giving_to_a_poorer_token_lowers_inequality(n):
    """Pigou and Dalton: for the Gini coefficient and the CV; the entropy rises."""
    poor, rich = n.argmin(), n.argmax()
    gift = (n[rich] - n[poor]) * 0.4
    after = n.clone()
    after[poor], after[rich] = n[poor] + gift, n[rich] - gift

    assert gini(after) <= gini(n) + 1e-12
    assert variation_coefficient(after) <= variation_coefficient(n) + 1e-12
    assert normalised_entropy(after) >= normalised_entropy(n) - 1e-12


@pytest.mark.parametrize("k", [2, 5, 100])
def test_equality_and_monopoly_are_the_two_ends(k):
    """The largest Gini coefficient is (k − 1)/k, not 1."""
    equal, one_hot = torch.full((k,), 3.0), torch.eye(k)[0]

    assert [m(equal).item() for m in (gini, variation_coefficient)] == close([0, 0], abs=1e-12)
    assert normalised_entropy(equal).item() == close(1, rel=1e-12)
    assert gini(one_hot).item() == close((k - 1) / k, rel=1e-12)
    assert normalised_entropy(one_hot).item() == close(0, abs=1e-12)
    assert variation_coefficient(one_hot).item() == close((k - 1) ** 0.5, rel=1e-12)


@given(amounts(), st.floats(1e-3, 1e3))
def test_scale_order_and_repetition_change_nothing(n, scale):
    pair = torch.stack([n, scale * n.flip(0)])
    for metric in (gini, variation_coefficient, normalised_entropy):
        here, there = metric(pair).tolist()
        assert there == close(here, abs=1e-9)
        if metric is not normalised_entropy:
            assert metric(torch.cat([n, n])).item() == close(here, abs=1e-9)


@given(amounts())
def test_entropy_and_variation_are_what_scipy_says(n):
    p = n / n.sum()

    assert normalised_entropy(n).item() == close(scipy.stats.entropy(n) / np.log(len(n)), abs=1e-9)
    assert variation_coefficient(n).item() == close(scipy.stats.variation(n), abs=1e-9)
    assert 1 + variation_coefficient(n).item() ** 2 == close(len(n) * (p**2).sum().item(), rel=1e-9)


@given(clouds())
def test_norms_are_lengths(tokens):
    assert torch.allclose(norms(tokens), norms(tokens @ rotation(tokens.shape[1])), rtol=1e-9)
    assert mean_norm(norms(tokens)).item() == close(tokens.norm(dim=1).mean().item(), rel=1e-9)


def test_what_has_no_dispersion_says_why():
    assert why(normalised_entropy(torch.ones(1))) == "the scale is log 1 = 0"
    assert why(gini(torch.zeros(3))) == "all tokens are zero"
    assert why(gini(torch.tensor([1.0, -1.0]))) == "a value is negative"
    assert why(variation_coefficient(torch.tensor([1.0, torch.nan]))).startswith("a token holds NaN")
    assert why(median_log(torch.zeros(3))) == "all tokens are zero"
    assert why(mean_norm(torch.ones(0))) == "there is no token"
