"""The suite as one pytest plugin: name it in `pytest_plugins`."""

pytest_plugins = (
    "vtmetrics.suite.options",
    "vtmetrics.suite.columns",
    "vtmetrics.suite.verdicts",
    "vtmetrics.suite.workers",
    "vtmetrics.suite.ledger",
    "vtmetrics.suite.exit_status",
    "vtmetrics.suite.summary",
    "vtmetrics.suite.explain",
    "vtmetrics.suite.clock",
)
