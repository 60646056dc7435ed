"""The pytest plugin: pytest_plugins = ("vtmetrics.suite.plugin",)."""

from vtmetrics.nets import lacking, snapshots
from vtmetrics.suite.claim_items import case, cases, claim_of, handle_of
from vtmetrics.suite.competence_gate import require_competence
from vtmetrics.suite.hookspecs import Registry
from vtmetrics.suite.named_models import adapters_of, arithmetic, lab_of, registry_of, spec_of, unlike
from vtmetrics.suite.run_outcome import NOTHING_MEASURED, REFUTED

__all__ = [
    "NOTHING_MEASURED",
    "REFUTED",
    "Registry",
    "adapters_of",
    "arithmetic",
    "case",
    "cases",
    "claim_of",
    "handle_of",
    "lab_of",
    "lacking",
    "registry_of",
    "require_competence",
    "snapshots",
    "spec_of",
    "unlike",
]
