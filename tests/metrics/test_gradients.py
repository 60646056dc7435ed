"""Are gradients finite where a number is undefined for some tokens or sets, and not for the others?

One NaN among the gradients of a batch makes every shared parameter upstream NaN.
"""

import pytest
import torch

from tests.metrics.clouds import gaussian
from tests.metrics.test_contract import DIFFERENTIABLE, OF_AMOUNTS, OF_STATES, OF_TOKENS
from vtmetrics.metrics import angle, norms, why

#: metrics whose neighbours leave no gradient where tokens are equal
SEARCHED = ("two_nn", "two_nn mle", "levina_bickel", "gride")
SPECTRAL = [name for name in DIFFERENTIABLE if name not in SEARCHED]
SETS = {"equal": torch.ones(8, 6), "zero": torch.zeros(8, 6)}


def assert_same_gradient(metric, both, alone):
    """That of a whole batch is finite, and that of its first set what it is without the others."""
    both, alone = both.clone().requires_grad_(), alone.clone().requires_grad_()
    for given in (both, alone):
        found = metric(given)
        torch.where(found.isfinite(), found, 0.0).sum().backward()
    assert both.grad.isfinite().all()
    torch.testing.assert_close(both.grad[0], alone.grad[0])


@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("name", SPECTRAL)
def test_a_set_without_a_number_spoils_no_gradient(name, kind):
    tokens = torch.stack([gaussian(8, 6), SETS[kind].double()])
    assert_same_gradient(OF_TOKENS[name], tokens, tokens[:1])


@pytest.mark.parametrize("name", SPECTRAL)
def test_a_zero_token_spoils_no_gradient(name):
    tokens = gaussian(1, 8, 6)
    tokens[0, 3] = 0
    assert_same_gradient(OF_TOKENS[name], tokens, tokens)


@pytest.mark.parametrize("name", sorted(set(OF_STATES) - {"stillness"}))
def test_tokens_that_stand_still_spoil_no_gradient(name):
    """What frozen tokens do: some for a layer, some at zero, one set for good."""
    states = gaussian(2, 4, 8, 6)
    states[0, 2, 3] = states[0, 1, 3]
    states[0, :, 5] = 0
    states[1] = states[1, 0]
    assert_same_gradient(OF_STATES[name], states, states[:1])


@pytest.mark.parametrize("name", OF_AMOUNTS)
def test_norms_of_zero_tokens_spoil_no_gradient(name):
    """One zero token beside others; equal tokens; nothing but zero tokens."""
    tokens = torch.stack([gaussian(8, 6), torch.ones(8, 6).double(), torch.zeros(8, 6).double()])
    tokens[0, 3] = 0
    assert_same_gradient(lambda x: OF_AMOUNTS[name](norms(x)), tokens, tokens[:1])


@pytest.mark.parametrize("name", ["mean_norm", "median_log"])
def test_norms_of_one_token_have_a_gradient(name):
    tokens = torch.stack([gaussian(1, 6), torch.zeros(1, 6).double()])
    assert_same_gradient(lambda x: OF_AMOUNTS[name](norms(x)), tokens, tokens[:1])


def test_a_vector_without_direction_spoils_no_gradient():
    pairs = gaussian(3, 6)
    pairs[1] = 0
    assert_same_gradient(lambda x: angle(x, gaussian(6, seed=1)), pairs, pairs)
    assert why(angle(pairs.requires_grad_(), torch.tensor([torch.nan] * 6))[1].detach()) is not None
