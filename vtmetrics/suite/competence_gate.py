"""The competence gate of claims: can the model do their tasks? What it can do travels with the reports."""

from collections.abc import Sequence

import pytest

from vtmetrics.evidence import Evidence, ability_rows
from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.protocols import Competence, competence_of
from vtmetrics.readings import Reading, Score, correct
from vtmetrics.suite.claim_items import RUN
from vtmetrics.unmeasured import NotMeasured, Unloadable

#: under which name a report carries what its model can do
ABILITY_TOLD = "ability"


def require_competence(
    item: pytest.Item, model: Model, task: str, scenes: Sequence[Scene], reading: Reading | Score = correct
) -> None:
    """Ask about scenes that no claim is judged on; refuse the claim, or let it be measured.

    Either way the report says of the model how it does; of twins it says nothing.
    """
    model.lab.journal = []  # so that it holds what is asked here, and nothing of others
    try:
        found = competence_of(model, scenes, reading)
    except Unloadable:
        raise
    except NotMeasured as reason:
        _tell(item, model, task, str(reason))
        raise
    _tell(item, model, task, found)
    found.require(task)


def _tell(item: pytest.Item, model: Model, task: str, found: Competence | str) -> None:
    if not model.spec.twin:
        rows = ability_rows(model, task, item.config.stash[RUN], found)
        item.user_properties += [(ABILITY_TOLD, row.to_json()) for row in rows]


def abilities_of(report: pytest.TestReport) -> list[Evidence]:
    """The rows that a report carries of what its model can do."""
    return [Evidence.from_json(str(line)) for name, line in report.user_properties if name == ABILITY_TOLD]
