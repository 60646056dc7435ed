"""Edits and recordings of transformers' vision-language models while they run, by hooks alone."""

from vtmetrics.engine.approval import approved
from vtmetrics.engine.borrowed_states import Bank, BorrowedStates, sources
from vtmetrics.engine.crossing import read_across
from vtmetrics.engine.image_features import encoded, lent
from vtmetrics.engine.layer_plan import Gate, LayerPlan, plan
from vtmetrics.engine.masked_tokens import masked
from vtmetrics.engine.net_tail import logits_of
from vtmetrics.engine.plain_run import Trunk, embedded
from vtmetrics.engine.presence import Index
from vtmetrics.engine.read_prompt import PromptPrefix, leaves_at, prompt_prefix, shares_prompts
from vtmetrics.engine.record import GENERATED, Record
from vtmetrics.engine.shared_prefix import Resumed, capture, record_along, sweep
from vtmetrics.engine.token_places import as_tokens, boxed, centres, places_known, within
from vtmetrics.engine.token_preview import preview
from vtmetrics.engine.token_rows import States, TokenRows, rows_of
from vtmetrics.engine.tower_lengths import block_norms, in_tower, tower_norms
from vtmetrics.engine.tower_patches import tower_record
from vtmetrics.engine.under_edit import edited

__all__ = [
    "GENERATED",
    "Bank",
    "BorrowedStates",
    "Gate",
    "Index",
    "LayerPlan",
    "PromptPrefix",
    "Record",
    "Resumed",
    "States",
    "TokenRows",
    "Trunk",
    "approved",
    "as_tokens",
    "block_norms",
    "boxed",
    "capture",
    "centres",
    "edited",
    "embedded",
    "encoded",
    "in_tower",
    "leaves_at",
    "lent",
    "logits_of",
    "masked",
    "places_known",
    "plan",
    "preview",
    "prompt_prefix",
    "read_across",
    "record_along",
    "rows_of",
    "shares_prompts",
    "sources",
    "sweep",
    "tower_norms",
    "tower_record",
    "within",
]
