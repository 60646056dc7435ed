"""A hooked run: a net that does what an edited run says, until the `with` ends and no hook is left behind."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch

from vtmetrics.engine import kv_cache
from vtmetrics.engine.crossing import follow_crossing
from vtmetrics.engine.deepstack import follow_deepstack
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.hooks import hook_net
from vtmetrics.engine.watched_attention import follow_attention
from vtmetrics.nets import Anatomy, offsets_kept

_BUSY: set[int] = set()


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
        follow_crossing(run, undo)
        follow_attention(run, undo)
        undo.enter_context(offsets_kept(run.body.net))
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
