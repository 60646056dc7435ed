"""What every run of pytest here knows: how a claim is tested."""

pytest_plugins = ("fixtures.glue.plugin", "pytester")
