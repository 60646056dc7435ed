"""How many examples a property is tried on: few by default, 1000 with HYPOTHESIS_PROFILE=slow."""

import os

from hypothesis import HealthCheck, settings

SLACK = [HealthCheck.too_slow, HealthCheck.differing_executors]  # the machine may be busy with other work
settings.register_profile(
    "quick", max_examples=20, derandomize=True, deadline=None, suppress_health_check=SLACK
)
settings.register_profile(
    "slow", max_examples=1000, derandomize=True, deadline=None, suppress_health_check=SLACK
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
