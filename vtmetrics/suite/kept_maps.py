"""Kept maps: token maps of three scenes a model, beside the evidence, drawn while its weights are loaded."""

import json
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest

from vtmetrics.evidence import MAPS
from vtmetrics.inputs import Scene
from vtmetrics.maps import map_of, write_map
from vtmetrics.model import Model
from vtmetrics.nets import is_out_of_memory
from vtmetrics.suite.claim_items import claim_of, handle_of
from vtmetrics.suite.measuring_crew import crew_meant
from vtmetrics.suite.scores_folder import FOLDER
from vtmetrics.suite.verdicts import FINDING
from vtmetrics.unmeasured import NotMeasured

#: of how many scenes a model has a map
SCENES_MAPPED = 3
#: the layers that a kept drawing shows: the page draws all of them by itself
LAYERS_DRAWN = (0, 0.5, 1.0)
#: the models that were seen to in this process
SEEN_TO = pytest.StashKey[set[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is drawn yet."""
    config.stash[SEEN_TO] = set()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """After the first claim of a model that found something; where others measure, nothing is loaded here."""
    config = item.config
    folder, crew = config.stash[FOLDER], crew_meant(config)
    if folder is None or crew is not None or claim_of(item) is None or FINDING not in item.stash:
        return
    model = handle_of(item)
    if not isinstance(model, Model) or model.spec.twin or model.spec.name in config.stash[SEEN_TO]:
        return
    config.stash[SEEN_TO].add(model.spec.name)
    asked = config.hook.pytest_claim_mapped_scenes(config=config, model=model) or ()
    try:
        keep_maps(model, asked[:SCENES_MAPPED], folder / MAPS)
    except (OSError, RuntimeError) as error:  # what was measured is reported all the same
        if isinstance(error, RuntimeError) and not is_out_of_memory(error):
            raise
        warnings.warn(f"{folder} keeps no token maps of {model.spec.name}: {error}", stacklevel=1)


def keep_maps(model: Model, scenes: Sequence[Scene], folder: Path) -> None:
    """Into folder/NAME-1.json and .png and so on; those of the same weights and scene stay."""
    name = re.sub(r"[^\w.-]+", "-", model.spec.name)
    for number, scene in enumerate(scenes, 1):
        out = folder / f"{name}-{number}"
        made_from = f"{model.digest} {scene.digest}"
        if _made_from(out.with_name(f"{out.name}.json")) == made_from:
            continue
        try:
            found = map_of(model, scene)
        except NotMeasured:  # nobody knows where its tokens lie: the page says which command tells why
            return
        folder.mkdir(parents=True, exist_ok=True)
        write_map(found, out, LAYERS_DRAWN, made_from)


def _made_from(file: Path) -> str:
    """Of which weights and scene a kept map is."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(told.get("made_from", "")) if isinstance(told, dict) else ""
