"""Ways of measuring that several claims share: competence, safe depth, recovery, timing."""

from vtmetrics.protocols.competence import competence_of
from vtmetrics.protocols.recovery import Recovery
from vtmetrics.protocols.safe_depth import WITHIN, require_learned, walk
from vtmetrics.protocols.timing import require_accelerator, savings, seconds

__all__ = [
    "WITHIN",
    "Recovery",
    "competence_of",
    "require_accelerator",
    "require_learned",
    "savings",
    "seconds",
    "walk",
]
