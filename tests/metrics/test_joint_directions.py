"""Joint directions: against plain singular vectors, whatever their sign, and where there are none."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import gaussian
from tests.metrics.clouds import rotation as turn
from vtmetrics.metrics import (
    Reason,
    balance,
    consistency,
    explained_variance,
    first_gap,
    rotation,
    why,
)

close = pytest.approx
OF_BOTH = {
    "rotation": rotation,
    "balance": balance,
    "explained": explained_variance,
    "consistency": consistency,
    "gap": first_gap,
}
each_metric = pytest.mark.parametrize("metric", OF_BOTH.values(), ids=OF_BOTH)
seeds = st.integers(0, 2**16)


@st.composite
def pairs(draw):
    """Two sets around a mean of their own, in more dimensions than either has tokens, or in fewer."""
    n, m, d = draw(st.integers(6, 12)), draw(st.integers(1, 12)), draw(st.integers(6, 20))
    seed, scale = draw(seeds), 10.0 ** draw(st.integers(-3, 3))
    mean = draw(st.sampled_from([0.0, 1.0, 10.0])) * gaussian(d, seed=seed + 2)
    return scale * (gaussian(n, d, seed=seed) + mean), scale * (gaussian(m, d, seed=seed + 1) + mean)


def singular(tokens):
    """Numpy's left vectors, values, and right vectors in rows."""
    return np.linalg.svd(tokens.numpy(), full_matrices=False)


@given(pairs())
def test_each_is_what_plain_singular_vectors_give(sets):
    x, q, n = sets[0], torch.cat(sets), len(sets[0])
    (*_, own), (left, _, shared) = singular(x), singular(q)
    assert rotation(*sets).item() == close(abs(own[0] @ shared[0]), abs=1e-7)

    energy = left[:, 0] ** 2
    first, second = energy[:n].mean(), energy[n:].mean()
    assert balance(*sets).item() == close(first / (first + second), abs=1e-7)

    rows, five = q.numpy(), own[:5]
    left_over = ((rows - rows @ five.T @ five) ** 2).sum()
    assert explained_variance(*sets).item() == close(
        1 - left_over / ((rows - rows.mean(0)) ** 2).sum(), abs=1e-6
    )


@given(pairs())
def test_how_alike_tokens_share_and_how_far_the_first_is(sets):
    x, q, n = sets[0], torch.cat(sets), len(sets[0])
    (mine, own, _), (left, shared, _) = singular(x), singular(q)
    part = left[:n, 0]
    assert consistency(*sets).item() == close(abs(part @ mine[:, 0]) / np.linalg.norm(part), abs=1e-6)
    gaps = [(values[0] - values[1]) / values[0] for values in (own, shared)]
    assert first_gap(*sets).item() == close(min(gaps), abs=1e-7)


@given(pairs(), seeds)
def test_turns_scales_and_orders_of_both_change_nothing(sets, seed):
    size = sets[0].shape[1]
    moved = [3 * part.flip(0) @ turn(size, seed) for part in sets]
    for metric in OF_BOTH.values():
        assert metric(*moved).item() == close(metric(*sets).item(), abs=1e-6)
        assert metric(*(-part for part in sets)).item() == close(metric(*sets).item(), abs=1e-9)


@given(pairs())
def test_shares_of_both_sides_add_up(sets):
    assert balance(*sets).item() + balance(*reversed(sets)).item() == close(1)


def test_a_set_has_its_own_first_direction():
    x = gaussian(7, 9)
    assert rotation(x, 1e-9 * gaussian(3, 9, seed=1)).item() == close(1)
    assert rotation(x, x).item() == close(1)
    assert balance(x, x).item() == close(0.5)
    assert consistency(x, x).item() == close(1)
    assert first_gap(x, x).item() == close(first_gap(x, 0 * x).item(), abs=1e-7)


def test_many_tokens_are_the_first_direction_whatever_they_hold():
    """The trap of the paper's number: whoever has nine tokens of ten turns nowhere."""
    many, few = gaussian(900, 8) + 5, gaussian(10, 8, seed=1) - 5 * torch.eye(8)[0].double()
    assert rotation(many, few) > 0.999
    assert balance(torch.ones(90, 2), torch.ones(10, 2)).item() == close(0.5)


def test_directions_that_miss_the_mean_explain_less_than_nothing():
    x = torch.eye(6).double()[:5]
    y = torch.zeros(20, 6).double()
    y[:, 5] = 10 + 0.1 * gaussian(20)
    assert explained_variance(x, y) < -1
    assert explained_variance(x, x, k=5).item() == close(1)
    assert explained_variance(x, y, k=1) < explained_variance(x, y, k=5)


@each_metric
def test_a_batch_is_its_pairs_one_by_one(metric):
    x, y = gaussian(2, 3, 6, 8), gaussian(2, 3, 4, 8, seed=1)
    found = metric(x, y)
    assert found.shape == (2, 3)
    assert found.dtype == torch.float64
    for i in range(2):
        for j in range(3):
            assert found[i, j].item() == close(metric(x[i, j], y[i, j]).item(), abs=1e-9)


@each_metric
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_half_precision_is_computed_in_double(metric, dtype):
    x, y = gaussian(6, 8).to(dtype), gaussian(4, 8, seed=1).to(dtype)
    assert torch.equal(metric(x, y), metric(x.double(), y.double()))


@each_metric
def test_what_has_no_direction_has_a_reason(metric):
    x = gaussian(6, 8)
    nothing, zero = x[:0], torch.zeros(6, 8)
    assert why(metric(nothing, x)) == why(metric(x, nothing)) == Reason.EMPTY
    assert why(metric(zero, zero)) == Reason.ALL_ZERO
    assert why(metric(x.clone().fill_(torch.nan), x)) == Reason.NOT_FINITE
    assert why(metric(x, x.clone().fill_(torch.inf))) == Reason.NOT_FINITE
    assert why(metric(1e-160 * x, 1e-160 * x)) == Reason.NOT_FINITE
    assert why(metric(1e200 * x, x)) == Reason.NOT_FINITE
    with pytest.raises(ValueError, match="same last dimension"):
        metric(x, gaussian(6, 7))


def test_a_number_that_hangs_on_a_choice_is_none():
    """Of equal singular values none is the first; four tokens have no five; a zero has no angle."""
    eye = torch.eye(3)
    assert why(rotation(eye, eye[:1])) == why(balance(eye, eye)) == Reason.ALL_TIED
    assert why(rotation(torch.zeros(2, 3), eye[:1])) == Reason.ALL_ZERO
    assert balance(torch.zeros(2, 3), eye[:1]).item() == 0
    assert why(consistency(eye, eye[:1])) == Reason.ALL_TIED
    assert why(consistency(eye[1:2], 2 * eye[:1])) == Reason.ALL_ZERO
    assert why(first_gap(torch.zeros(2, 3), eye[:1])) == Reason.ALL_ZERO
    assert first_gap(eye, eye).item() == close(0, abs=1e-7)
    assert first_gap(eye[:1], eye[:1]).item() == 1
    assert why(explained_variance(gaussian(4, 9), gaussian(9, 9))) == Reason.TOO_FEW
    flat = gaussian(8, 2) @ gaussian(2, 9)
    assert why(explained_variance(flat, gaussian(9, 9))) == Reason.TOO_FEW
    same = gaussian(1, 9).expand(3, 9)
    assert why(explained_variance(same, same, k=1)) == Reason.ALL_EQUAL
    with pytest.raises(ValueError, match="k must be at least 1, not 0"):
        explained_variance(eye, eye, k=0)
