"""Edits and recordings of transformers' vision-language models while they run, by hooks alone."""

from vtmetrics.engine.capture import capture
from vtmetrics.engine.edited import edited
from vtmetrics.engine.features import encoded, lent
from vtmetrics.engine.record import Record
from vtmetrics.engine.rows import States
from vtmetrics.engine.sources import Bank, Source, sources
from vtmetrics.engine.sweep import Resumed, sweep

__all__ = [
    "Bank",
    "Record",
    "Resumed",
    "Source",
    "States",
    "capture",
    "edited",
    "encoded",
    "lent",
    "sources",
    "sweep",
]
