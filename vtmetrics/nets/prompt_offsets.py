"""Prompt offsets: an M-RoPE net keeps its last prompt's, and would place the next one's words by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn


@contextmanager
def offsets_kept(net: nn.Module) -> Iterator[None]:
    """Inside the `with` the net has seen no prompt; after it, the last one is that of before."""
    model: Any = getattr(net, "model", net)
    if not hasattr(model, "rope_deltas"):
        yield
        return
    before, model.rope_deltas = model.rope_deltas, None
    try:
        yield
    finally:
        model.rope_deltas = before
