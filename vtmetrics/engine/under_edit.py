"""Running a net under an edit: a `with` that leaves no hook behind."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn

from vtmetrics.edits import Edit, Tokens
from vtmetrics.engine import kv_cache
from vtmetrics.engine.borrowed_states import Bank, passes_by, taken_from
from vtmetrics.engine.deepstack import follow_deepstack
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.hooks import hook_net
from vtmetrics.engine.layer_plan import plan
from vtmetrics.engine.presence import HOST
from vtmetrics.engine.record import Record
from vtmetrics.engine.watched_attention import follow_attention
from vtmetrics.inputs import Layout, require_layout
from vtmetrics.nets import Anatomy, anatomy_of

_BUSY: set[int] = set()


@contextmanager
def edited(
    net: nn.Module,
    edit: Edit,
    layout: Layout,
    bank: Bank | None = None,
    record: Mapping[str, Record] | None = None,
    read: Tokens | None = None,
    beams: int = 1,
) -> Iterator[EditedRun]:
    """Inside the `with`, forward() and generate() run under the edit; after it the net is what it was.

    Each call of the net starts with the prompt of the layout. `bank` holds what `sources` names. `read` are
    the tokens whose logits or final states somebody looks at, all unless told: where nothing is recorded,
    what they do not depend on is not computed, and what others hold in the end has no meaning. `beams` is
    what generate() is told as `num_beams`: so many rows of the net, side by side, go on from one prompt.
    Compiled functions that call the net run as they were written; backward() of a checkpointed net belongs
    inside, and so does all that goes on from a cache under M-RoPE. Other threads may not call the net.
    """
    require_layout(layout)
    body = anatomy_of(net)
    passing = [source for source in taken_from(edit, body.depth) if source not in (bank or {})]
    for source in passing:
        if not passes_by(source, edit, body.depth):
            raise ValueError(f"the bank lacks {source}, which {edit} needs")
    # Beams of one prompt lack the same tokens: a search that reorders them, and what they cached, moves none.
    rows = layout.to(HOST).repeated(beams)
    held = {source: states.repeated(beams) for source, states in (bank or {}).items()}
    made = plan(edit, rows, body.depth, None if record else read)
    with running(EditedRun(body, made, held, passing, record)) as run:
        yield run
        if not run.begun:
            raise ValueError(f"nothing ran under {edit}: the net was not called inside the `with`")


@contextmanager
def running(run: EditedRun) -> Iterator[EditedRun]:
    """Inside the `with` the run's net does what its plan says."""
    refuse_second(run.body)
    with ExitStack() as undo:
        undo.callback(_BUSY.discard, id(run.body.decoder))
        _BUSY.add(id(run.body.decoder))
        undo.callback(_end, run)
        hook_net(run, undo)
        follow_deepstack(run, undo)
        follow_attention(run, undo)
        keep_offsets(run.body.net, undo)
        if "torch._dynamo" in sys.modules:  # what was compiled with the net in it knows of no hooks
            undo.enter_context(torch.compiler.set_stance("force_eager"))
        yield run


def _end(run: EditedRun) -> None:
    """What the run has left behind is of no use without its hooks."""
    run.over = True
    for held in run.caches:
        if (store := held()) is not None:
            kv_cache.close_cache(store)


def refuse_second(body: Anatomy) -> None:
    """One edit at a time acts on a net."""
    if id(body.decoder) in _BUSY:
        raise ValueError("this net is being edited already: compose edits with >> instead of nesting them")


def keep_offsets(net: nn.Module, undo: ExitStack) -> None:
    """M-RoPE models remember the offset of the last prompt, and would use it for the next."""
    model: Any = getattr(net, "model", net)
    if hasattr(model, "rope_deltas"):
        undo.callback(setattr, model, "rope_deltas", model.rope_deltas)
        model.rope_deltas = None
