"""Are numbers right, or refused with the right reason, where squares leave the range of a double?"""

from math import copysign

import pytest
import torch
from hypothesis import given

from tests.metrics.clouds import clouds, gaussian
from tests.metrics.test_contract import OF_TOKENS
from vtmetrics.metrics import (
    Cloud,
    Reason,
    angle,
    cka,
    concentration,
    cosine_similarity,
    gini,
    matrix_entropy,
    norms,
    plateau,
    position_angle,
    remaining_change,
    stable_rank,
    stillness,
    update_angle,
    variation_coefficient,
    why,
)

close = pytest.approx
each_metric = pytest.mark.parametrize("metric", OF_TOKENS.values(), ids=OF_TOKENS)


@each_metric
@pytest.mark.parametrize("scale", [1e-100, 1e80, 1e100])
def test_squares_of_squares_do_not_matter(metric, scale):
    """Purity is a sum of fourth powers of the tokens, which overflow long before their squares do."""
    tokens = gaussian(9, 6)

    assert metric(tokens * scale).item() == close(metric(tokens).item(), rel=1e-9)


@each_metric
@pytest.mark.parametrize("scale", [1e-160, 1e-200, 1e160])
def test_what_cannot_be_squared_is_no_number(metric, scale):
    """At 1e-160 squares still exist, but with three digits; at 1e-200 they are all zero."""
    tokens = gaussian(9, 6) * scale

    assert why(metric(tokens)) == why(metric(Cloud.of(tokens))) == Reason.NOT_FINITE


@each_metric
def test_a_cloud_gives_the_reason_that_its_tokens_give(metric):
    for tokens in (torch.full((6, 4), torch.nan), torch.zeros(6, 4), torch.ones(6, 4), torch.zeros(0, 4)):
        assert why(metric(Cloud.of(tokens))) == why(metric(tokens))


@pytest.mark.parametrize("compare", [cosine_similarity, angle])
def test_only_zero_is_zero(compare):
    tiny, one = torch.full((3,), 1e-200, dtype=torch.float64), torch.ones(3)

    assert why(compare(tiny, one)) == Reason.NOT_FINITE
    assert why(compare(1e50 * tiny, one)) == Reason.NOT_FINITE
    assert why(compare(0 * tiny, one)) == Reason.ALL_ZERO


@pytest.mark.parametrize("compare", [cosine_similarity, angle])
def test_vectors_of_different_spaces_are_refused(compare):
    with pytest.raises(ValueError, match=r"the same last dimension, not \(2,\) and \(3,\)"):
        compare(torch.ones(2), torch.ones(3))


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1.0, 1e200])
def test_norms_and_their_spread_have_no_scale(scale):
    tokens = scale * torch.tensor([[3.0, 4.0], [0.0, 15.0], [0.0, 0.0]], dtype=torch.float64)

    found = norms(tokens)

    assert (found / scale).tolist() == close([5.0, 15.0, 0.0], rel=1e-12)
    assert variation_coefficient(found[:2]).item() == close(0.5, rel=1e-12)
    assert gini(found[:2]).item() == close(0.25, rel=1e-12)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_norm_of_what_is_not_finite_says_so(value):
    found = norms(torch.tensor([[value, 1.0], [3.0, 4.0]]))

    assert why(found[0]) == Reason.NOT_FINITE
    assert found[1] == 5


@pytest.mark.parametrize("definition", ["debiased", "biased"])
@pytest.mark.parametrize("scale", [1e-100, 1e-30, 1e80, 1e120])
def test_alignment_has_no_scale(definition, scale):
    x, y = gaussian(6, 3), gaussian(6, 4, seed=1)

    found = cka(scale * x, y, definition=definition).item()

    assert found == close(cka(x, y, definition=definition).item(), rel=1e-9)


def test_what_is_not_finite_is_neither_still_nor_moving():
    states = torch.ones(3, 5, 4)
    states[1, 2, 0] = torch.inf

    assert why(stillness(states)[0]) == Reason.NOT_FINITE
    assert why(stillness(torch.full((2, 5, 4), torch.nan))) == Reason.NOT_FINITE
    assert stillness(torch.ones(2, 5, 4)).item() == 1


def test_steps_too_small_to_be_squared_have_no_angle():
    assert why(update_angle(1e-160 * gaussian(3, 4, 5))) == Reason.NOT_FINITE
    assert why(position_angle(1e-160 * gaussian(4, 5))) == Reason.NOT_FINITE


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 3.0, torch.inf])
def test_no_entropy_is_zero_and_not_minus_zero(alpha):
    line = torch.arange(5.0)[:, None] * torch.ones(1, 3)

    found = matrix_entropy(line, alpha=alpha).item()

    assert found == close(0, abs=1e-6)
    assert copysign(1, found) == 1


@given(clouds())
def test_no_number_leaves_its_range_by_a_rounding(tokens):
    limit = min(tokens.shape)

    for alpha in (0.5, 1.0, 2.0, 3.0, torch.inf):
        assert matrix_entropy(tokens, alpha=alpha).item() >= 0
        assert matrix_entropy(tokens, alpha=alpha, centred=False, unit="log min").item() >= 0
    assert all(concentration(tokens, k=k).item() <= 1 for k in range(1, limit + 1))
    assert stable_rank(tokens).item() >= 1


def test_rounding_is_no_change():
    """0.1 + 0.2 is not 0.3 to a double: a profile of such equal values has no depth at which it settles."""
    flat = torch.tensor([0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2], dtype=torch.float64)

    for number in (
        remaining_change(flat),
        remaining_change(flat, definition="variation"),
        plateau(flat),
        plateau(torch.full((4,), 0.3)),
    ):
        assert why(number) == Reason.NO_CHANGE
    assert plateau(flat * 1e-3 + torch.tensor([0.0, 0, 0, 1e-12])).isfinite()


@pytest.mark.parametrize("value", [0.1, 1e4 / 3])
def test_many_equal_tokens_of_many_features_are_equal(value):
    """Read in parts of their features, the mean of many must still be each of them, but for rounding."""
    tokens = torch.full((700, 1100), value, dtype=torch.float64) * torch.linspace(0.1, 3, 1100).double()

    assert why(matrix_entropy(tokens)) == Reason.ALL_EQUAL
