"""What tokens hold after a step has changed their states."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vtmetrics.engine.plan import Change
from vtmetrics.engine.rows import States
from vtmetrics.step import MEAN, NOISE, Scale
from vtmetrics.tokens import generator


def changed(full: Tensor, change: Change, taken: States | None, keys: Sequence[str]) -> Tensor:
    """The states (B, S, D) after a change; `taken` are those of a plain run, where the change needs them."""
    step = change.step
    held = change.rows.take(full)
    if isinstance(step, Scale):
        flat = full.reshape(-1, full.shape[-1]).index_select(0, change.rows.flat.to(full.device))
        return change.rows.put(full, flat * step.factor)
    if taken is not None:
        if taken.counts != change.rows.counts:
            raise ValueError(
                f"{step} needs {change.rows.counts} states in the rows of the batch, not {taken.counts}"
            )
        return change.rows.put(full, taken.values)
    if step.by is NOISE:
        return change.rows.put(full, _noise(held, step.seed, keys))
    assert step.by is MEAN, step  # noqa: S101
    return change.rows.put(full, _mean(held))


def _noise(held: States, seed: int, keys: Sequence[str]) -> Tensor:
    """Gaussian directions, the same for a scene in every batch, as long as the states they replace."""
    size = held.values.shape[1]
    drawn = [
        torch.randn(count, size, generator=generator(seed, key, "noise"))
        for count, key in zip(held.counts, keys, strict=True)
    ]
    direction = torch.nn.functional.normalize(torch.cat(drawn), dim=1).to(held.values.device)
    lengths: Tensor = torch.linalg.vector_norm(held.values.float(), dim=1, keepdim=True)
    return direction * lengths


def _mean(held: States) -> Tensor:
    return torch.cat([row.mean(0, keepdim=True).expand_as(row) for row in held.split()])
