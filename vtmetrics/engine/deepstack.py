"""DeepStack: image features that a decoder adds again after its first layers; absent tokens get none."""

from contextlib import ExitStack
from typing import Any

from torch import Tensor

from vtmetrics.engine.edited_run import EditedRun


def follow_deepstack(run: EditedRun, undo: ExitStack) -> None:
    """Let the decoder add its features to those image tokens that are present."""
    decoder: Any = run.body.decoder
    if not hasattr(decoder, "_deepstack_process"):
        return
    add = decoder._deepstack_process  # noqa: SLF001 # the one place where the features are added

    def add_to_present(states: Tensor, visual: Tensor, features: Tensor) -> Any:
        slots = run.now
        if slots is None:
            return add(states, visual, features)
        slots = slots.to(states.device)
        visual = visual.to(states.device)
        there = slots.present()
        taken = features.to(states.device)[there[visual]]
        return add(states, slots.gather(visual) & slots.filled(), taken)

    decoder.__dict__["_deepstack_process"] = add_to_present
    undo.callback(decoder.__dict__.pop, "_deepstack_process")
