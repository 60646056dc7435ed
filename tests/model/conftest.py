"""Two untrained models in hub layout, and a few scenes."""

import pytest

from fixtures.models.build import build
from fixtures.scenes.draw import draw
from vtmetrics.nets.loading import load


@pytest.fixture(scope="session", params=["llava", "qwen2_5_vl"])
def directory(request, tmp_path_factory):
    where = tmp_path_factory.mktemp("built") / request.param
    build(request.param, 0, where)
    return where


@pytest.fixture(scope="session")
def net_and_processor(directory):
    return load(str(directory), dtype="float32", device="cpu", attention="sdpa")


@pytest.fixture(scope="session")
def scenes():
    """Short answers of one and two words, so that rows are ragged."""
    return draw("words", "test", 8)
