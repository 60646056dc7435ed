"""What tests of several rooms share: untrained models, scenes, and how many examples a property is tried on.

A property sees the same few examples in every run, 1000 random ones with HYPOTHESIS_PROFILE=slow.
"""

import os

import pytest
import torch
from hypothesis import HealthCheck, settings

from fixtures.models.build import build
from fixtures.scenes.draw import draw
from fixtures.training.reply import chat
from vtmetrics.nets.loading import load

SLACK = [HealthCheck.too_slow, HealthCheck.differing_executors]  # the machine may be busy with other work
settings.register_profile(
    "quick", max_examples=20, derandomize=True, deadline=None, suppress_health_check=SLACK
)
settings.register_profile(
    "slow", max_examples=1000, derandomize=True, deadline=None, suppress_health_check=SLACK
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session", params=["llava", "qwen2_5_vl"])
def directory(request, tmp_path_factory):
    """An untrained model in hub layout, of either family."""
    where = tmp_path_factory.mktemp("built") / request.param
    build(request.param, 0, where)
    return where


@pytest.fixture(scope="session")
def net_and_processor(directory):
    """That model, loaded."""
    return load(str(directory), dtype="float32", device="cpu", attention="sdpa")


@pytest.fixture(scope="session")
def scenes():
    """Short answers of one and two words, so that rows are ragged."""
    return draw("words", "test", 8)


@pytest.fixture(scope="session")
def directories(tmp_path_factory):
    """An untrained model of each family, by its name."""
    root = tmp_path_factory.mktemp("models")
    for family in ("llava", "qwen2_5_vl"):
        build(family, 0, root / family)
    return {family: root / family for family in ("llava", "qwen2_5_vl")}


@pytest.fixture(scope="session")
def ask():
    """Scores of the word after the prompt, (scenes, words)."""

    @torch.no_grad()
    def asked(net, processor, scenes):
        texts = [chat(processor, scene.prompt) for scene in scenes]
        images = [list(scene.images) for scene in scenes]
        return net(**processor(images=images, text=texts, return_tensors="pt", padding=True)).logits[:, -1]

    return asked
