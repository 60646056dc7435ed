"""Who measures in a run: the crew that --cluster names, or else this process."""

import pytest

from vtmetrics.cluster import Crew, crew_of

CREW = pytest.StashKey[Crew]()


def crew_meant(config: pytest.Config) -> Crew | None:
    """Who measures, if not this process."""
    return config.stash.get(CREW, None)


def meant_by(config: pytest.Config, text: str) -> Crew:
    """The crew of this name, for the accelerators that the run is to use; from now on it measures."""
    _refuse_others(config)
    device, spread = config.getoption("device"), config.getoption("device_map")
    gpu = bool(config.getoption("gpu") or spread or device not in (None, "cpu"))
    try:
        crew = config.stash[CREW] = crew_of(text, gpu=gpu)
    except ValueError as error:
        raise pytest.UsageError(f"--cluster: {error}") from error
    return crew


def _refuse_others(config: pytest.Config) -> None:
    if not config.getoption("evidence"):
        raise pytest.UsageError("--cluster wants --evidence=DIRECTORY, a folder that driver and workers see")
    if config.getoption("numprocesses", default=None):
        raise pytest.UsageError("--cluster wants one driver, and -n makes several: workers are the cluster's")
    if config.getoption("cost"):
        raise pytest.UsageError("--cluster and --cost are not for one run: the clock is of one process")
