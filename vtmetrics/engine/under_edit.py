"""Running a net under an edit: a `with` that leaves no hook behind."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from torch import nn

from vtmetrics.edits import Edit, Tokens
from vtmetrics.engine.approval import approved
from vtmetrics.engine.borrowed_states import Bank, passes_by, taken_from
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.hooked_run import running
from vtmetrics.engine.layer_plan import plan
from vtmetrics.engine.presence import HOST
from vtmetrics.engine.record import Record
from vtmetrics.inputs import Layout, require_layout


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
    body = approved(net)
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
