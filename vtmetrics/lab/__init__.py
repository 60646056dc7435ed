"""What is known, what is measured now, and where rows and adapters are kept."""

from vtmetrics.lab.adapters import Adapters, OnProgress, Order
from vtmetrics.lab.chunk import Chunk, Damaged, read_chunk
from vtmetrics.lab.disk import replace_synced
from vtmetrics.lab.lab import Lab, MeasuredBlock, Note, block_chunk, fit_key, numerics
from vtmetrics.lab.measure import Pooled, pool
from vtmetrics.lab.merged_stores import MergeTally, merge_stores, store_folder
from vtmetrics.lab.recipe import Recipe
from vtmetrics.lab.store import Store
from vtmetrics.lab.store_commands import ask_for_store, run_on_store, say_line
from vtmetrics.lab.training import LONGEST_ANSWER

__all__ = [
    "LONGEST_ANSWER",
    "Adapters",
    "Chunk",
    "Damaged",
    "Lab",
    "MeasuredBlock",
    "MergeTally",
    "Note",
    "OnProgress",
    "Order",
    "Pooled",
    "Recipe",
    "Store",
    "ask_for_store",
    "block_chunk",
    "fit_key",
    "merge_stores",
    "numerics",
    "pool",
    "read_chunk",
    "replace_synced",
    "run_on_store",
    "say_line",
    "store_folder",
]
