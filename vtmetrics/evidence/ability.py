"""Abilities: which tasks a model can do, as rows of evidence that are no claim's."""

from vtmetrics.evidence.claim_case import ClaimCase, Handle, RunFacts
from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.from_finding import rows
from vtmetrics.evidence.paper_claim import BEFORE_CLAIMS, Claim
from vtmetrics.protocols import ABLE, Competence

ABILITY = Claim(
    id="Competence",
    statement="The model can do the task, and looks at the image to do it.",
    source=BEFORE_CLAIMS.at("validation scenes"),
    reported=None,
    expected=ABLE,
    question="Competence: which tasks can a model do?",
    position=0,
)


def ability_rows(model: Handle, task: str, run: RunFacts, found: Competence | str) -> list[Evidence]:
    """The right answers with what the image adds to them; or why nobody knows."""
    cell = ClaimCase(ABILITY, task, model, run)
    if isinstance(found, str):
        return [cell.unmeasured(found)]
    return rows(cell, found.finding, found.score.level)
