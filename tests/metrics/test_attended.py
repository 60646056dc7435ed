"""Shares of attention: sums of plain weights, and what cannot be shared out."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.metrics import Reason, attention_share, why


def weights(heads, queries, tokens, seed=0):
    """Rows that sum to one."""
    scores = torch.randn(heads, queries, tokens, generator=torch.Generator().manual_seed(seed))
    return (3 * scores).softmax(-1)


def sets(tokens, seed):
    made = torch.Generator().manual_seed(seed)
    return torch.rand(2, tokens, generator=made) < 0.5


@given(st.integers(1, 4), st.integers(1, 5), st.integers(2, 9), st.integers(0, 99))
def test_a_share_is_a_sum_over_a_sum(heads, queries, tokens, seed):
    given_, (to, of) = weights(heads, queries, tokens, seed), sets(tokens, seed)
    some = all_ = 0.0
    for head in range(heads):
        for query in range(queries):
            for token in range(tokens):
                all_ += float(given_[head, query, token]) * bool(of[token])
                some += float(given_[head, query, token]) * bool(of[token] and to[token])
    found = attention_share(given_, to, of)
    assert why(found) == Reason.NOT_ATTENDED if not of.any() else float(found) == pytest.approx(some / all_)


@given(st.integers(0, 99))
def test_shares_add_up_and_forget_order_and_scale(seed):
    given_, (to, of) = weights(3, 4, 8, seed), sets(8, seed)
    of = of | ~of.any()
    found = attention_share(given_, to, of)
    order = torch.randperm(8, generator=torch.Generator().manual_seed(seed))
    assert float(found + attention_share(given_, ~to, of)) == pytest.approx(1)
    assert float(attention_share(given_, of, of)) == 1
    assert float(attention_share(given_[..., order], to[order], of[order])) == pytest.approx(float(found))
    assert float(attention_share(given_.flip(0).flip(1) * 1e-6, to, of)) == pytest.approx(float(found))
    assert float(attention_share(given_.flatten(0, 1)[None], to, of)) == pytest.approx(float(found))


def test_heads_that_look_away_hardly_count():
    """It is no mean of ratios, in which they would count as much as the others."""
    looks, away = torch.tensor([0.1, 0.4, 0.5]), torch.tensor([0.98, 0.02, 0.0])
    both = torch.stack([looks, away])[:, None]
    of, to = torch.tensor([False, True, True]), torch.tensor([False, True, False])
    assert float(attention_share(both, to, of)) == pytest.approx(0.42 / 0.92)


def test_none_of_none_is_no_share():
    given_, of = weights(2, 3, 5), torch.tensor([True, True, False, False, False])
    assert why(attention_share(given_, of, ~of & of)) == Reason.NOT_ATTENDED
    assert why(attention_share(given_[:, :0], of, of)) == Reason.NOT_ATTENDED
    assert why(attention_share(given_.masked_fill(of, torch.nan), of, of)) == Reason.NOT_FINITE
    assert why(attention_share(-given_, of, of)) == Reason.NEGATIVE
    assert float(attention_share(given_, ~of & of, of)) == 0
    with pytest.raises(ValueError, match="attention weights must be floating point"):
        attention_share(torch.ones(1, 1, 2, dtype=torch.long), of[:2], of[:2])
