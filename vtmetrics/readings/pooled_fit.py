"""Pooled fits: the profile of the tokens of all scenes together, and what it becomes without some scenes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import Tokens
from vtmetrics.metrics import (
    effective_rank,
    levina_bickel,
    matrix_entropy,
    name_of,
    stable_rank,
    two_nn,
    two_nn_without,
    why,
)
from vtmetrics.stopwatch import timed
from vtmetrics.unmeasured import NotMeasured

#: into how many folds groups are dealt for the jackknife, at most: each costs the whole metric again
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
    """A number of the pooled tokens at every layer."""

    metric: str
    tokens: Tokens
    version: int = 2

    def __post_init__(self) -> None:
        if self.metric not in CURVES:
            raise ValueError(f"a number of pooled tokens is one of {', '.join(CURVES)}, got {self.metric!r}")

    def __str__(self) -> str:
        return f"pooled({self.metric}({self.tokens})):{self.version}"

    def _without(self, pool: Tensor, folds: Tensor) -> Tensor:
        if self.metric == "two_nn":
            return two_nn_without(pool, folds)
        parts = (pool[:, folds != fold] for fold in range(int(folds.max()) + 1))
        return torch.stack([CURVES[self.metric](part) for part in parts])

    @timed("metrics")
    def curves(self, pool: Tensor, folds: Tensor) -> Tensor:
        """The number of tokens (L, N, D) at every layer, and without the tokens of each fold (N,) in turn."""
        curves = torch.cat([CURVES[self.metric](pool)[None], self._without(pool, folds)])
        for number in curves.flatten():
            if (reason := why(number)) is not None:
                raise NotMeasured(f"{self} is undefined: {reason}")
        return curves


def pooled(metric: str | Callable[..., Any], tokens: Tokens) -> Fit:
    """The profile over depth of a metric, or of what has its name, of the tokens of all scenes together."""
    return Fit(name_of(metric), tokens)


def folds_of(groups: Sequence[str]) -> list[int]:
    """The fold of each scene: groups in the order of their names are dealt like cards."""
    place = {group: number % FOLDS for number, group in enumerate(sorted(set(groups)))}
    return [place[group] for group in groups]
