"""Which tokens, which layers, and what is done to them: values that can be compared, hashed and printed."""

from vtmetrics.edits.averaged import smaller_image
from vtmetrics.edits.chosen_tokens import chosen, says_all
from vtmetrics.edits.depth import Depth, layer_of
from vtmetrics.edits.edit import PLAIN, Edit, enter_at, freeze, prune, pyramid, scale, substitute, truncate
from vtmetrics.edits.picked_tokens import ALIVE, DEAD, attended
from vtmetrics.edits.steps import (
    DONOR,
    MEAN,
    NOISE,
    Absence,
    Freeze,
    Hold,
    Positions,
    StandIn,
    Step,
    Substitute,
    aimed,
)
from vtmetrics.edits.tokens import (
    ANSWER,
    FIRST,
    IMAGE,
    QUESTION,
    READOUT,
    SYSTEM,
    TEXT,
    Picked,
    Tokens,
    generator,
)

__all__ = [
    "ALIVE",
    "ANSWER",
    "DEAD",
    "DONOR",
    "FIRST",
    "IMAGE",
    "MEAN",
    "NOISE",
    "PLAIN",
    "QUESTION",
    "READOUT",
    "SYSTEM",
    "TEXT",
    "Absence",
    "Depth",
    "Edit",
    "Freeze",
    "Hold",
    "Picked",
    "Positions",
    "StandIn",
    "Step",
    "Substitute",
    "Tokens",
    "aimed",
    "attended",
    "chosen",
    "enter_at",
    "freeze",
    "generator",
    "layer_of",
    "prune",
    "pyramid",
    "says_all",
    "scale",
    "smaller_image",
    "substitute",
    "truncate",
]
