"""The committed adapters belong to the committed weights, and are whole, small and silent about machines."""

import json
from pathlib import Path

import pytest

from fixtures.models.registry import HERE, registered
from vtmetrics.nets.adapter import CONFIG, training_of
from vtmetrics.nets.digest import digest_of

ADAPTERS = sorted(path for path in (HERE.parent / "adapters").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def weights():
    """The digests of the embedded models whose weights are committed."""
    specs, _ = registered(gpu=False)
    return {digest_of(spec) for spec in specs if Path(spec.source).is_dir()}


@pytest.mark.parametrize("folder", ADAPTERS, ids=lambda folder: folder.name[:12])
def test_an_adapter_was_trained_for_committed_weights(folder, weights):
    told = training_of(folder)
    assert told.model in weights
    assert folder.name == told.address[:32]


@pytest.mark.parametrize("folder", ADAPTERS, ids=lambda folder: folder.name[:12])
def test_an_adapter_names_no_place(folder):
    assert json.loads((folder / CONFIG).read_text())["base_model_name_or_path"] is None


def test_there_are_a_handful_of_them_and_they_are_small():
    assert 0 < len(ADAPTERS) <= 21
    assert sum(file.stat().st_size for folder in ADAPTERS for file in folder.iterdir()) < 1.2e7
