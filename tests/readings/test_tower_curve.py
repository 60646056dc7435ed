"""Lengths in the vision tower: those that a hook of one line sees, of the tokens that are asked about."""

import math

import pytest
import torch

from vtmetrics import DEAD, IMAGE, Model, clustered, length_in_tower, prune
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.engine import block_norms, tower_norms
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import anchor_clusters
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@torch.no_grad()
def seen_in(net, row):
    """What each block of a llava's tower returns for the patches of a row, (blocks, n, D)."""
    seen = []
    hooks = [
        block.register_forward_hook(lambda *told: seen.append(told[2]))
        for block in net.model.vision_tower.encoder.layers
    ]
    net.get_image_features(pixel_values=row.inputs["pixel_values"])
    for hook in hooks:
        hook.remove()
    return torch.stack([one if isinstance(one, torch.Tensor) else one[0] for one in seen])[:, 0, 1:]


def test_lengths_are_sums_of_amounts_block_by_block(model, scenes, net_and_processor):
    """Behind the first block and the others as a hook sees them; which tokens are asked about is kept."""
    net, processor = net_and_processor
    some = clustered(0.9, 0)
    found = model.observe(scenes[:3], length_in_tower(some))
    assert found.range == (-math.inf, math.inf)
    for scene in scenes[:3]:
        row = encode(processor, scene)
        lengths = block_norms(net, row, 1)
        entering = Block(net, processor, [row]).entering(IMAGE)[0]
        mine = anchor_clusters(entering, tau=0.9) == 0
        wanted = [float(block[mine].log().quantile(0.5)) for block in lengths]
        assert found.values[scene.id] == pytest.approx(wanted, abs=1e-5)
        assert torch.equal(block_norms(net, row)[-1], tower_norms(net, row))
        if net.config.model_type == "llava":
            sums = seen_in(net, row).double().abs().sum(-1)
            assert torch.allclose(lengths[1:], sums, rtol=1e-5)


def test_scenes_without_such_tokens_are_left_out(model, scenes):
    none = model.observe(scenes[:2], length_in_tower(dominant(1.0)))
    assert set(none.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}
    nothing = model.observe(scenes[:2], length_in_tower(IMAGE.sample(0)))
    assert set(nothing.excluded.values()) == {"no such token stands for a patch"}


def test_no_edit_of_the_language_model_changes_the_tower(model, scenes):
    with pytest.raises(ValueError, match=r"plain run, not under truncate\(0, DEAD\)"):
        model.observe(scenes[:1], length_in_tower(DEAD), prune(DEAD))
    assert str(length_in_tower(DEAD)) == "in_tower_length(DEAD):1"
