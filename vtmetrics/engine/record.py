"""Records: numbers taken while a net runs, and the rows they are taken of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from vtmetrics.edits import IMAGE, Tokens, named
from vtmetrics.engine.layer_plan import LayerPlan
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.engine.token_rows import TokenRows, placed_in, rows_of

Reduce = Callable[[int, tuple[Tensor, ...]], Any]
Site = Literal["states", "attention", "middle", "ffn", "weights", "encoder"]
SITES = ("states", "attention", "middle", "ffn", "weights", "encoder")
#: the tokens that a net writes: what they hold and see is recorded word by word, while it generates
GENERATED: Tokens = named("generated")


def copies(_layer: int, rows: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The rows themselves."""
    return rows


@dataclass(frozen=True)
class Record:
    """What `reduce(layer, rows)` makes of some tokens, one tensor a batch row, at each layer of a prefill.

    states     (n, D) that decoder layers 0 … L − 1 receive, and as layer L what the final norm receives;
               absent tokens hold the state in which they left
    attention  (n, D) that a layer's attention adds to those of the tokens that are present
    middle     (n, D) between a layer's attention and its feed-forward network
    ffn        (n, D) that a layer's feed-forward network adds
    weights    (heads, n, S) of the attention that present tokens give, 0 for absent keys; sdpa or eager
    encoder    one tensor, as the vision tower's blocks 0 … N − 1 receive it; as block N the last one's output

    Layers come in order and once, so that a `reduce` with a memory may compare them.

    Of GENERATED tokens there is a list of layers for each call of the net after the prompt's, as a rule with
    one new token in it; the last one that is generated is never read, and so in none. Their weights are
    (heads, n, S + …): those of the prompt's tokens, then those of what was generated up to them.
    """

    tokens: Tokens = IMAGE
    reduce: Reduce = copies
    site: Site = "states"

    def __post_init__(self) -> None:
        if self.site not in SITES:
            raise ValueError(f"a record is taken at one of {', '.join(SITES)}, not at {self.site!r}")
        if self.later and self.site == "encoder":
            raise ValueError("no generated token is in the vision tower, which sees images")

    @property
    def later(self) -> bool:
        """Whether it is taken while decoding, of what is generated."""
        return self.tokens == GENERATED


@dataclass(frozen=True, eq=False)
class Watched:
    """The tokens' rows in the whole sequence, and in what each layer receives: None where some are absent."""

    all: TokenRows
    present: Sequence[TokenRows | None]


def watched(record: Record, plan: LayerPlan) -> Watched:
    """The rows of a record's tokens; before the final norm every token is back."""
    mask = record.tokens.mask(plan.layout)
    rows = rows_of(mask)
    found: dict[PresentTokens | None, TokenRows | None] = {None: rows}
    for slots in plan.slots:
        if slots is not None and slots not in found:
            placed = placed_in(slots, mask)
            found[slots] = placed if placed.counts == rows.counts else None
    return Watched(rows, [found[slots] for slots in (*plan.slots, None)])


def weights_of(weights: Tensor, placed: TokenRows) -> tuple[Tensor, ...]:
    """The weights (heads, n, keys) of each row's tokens, from those of all (B, heads, queries, keys)."""
    rows, heads, queries, keys = weights.shape
    flat = weights.detach().transpose(1, 2).reshape(rows * queries, heads, keys)
    taken = flat.index_select(0, placed.on(flat.device))
    return tuple(row.transpose(0, 1) for row in torch.split(taken, list(placed.counts)))


def after_prompt(weights: tuple[Tensor, ...], kept: PresentTokens | None) -> tuple[Tensor, ...]:
    """The weights (heads, n, S + …) of each row's generated tokens, from those among what was kept."""
    if kept is None:
        return weights
    prompt = over_all(tuple(row[..., : kept.size] for row in weights), kept, kept.length)
    pairs = zip(prompt, weights, strict=True)
    return tuple(torch.cat([before, row[..., kept.size :]], -1) for before, row in pairs)


def over_all(weights: tuple[Tensor, ...], slots: PresentTokens | None, length: int) -> tuple[Tensor, ...]:
    """The weights (heads, n, S) of each row's tokens, 0 for absent ones, from those among slots."""
    if slots is None:
        return weights
    slots = slots.to(weights[0].device)
    spread = []
    for row, index, filled in zip(weights, slots.index, slots.filled(), strict=True):
        nothing = row.new_zeros(*row.shape[:2], length)
        spread.append(nothing.scatter(2, index.expand_as(row), row * filled))
    return tuple(spread)
