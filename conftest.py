"""What every run of pytest here knows: the glue, the models and the scenes."""

pytest_plugins = (
    "fixtures.glue.plugin",
    "fixtures.models.registry",
    "fixtures.models.transcripts",
    "fixtures.scenes.given",
    "pytester",
)
