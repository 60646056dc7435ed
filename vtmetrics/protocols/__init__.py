"""Ways of measuring that several claims share: competence, depth, settling, zigzags, recovery, timing."""

from vtmetrics.protocols.competence import ABLE, Competence, competence_of
from vtmetrics.protocols.recovery import Recovery
from vtmetrics.protocols.safe_depth import WITHIN, require_learned, walk
from vtmetrics.protocols.settling import extremes_on, late_share, near, settles, steady
from vtmetrics.protocols.still_read import needed_most
from vtmetrics.protocols.timing import require_accelerator, savings, seconds
from vtmetrics.protocols.zigzag import peaks, zigzag_on

__all__ = [
    "ABLE",
    "WITHIN",
    "Competence",
    "Recovery",
    "competence_of",
    "extremes_on",
    "late_share",
    "near",
    "needed_most",
    "peaks",
    "require_accelerator",
    "require_learned",
    "savings",
    "seconds",
    "settles",
    "steady",
    "walk",
    "zigzag_on",
]
