"""Attended: how the attention that some tokens give is shared out among others."""

from torch import Tensor

from vtmetrics.metrics.sets import real
from vtmetrics.metrics.undefined import Reason, unless


def attention_share(weights: Tensor, to: Tensor, of: Tensor) -> Tensor:
    """Share of the attention (H, Q, N) to some tokens `of` (N,) that goes to those of them in `to` (N,).

    Formula: Σ_h Σ_q Σ_{to ∩ of} a / Σ_h Σ_q Σ_of a, not a mean of ratios
    Unit: share
    Range: [0, 1]
    Unchanged by: order of heads, queries and tokens, positive scale of all weights
    Source: definition; heads and queries that give `of` much count for much

    >>> attention_share(torch.tensor([[[0.5, 0.3, 0.2]]]), torch.tensor([0, 1, 0]), torch.tensor([0, 1, 1]))
    tensor(0.6000, dtype=torch.float64)
    """
    given = real(weights, "attention weights", 3).double().flatten(0, 1).sum(0)
    among = given.where(of.bool(), 0.0)
    some, all_ = among.where(to.bool(), 0.0).sum(), among.sum()
    return unless(
        (some / all_.where(all_ != 0, 1.0)).clamp(0.0, 1.0),
        (~given.isfinite().all(), Reason.NOT_FINITE),
        ((given < 0).any(), Reason.NEGATIVE),
        (all_ == 0, Reason.NOT_ATTENDED),
    )
