"""Pooled fits: statistics of the tokens of all scenes together, and what they become without some scenes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from vtmetrics.edits import Tokens
from vtmetrics.metrics import (
    effective_rank,
    levina_bickel,
    matrix_entropy,
    stable_rank,
    two_nn,
    two_nn_without,
    why,
)
from vtmetrics.statistics import Range
from vtmetrics.stopwatch import timed
from vtmetrics.unmeasured import NotMeasured

#: into how many folds groups are dealt for the jackknife, at most: each costs the whole statistic again
FOLDS = 25
CURVES: dict[str, Callable[[Tensor], Tensor]] = {
    "two_nn": lambda states: two_nn(states).value,
    "levina_bickel": lambda states: levina_bickel(states).value,
    "matrix_entropy": matrix_entropy,
    "effective_rank": effective_rank,
    "stable_rank": stable_rank,
}


@dataclass(frozen=True)
class Fit:
    """A number of the pooled tokens at every layer, and a statistic of its profile over depth.

    `name` says which statistic it is: it is a part of the key under which the result is kept.
    """

    metric: str
    tokens: Tokens
    name: str
    statistic: Callable[[Tensor], Tensor] = field(compare=False, repr=False)
    range: Range
    version: int = 1

    def __post_init__(self) -> None:
        if self.metric not in CURVES:
            raise ValueError(f"a number of pooled tokens is one of {', '.join(CURVES)}, got {self.metric!r}")
        if not self.name.isidentifier():
            raise ValueError(f"a fitted statistic is kept by its name, got {self.name!r}")

    def __str__(self) -> str:
        return f"{self.name}({self.metric}({self.tokens})):{self.version}"

    def _without(self, pool: Tensor, folds: Tensor) -> Tensor:
        if self.metric == "two_nn":
            return two_nn_without(pool, folds)
        parts = (pool[:, folds != fold] for fold in range(int(folds.max()) + 1))
        return torch.stack([CURVES[self.metric](part) for part in parts])

    @timed("metrics")
    def values(self, pool: Tensor, folds: Tensor) -> tuple[float, ...]:
        """The statistic of tokens (L, N, D), and without the tokens of each fold (N,) in turn."""
        curves = torch.cat([CURVES[self.metric](pool)[None], self._without(pool, folds)])
        found = self.statistic(curves)
        for number in (*curves.flatten(), *found):
            if (reason := why(number)) is not None:
                raise NotMeasured(f"{self} is undefined: {reason}")
        return tuple(found.tolist())


def pooled(
    metric: str, tokens: Tokens, statistic: Callable[[Tensor], Tensor], ends: Range, name: str | None = None
) -> Fit:
    """What `statistic` says of the profile of a metric of pooled tokens; a lambda needs a name of its own."""
    return Fit(metric, tokens, name or str(getattr(statistic, "__name__", "")), statistic, ends)


def folds_of(groups: Sequence[str]) -> list[int]:
    """The fold of each scene: groups in the order of their names are dealt like cards."""
    place = {group: number % FOLDS for number, group in enumerate(sorted(set(groups)))}
    return [place[group] for group in groups]
