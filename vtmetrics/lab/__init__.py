"""What is known, what is measured now, and where rows and adapters are kept."""

from vtmetrics.lab.adapters import Adapters, Order
from vtmetrics.lab.disk import replace_synced
from vtmetrics.lab.lab import Lab, Note, numerics
from vtmetrics.lab.measure import Pooled, pool
from vtmetrics.lab.recipe import Recipe
from vtmetrics.lab.store import Chunk, Damaged, Store, read_chunk
from vtmetrics.lab.training import LONGEST_ANSWER

__all__ = [
    "LONGEST_ANSWER",
    "Adapters",
    "Chunk",
    "Damaged",
    "Lab",
    "Note",
    "Order",
    "Pooled",
    "Recipe",
    "Store",
    "numerics",
    "pool",
    "read_chunk",
    "replace_synced",
]
