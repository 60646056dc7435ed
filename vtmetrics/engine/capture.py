"""Plain runs that fill a bank."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn

from vtmetrics.edits.edit import PLAIN
from vtmetrics.engine.borrowed_states import Source
from vtmetrics.engine.edited_run import Run
from vtmetrics.engine.hooks import running
from vtmetrics.engine.plan import plan
from vtmetrics.engine.token_rows import States
from vtmetrics.inputs.layout import Layout
from vtmetrics.nets.anatomy import anatomy


def capture(
    net: nn.Module, inputs: Mapping[str, Any], layout: Layout, wanted: Iterable[Source]
) -> dict[Source, States]:
    """The wanted states in a plain run of these inputs; for a donor's, pass the donor's inputs and layout."""
    body = anatomy(net)
    with (
        torch.no_grad(),
        running(Run(body, plan(PLAIN, layout.to(body.device), body.depth), passing=wanted)) as run,
    ):
        net(**inputs, use_cache=False, logits_to_keep=1)
    return dict(run.taken)
