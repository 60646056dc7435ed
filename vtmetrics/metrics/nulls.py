"""Nulls: what a metric says when there is nothing to find, to be shown beside what it says."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import torch
from torch import Tensor

from vtmetrics.metrics.sets import Sets, real

NULL_KINDS = ("shuffled", "gaussian", "matched")


def null(
    metric: Callable[..., Any],
    tokens: Tensor,
    *others: Tensor,
    kind: Literal["shuffled", "gaussian", "matched"],
    mask: Tensor | None = None,
    count: int | None = None,
    draws: int = 20,
    seed: int = 0,
    **options: Any,
) -> Any:
    """The metric of tokens (..., N, D) that have lost what it may measure: (draws, ...), whatever it returns.

    "shuffled" changes the order of the tokens: what angles across positions see and, if other tokens are
    given, which token belongs to which, so that CKA of the shuffled is CKA of unrelated tokens.
    "gaussian" replaces each set by independent Gaussian tokens of the same mean and total variance.
    "matched" takes `count` tokens of each set, so that sets of different size can be compared.

    >>> from vtmetrics.metrics.trajectory import position_angle
    >>> line = torch.arange(50.0)[:, None] * torch.ones(1, 40)
    >>> null(position_angle, line, kind="gaussian").mean().round(decimals=1) * 3 / 2
    tensor(3.1500, dtype=torch.float64)
    """
    tokens = real(tokens, "tokens", 2)
    if kind not in NULL_KINDS:
        raise ValueError(f"kind must be one of {', '.join(NULL_KINDS)}, not {kind!r}")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    if (count is not None) != (kind == "matched"):
        raise ValueError(f"a count is needed by the kind matched alone, not {count} by {kind}")
    sets = Sets.of(tokens.shape[:-2], tokens.shape[-2], mask)
    chance = torch.Generator().manual_seed(seed)
    results = []
    for _ in range(draws):
        if count is not None:
            results.append(metric(tokens, *others, mask=_some(tokens, sets, count, chance), **options))
        else:
            without = _shuffled if kind == "shuffled" else _gaussian
            results.append(metric(without(tokens, sets, chance), *others, mask=mask, **options))
    return _stacked(results)


def _places(sets: Sets, count: int) -> Iterator[tuple[int, Tensor]]:
    """Each set of the flattened batch, and the positions of its tokens."""
    for stack in sets.stacks:
        for i, where in enumerate(stack.sets.tolist()):
            yield where, torch.arange(count) if stack.positions is None else stack.positions[i]


def _shuffled(tokens: Tensor, sets: Sets, chance: torch.Generator) -> Tensor:
    flat = tokens.reshape(-1, *tokens.shape[-2:]).clone()
    for i, where in _places(sets, tokens.shape[-2]):
        flat[i, where] = flat[i, where[torch.randperm(len(where), generator=chance)]]
    return flat.reshape(tokens.shape)


def _gaussian(tokens: Tensor, sets: Sets, chance: torch.Generator) -> Tensor:
    flat = tokens.reshape(-1, *tokens.shape[-2:]).to(torch.float64, copy=True)
    for i, where in _places(sets, tokens.shape[-2]):
        if len(where):
            mean = flat[i, where].mean(0)
            spread = (flat[i, where] - mean).square().mean().sqrt()
            noise = torch.randn(len(where), tokens.shape[-1], generator=chance, dtype=torch.float64)
            flat[i, where] = mean + spread * noise.to(flat.device)
    return flat.reshape(tokens.shape)


def _some(tokens: Tensor, sets: Sets, count: int, chance: torch.Generator) -> Tensor:
    """A mask of `count` tokens of each set."""
    fewest = min((stack.count for stack in sets.stacks), default=0)
    if not 1 <= count <= fewest:
        raise ValueError(f"count must lie between 1 and the {fewest} tokens of the smallest set, not {count}")
    chosen = torch.zeros(tokens.shape[:-2].numel(), tokens.shape[-2], dtype=torch.bool)
    for i, where in _places(sets, tokens.shape[-2]):
        chosen[i, where[torch.randperm(len(where), generator=chance)[:count]]] = True
    return chosen.reshape(tokens.shape[:-1])


def _stacked(results: list[Any]) -> Any:
    if isinstance(results[0], Tensor):
        return torch.stack(results)
    return type(results[0])(*(torch.stack(parts) for parts in zip(*results, strict=True)))
