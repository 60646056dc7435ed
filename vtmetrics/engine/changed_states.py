"""Changed states: what tokens hold at the input of a layer after a step has changed it."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vtmetrics.engine.layer_plan import StateChange
from vtmetrics.engine.token_rows import States


def changed(full: Tensor, change: StateChange, taken: States | None, keys: Sequence[str]) -> Tensor:
    """The states (B, S, D) after a change; `taken` are those of a plain run, where the change needs them."""
    counts = list(change.rows.counts)
    if taken is None:
        flat = full.flatten(0, 1).index_select(0, change.rows.on(full.device))
        rows = torch.split(flat, counts)
        held = list(change.step.instead(rows, keys))
        if [row.shape for row in held] != [row.shape for row in rows]:
            wanted, came = ([tuple(row.shape) for row in told] for told in (rows, held))
            raise ValueError(f"{change.step} needs states of the shapes {wanted} instead, not {came}")
        return change.rows.put(full, torch.cat(held))
    if taken.counts != change.rows.counts:
        raise ValueError(f"{change.step} needs {counts} states in the rows of the batch, not {taken.counts}")
    return change.rows.put(full, taken.values)
