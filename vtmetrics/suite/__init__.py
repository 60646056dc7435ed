"""The pytest plugin: pytest_plugins = ("vtmetrics.suite.plugin",)."""

from vtmetrics.suite.checkpoints import ADAPTER, kind_of, lacking, newest, snapshots
from vtmetrics.suite.claim_items import case, cases, claim_of, handle_of
from vtmetrics.suite.hookspecs import Registry
from vtmetrics.suite.progress import ProgressLine
from vtmetrics.suite.run_outcome import NOTHING_MEASURED, REFUTED

__all__ = [
    "ADAPTER",
    "NOTHING_MEASURED",
    "REFUTED",
    "ProgressLine",
    "Registry",
    "case",
    "cases",
    "claim_of",
    "handle_of",
    "kind_of",
    "lacking",
    "newest",
    "snapshots",
]
