"""Planted models, loaded once, and scenes as their inputs."""

from functools import cache

import pytest

from fixtures.planted.plant import plant
from fixtures.scenes.draw import draw
from vtmetrics.inputs.encoding import collate, encode
from vtmetrics.nets.loading import load


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """The net and the processor of a planted model, by its name."""

    @cache
    def loaded(name, family="llava"):
        folder = tmp_path_factory.mktemp(name)
        plant(name, family, folder)
        return load(folder)

    return loaded


@pytest.fixture(scope="session")
def asked(planted):
    """A planted model with a batch of scenes of a task, as tensors and layout."""

    @cache
    def given(name, task="words", count=4, family="llava"):
        net, processor = planted(name, family)
        inputs, layout = collate([encode(processor, scene) for scene in draw(task, "test", count, size=72)])
        return net, inputs, layout

    return given
