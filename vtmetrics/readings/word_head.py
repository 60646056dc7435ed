"""The word head: what turns states into logits, with all that a net does to them after it.

A lens through the head is to say at the last layer what the net itself says. So what a net does behind its
head is not read from its configuration, which may name what it leaves undone, but tried on a few states.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.engine import logits_of
from vtmetrics.metrics import lens_entropy, logit_lens
from vtmetrics.nets import Anatomy, is_exact
from vtmetrics.unmeasured import NotMeasured

#: how many states are tried, and how far their logits scatter, so that a cap would bend them
TRIED, SCATTER = 4, 20.0
#: how far logits may be apart, as a share of how they scatter: of plain float32 weights, and of others
CLOSE_LOGITS, LOOSE_LOGITS = 1e-4, 0.05
#: below this a net has closed a row, and how many capped logits are held at a time
CLOSED_ROW, HELD_LOGITS = -1e4, 1 << 24


@dataclass(frozen=True, eq=False)
class WordHead:
    """A norm, a table (V, D) with biases (V,) or without, and what follows: a factor, or a cap."""

    norm: nn.Module
    table: Tensor
    scale: float = 1.0
    cap: float | None = None

    def most_likely(self, states: Tensor, k: int) -> Tensor:
        """The k most likely rows (n, k) of each state; a cap changes no order."""
        return logit_lens(self._read(states), self.table, k)

    def entropy(self, states: Tensor) -> Tensor:
        """The entropy (n,) of what each state says, in nats."""
        seen = self._read(states)
        if self.cap is None:
            return lens_entropy(seen, self.table)
        parts = torch.split(seen, max(1, HELD_LOGITS // len(self.table)))
        return torch.cat([_entropy(self._capped(part)) for part in parts])

    def logits(self, states: Tensor) -> Tensor:
        """All logits (n, V) of a few states."""
        return self._capped(self._read(states))

    def _read(self, states: Tensor) -> Tensor:
        normed: Tensor = self.norm(states)
        if self.scale != 1:
            normed = normed * self.scale
        if self.table.shape[1] == normed.shape[1]:
            return normed
        return torch.cat([normed, normed.new_full((len(normed), 1), self.scale)], 1)

    def _capped(self, seen: Tensor) -> Tensor:
        made = seen.float() @ self.table.float().mT
        return made if self.cap is None else self.cap * torch.tanh(made / self.cap)


def head_of(body: Anatomy) -> WordHead:
    """The head of a net; of one that does something else to logits, one sentence says so."""
    made, own = _tried(body)
    closed = (own < CLOSED_ROW).all(0)
    table = _with_biases(body.head, closed)
    own, made = own[:, ~closed], made[:, ~closed]
    factor = float((made * own).sum() / made.square().sum())
    told = getattr(body.config.get_text_config(), "final_logit_softcapping", None)
    for scale, cap in ((1.0, None), (1.0, told), (factor, None)):
        found = made * scale if cap is None else cap * torch.tanh(made / cap)
        apart = float((found - own).square().mean().sqrt() / own.std())
        if scale > 0 and apart <= (CLOSE_LOGITS if is_exact(body.net) else LOOSE_LOGITS):
            return WordHead(body.norm, table, scale, cap)
    raise NotMeasured(
        f"a lens knows a bias, a factor or a cap behind a head, not what a {body.family} has there"
    )


def _with_biases(head: Any, closed: Tensor) -> Tensor:
    """The table, and its biases as a column more, that of a state which is 1 everywhere."""
    table: Tensor = head.weight.detach()
    bias = getattr(head, "bias", None)
    if bias is None and not bool(closed.any()):
        return table
    bias = table.new_zeros(len(table)) if bias is None else bias.detach()
    shut = bias.masked_fill(closed, torch.finfo(table.dtype).min / 4)
    return torch.cat([table, shut[:, None]], 1)


@torch.no_grad()
def _tried(body: Anatomy) -> tuple[Tensor, Tensor]:
    """The logits of a few drawn states as the bare head gives them, and as the net does."""
    head: Any = body.head
    made = torch.Generator().manual_seed(0)
    drawn = torch.randn(TRIED, head.weight.shape[1], generator=made).to(head.weight)
    drawn = drawn * (SCATTER / head(drawn).float().std()).to(drawn)
    return head(drawn).double(), logits_of(body, drawn[None], 0)[0].double()


def _entropy(logits: Tensor) -> Tensor:
    logs = torch.log_softmax(logits.double(), -1)
    return -(logs.exp() * logs).sum(-1)
