"""What is known, what is measured now, and where rows and adapters are kept."""

from vtmetrics.lab.adapters import Adapters, Order
from vtmetrics.lab.chunk import Chunk, Damaged, read_chunk
from vtmetrics.lab.disk import replace_synced
from vtmetrics.lab.lab import Lab, Note, numerics
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
    "MergeTally",
    "Note",
    "Order",
    "Pooled",
    "Recipe",
    "Store",
    "ask_for_store",
    "merge_stores",
    "numerics",
    "pool",
    "read_chunk",
    "replace_synced",
    "run_on_store",
    "say_line",
    "store_folder",
]
