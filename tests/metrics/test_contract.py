"""Do all metrics of tokens keep one contract: shapes, masks, types, gradients?"""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import clouds, gaussian
from vtmetrics.metrics import (
    Cloud,
    cka,
    concentration,
    drift,
    effective_rank,
    geometry,
    gini,
    gride,
    levina_bickel,
    matrix_entropy,
    mean_norm,
    median_log,
    normalised_entropy,
    norms,
    participation_ratio,
    position_angle,
    relative_update,
    stable_rank,
    state_angle,
    stillness,
    two_nn,
    update_angle,
    variation_coefficient,
)

OF_TOKENS = {
    "matrix_entropy": matrix_entropy,
    "second entropy": lambda x, m=None: matrix_entropy(x, m, alpha=2),
    "raw entropy": lambda x, m=None: matrix_entropy(x, m, centred=False, row_normalised=False),
    "unit entropy": lambda x, m=None: matrix_entropy(x, m, centred=False),
    "skean": lambda x, m=None: matrix_entropy(x, m, definition="skean"),
    "stable_rank": stable_rank,
    "participation_ratio": participation_ratio,
    "participation_ratio of sigma": lambda x, m=None: participation_ratio(x, m, definition="sigma"),
    "effective_rank": effective_rank,
    "concentration": concentration,
    "two_nn": lambda x, m=None: two_nn(x, m).value,
    "two_nn low": lambda x, m=None: two_nn(x, m).low,
    "two_nn mle": lambda x, m=None: two_nn(x, m, definition="mle").value,
    "levina_bickel": lambda x, m=None: levina_bickel(x, m, k=3).value,
    "gride": lambda x, m=None: gride(x, m, n1=1, n2=3).value,
    "position_angle": position_angle,
    "position_angle of tokens": lambda x, m=None: position_angle(x, m, definition="tokens"),
}
OF_AMOUNTS = {m.__name__: m for m in (gini, mean_norm, median_log, normalised_entropy, variation_coefficient)}
OF_STATES = {m.__name__: m for m in (drift, relative_update, state_angle, stillness, update_angle)}
each_metric = pytest.mark.parametrize("metric", OF_TOKENS.values(), ids=OF_TOKENS)
SHAPES = [(6, 9), (9, 6)]


def some(*shape, seed=0):
    """A mask that leaves at least five tokens of each set."""
    chosen = torch.rand(shape, generator=torch.Generator().manual_seed(seed)) < 0.5
    chosen[..., :5] = True
    return chosen


@each_metric
@pytest.mark.parametrize("shape", SHAPES)
def test_a_batch_is_its_sets_one_by_one(metric, shape):
    tokens = gaussian(2, 3, *shape)

    found = metric(tokens)

    assert found.shape == (2, 3)
    assert found.dtype == torch.float64
    for i in range(2):
        for j in range(3):
            assert found[i, j].item() == pytest.approx(metric(tokens[i, j]).item(), rel=1e-12)


@each_metric
@pytest.mark.parametrize("width", [5, 40])
def test_what_is_masked_changes_nothing_exactly(metric, width):
    """Equal to the last bit: to what is left of each set alone, whatever stands at masked places."""
    tokens, chosen = gaussian(4, 12, width), some(4, 12)
    spoiled = tokens.masked_fill(~chosen[..., None], torch.nan)

    found = metric(tokens, chosen)

    assert torch.equal(metric(spoiled, chosen), found)
    assert torch.equal(torch.stack([metric(x[m]) for x, m in zip(tokens, chosen, strict=True)]), found)
    assert torch.equal(metric(tokens, torch.ones(4, 12, dtype=torch.bool)), metric(tokens))


@pytest.mark.parametrize("metric", OF_AMOUNTS.values(), ids=OF_AMOUNTS)
def test_masked_amounts_change_nothing_exactly(metric):
    values, chosen = gaussian(4, 12).abs(), some(4, 12)

    found = metric(values.masked_fill(~chosen, torch.nan), chosen)

    assert torch.equal(torch.stack([metric(x[m]) for x, m in zip(values, chosen, strict=True)]), found)


@pytest.mark.parametrize("metric", OF_STATES.values(), ids=OF_STATES)
def test_masked_states_change_nothing_exactly(metric):
    states, chosen = gaussian(4, 5, 12, 7), some(4, 12)

    found = metric(states.masked_fill(~chosen[:, None, :, None], torch.nan), chosen)

    assert torch.equal(torch.stack([metric(x[:, m]) for x, m in zip(states, chosen, strict=True)]), found)


def test_masked_tokens_change_no_alignment():
    x, y, chosen = gaussian(4, 12, 7), gaussian(4, 12, 5, seed=1), some(4, 12)

    found = cka(x.masked_fill(~chosen[..., None], torch.inf), y, chosen)

    assert torch.equal(torch.stack([cka(a[m], b[m]) for a, b, m in zip(x, y, chosen, strict=True)]), found)


@each_metric
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_double(metric, dtype):
    """The type says how the tokens were rounded, not how the metric is computed."""
    tokens = gaussian(20, 16).to(dtype)

    assert torch.equal(metric(tokens), metric(tokens.double()))


@each_metric
def test_float32_tokens_cost_less_than_a_millionth(metric):
    tokens = gaussian(60, 40)

    assert metric(tokens.float()).item() == pytest.approx(metric(tokens).item(), rel=1e-6)


@each_metric
@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_extreme_scales_are_read_like_any_other(metric, scale):
    tokens = gaussian(9, 6)

    assert metric(tokens * scale).item() == pytest.approx(metric(tokens).item(), rel=1e-9)


@each_metric
def test_strides_and_numpy_do_not_matter(metric):
    tokens = gaussian(9, 12)
    strided = torch.stack([tokens, tokens], dim=-1)[..., 0]

    assert not strided.is_contiguous()
    assert metric(strided).item() == metric(tokens.numpy()).item() == metric(tokens).item()


DIFFERENTIABLE = sorted(set(OF_TOKENS) - {"two_nn low"})


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_are_right(name, shape):
    """Against finite differences, and finite for tokens of low rank too."""
    metric = OF_TOKENS[name]
    tokens = gaussian(*shape, seed=5).requires_grad_()

    assert torch.autograd.gradcheck(metric, tokens, atol=1e-4)
    flat = (gaussian(shape[0], 1) * gaussian(1, shape[1], seed=1)).requires_grad_()
    if "two_nn" not in name and "levina" not in name and "angle" not in name:
        metric(flat).backward()
        assert flat.grad.isfinite().all()


@given(clouds(least=5, kinds=("gaussian", "scaled rows")), st.integers(0, 2**16))
def test_the_order_of_tokens_matters_to_positions_alone(tokens, seed):
    order = torch.randperm(len(tokens), generator=torch.Generator().manual_seed(seed))
    pair = Cloud.of(torch.stack([tokens, tokens[order]]))
    for name, metric in OF_TOKENS.items():
        if "position" not in name:
            here, there = metric(pair).tolist()
            assert there == pytest.approx(here, rel=1e-5, abs=1e-9)


@each_metric
@pytest.mark.parametrize("shape", SHAPES)
def test_a_cloud_gives_what_its_tokens_give(metric, shape):
    """Sharing a Gram changes no number: positions to 1e-7 rad, the others to rounding."""
    tokens, chosen = gaussian(3, *shape), some(3, shape[0])
    cloud = Cloud.of(tokens, chosen)
    geometry(cloud)

    assert torch.allclose(metric(cloud), metric(tokens, chosen), rtol=1e-9, atol=1e-7, equal_nan=True)


def test_a_mask_of_one_set_fits_all_sets():
    tokens, chosen = gaussian(2, 3, 9, 6), some(9)

    assert torch.equal(stable_rank(tokens, chosen), stable_rank(tokens, chosen.expand(2, 3, 9)))
    assert norms(tokens).shape == (2, 3, 9)
    assert stable_rank(tokens[:0]).shape == (0, 3)
    assert stable_rank(tokens[:0], chosen).shape == (0, 3)
