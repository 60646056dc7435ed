"""Masked tokens: they stay and are read by nobody, what their removal is often mistaken for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.edits import Edit
from vtmetrics.engine.across_layout import check_in_line
from vtmetrics.engine.approval import approved
from vtmetrics.engine.attention_masks import among_slots
from vtmetrics.engine.hooked_run import refuse_second
from vtmetrics.engine.layer_inputs import check_presence
from vtmetrics.engine.layer_plan import plan
from vtmetrics.engine.presence import HOST, PresentTokens
from vtmetrics.inputs import Layout
from vtmetrics.nets import offsets_kept


@contextmanager
def masked(net: nn.Module, edit: Edit, layout: Layout) -> Iterator[None]:
    """Inside the `with`, tokens that the edit removes are only hidden: equal answers, and nothing is saved.

    For a prefill; what else the edit does is left out.
    """
    body = approved(net)
    refuse_second(body)
    made = plan(edit, layout.to(HOST), body.depth)
    check_presence(body, made)
    check_in_line(body, layout, "tokens are only hidden")
    with ExitStack() as undo:
        for layer, slots in zip(body.layers, made.slots, strict=True):
            if slots is not None:
                hook = _hiding(slots, flash="flash" in body.attention)
                undo.callback(layer.register_forward_pre_hook(hook, with_kwargs=True).remove)
        undo.enter_context(offsets_kept(body.net))
        yield


def _hiding(slots: PresentTokens, *, flash: bool) -> Any:
    """All tokens in their places, the absent ones as unreadable as padding."""
    index = torch.arange(slots.length, device=slots.index.device).expand(slots.rows, -1)
    everyone = PresentTokens(index, slots.present(), slots.length)

    def hook(_: nn.Module, args: tuple[Tensor, ...], given: dict[str, Any]) -> Any:
        states = args[0] if args else given["hidden_states"]
        if states.shape[1] != slots.length:
            raise ValueError(
                f"masked() is of one prefill of {slots.length} tokens, and {states.shape[1]} came"
            )
        mask = among_slots(given["attention_mask"], everyone.to(states.device), flash=flash)
        return args, {**given, "attention_mask": mask}

    return hook
