"""Ways of measuring that are shared: competence, depth, curves, correlation, recovery, timing, pruners."""

from vtmetrics.protocols.competence import ABLE, Competence, competence_of
from vtmetrics.protocols.depth_parts import early, late, throughout
from vtmetrics.protocols.late_growth import steeper_between
from vtmetrics.protocols.named_scores import NAMED_SCORES, SCORE, by_named_score, right_answers
from vtmetrics.protocols.pixel_patches import of_pixels
from vtmetrics.protocols.pixel_probe import told_by_pixels
from vtmetrics.protocols.present_tokens import present, too_few
from vtmetrics.protocols.probe_places import lowest_tenth, over_layers, spread_of_places
from vtmetrics.protocols.pruner_trial import (
    NO_IMAGE,
    WHOLE_IMAGE,
    Pruner,
    PrunerOutcome,
    Spared,
    pruner,
    spared,
    tried,
)
from vtmetrics.protocols.published_pruners import Diverse, diverse, fastv, pyramiddrop, shortv, vtw
from vtmetrics.protocols.rank_correlation import correlation
from vtmetrics.protocols.recovery import Recovery
from vtmetrics.protocols.safe_depth import WITHIN, require_learned, walk
from vtmetrics.protocols.settling import extremes_on, late_share, near, settles, steady
from vtmetrics.protocols.still_read import needed_most
from vtmetrics.protocols.timing import require_accelerator, savings, seconds
from vtmetrics.protocols.training_change import TrainingChange, change_by_training
from vtmetrics.protocols.zigzag import peaks, zigzag_on

__all__ = [
    "ABLE",
    "NAMED_SCORES",
    "NO_IMAGE",
    "SCORE",
    "WHOLE_IMAGE",
    "WITHIN",
    "Competence",
    "Diverse",
    "Pruner",
    "PrunerOutcome",
    "Recovery",
    "Spared",
    "TrainingChange",
    "by_named_score",
    "change_by_training",
    "competence_of",
    "correlation",
    "diverse",
    "early",
    "extremes_on",
    "fastv",
    "late",
    "late_share",
    "lowest_tenth",
    "near",
    "needed_most",
    "of_pixels",
    "over_layers",
    "peaks",
    "present",
    "pruner",
    "pyramiddrop",
    "require_accelerator",
    "require_learned",
    "right_answers",
    "savings",
    "seconds",
    "settles",
    "shortv",
    "spared",
    "spread_of_places",
    "steady",
    "steeper_between",
    "throughout",
    "told_by_pixels",
    "too_few",
    "tried",
    "vtw",
    "walk",
    "zigzag_on",
]
