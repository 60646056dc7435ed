"""What every run of pytest here knows: the glue, the models and the scenes."""

pytest_plugins = (
    "vtmetrics.suite.plugin",
    "fixtures.models.registry",
    "vtmetrics.suite.transcripts",
    "fixtures.scenes.pytest_fixtures",
    "pytester",
)
