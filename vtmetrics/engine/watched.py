"""Where recorded tokens are, layer by layer."""

from collections.abc import Sequence
from dataclasses import dataclass

from vtmetrics.engine.plan import Plan
from vtmetrics.engine.presence import Slots
from vtmetrics.engine.record import Record
from vtmetrics.engine.token_rows import Rows, placed_in, rows_of


@dataclass(frozen=True, eq=False)
class Watched:
    """The tokens' rows in the whole sequence, and in what each layer receives: None where some are absent."""

    all: Rows
    present: Sequence[Rows | None]


def watched(record: Record, plan: Plan) -> Watched:
    """The rows of a record's tokens; before the final norm every token is back."""
    mask = record.tokens.mask(plan.layout)
    rows = rows_of(mask)
    found: dict[Slots | None, Rows | None] = {None: rows}
    for slots in plan.slots:
        if slots is not None and slots not in found:
            placed = placed_in(slots, mask)
            found[slots] = placed if placed.counts == rows.counts else None
    return Watched(rows, [found[slots] for slots in (*plan.slots, None)])
