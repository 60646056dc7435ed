"""Edits and recordings of transformers' vision-language models while they run, by hooks alone."""

from vtmetrics.engine.borrowed_states import Bank, BorrowedStates, sources
from vtmetrics.engine.image_features import encoded, lent
from vtmetrics.engine.layer_plan import LayerPlan, plan
from vtmetrics.engine.masked_tokens import masked
from vtmetrics.engine.record import Record
from vtmetrics.engine.shared_prefix import Resumed, Trunk, embedded, sweep
from vtmetrics.engine.token_preview import preview
from vtmetrics.engine.token_rows import States
from vtmetrics.engine.tower_patches import tower_record
from vtmetrics.engine.under_edit import capture, edited

__all__ = [
    "Bank",
    "BorrowedStates",
    "LayerPlan",
    "Record",
    "Resumed",
    "States",
    "Trunk",
    "capture",
    "edited",
    "embedded",
    "encoded",
    "lent",
    "masked",
    "plan",
    "preview",
    "sources",
    "sweep",
    "tower_record",
]
