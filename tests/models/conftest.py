"""One untrained model of each family for all tests here, and one way to ask it."""

import pytest
import torch

from fixtures.models.build import build
from fixtures.training.reply import chat


@pytest.fixture(scope="session")
def directories(tmp_path_factory):
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
