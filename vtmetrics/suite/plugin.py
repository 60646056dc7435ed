"""The suite as one pytest plugin: name it in `pytest_plugins`."""

pytest_plugins = (
    "vtmetrics.suite.model_options",
    "vtmetrics.suite.options",
    "vtmetrics.suite.claim_modules",
    "vtmetrics.suite.columns",
    "vtmetrics.suite.scores_folder",
    "vtmetrics.suite.verdicts",
    "vtmetrics.suite.workers",
    "vtmetrics.suite.ledger",
    "vtmetrics.suite.model_pair",
    "vtmetrics.suite.expected_verdicts",
    "vtmetrics.suite.exit_status",
    "vtmetrics.suite.run_progress",
    "vtmetrics.suite.summary",
    "vtmetrics.suite.report_files",
    "vtmetrics.suite.explain",
    "vtmetrics.suite.hindrances",
    "vtmetrics.suite.looking",
    "vtmetrics.suite.transcripts",
    "vtmetrics.suite.kept_stories",
    "vtmetrics.suite.clock",
)
