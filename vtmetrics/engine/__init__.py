"""Edits and recordings of transformers' vision-language models while they run, by hooks alone."""

from vtmetrics.engine.borrowed_states import Bank, BorrowedStates, sources
from vtmetrics.engine.hooks import capture, edited
from vtmetrics.engine.image_features import encoded, lent
from vtmetrics.engine.record import Record
from vtmetrics.engine.shared_prefix import Resumed, sweep
from vtmetrics.engine.token_rows import States

__all__ = [
    "Bank",
    "BorrowedStates",
    "Record",
    "Resumed",
    "States",
    "capture",
    "edited",
    "encoded",
    "lent",
    "sources",
    "sweep",
]
