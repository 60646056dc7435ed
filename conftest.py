"""What every run of pytest here knows: the suite, the models and the scenes."""

pytest_plugins = (
    "vtmetrics.suite.plugin",
    "fixtures.models.registry",
    "fixtures.models.sentence_similarity",
    "fixtures.scenes.own_options",
    "fixtures.scenes.hindrances",
    "fixtures.scenes.pytest_fixtures",
    "fixtures.scenes.patch_fixtures",
    "fixtures.scenes.spatial_fixtures",
    "fixtures.scenes.mapped_scenes",
    "pytester",
)
