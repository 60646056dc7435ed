"""Norms behind the tower: which patch a token is made of, in every family's order."""

from dataclasses import replace

import pytest
import torch
from PIL import ImageDraw

from tests.engine.test_token_places import beside, loaded, scene  # noqa: F401 - a fixture is known by its name
from vtmetrics.edits.sink_tokens import SINK_VIT
from vtmetrics.engine.token_places import centres
from vtmetrics.engine.tower_lengths import in_tower, tower_norms
from vtmetrics.inputs import collate, encode

pytestmark = [
    pytest.mark.usefixtures("no_gradients"),
    # of transformers itself, as it makes an array of a tensor
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
#: small towers that pass much on from patch to patch, so that no token changes most
GLOBAL = ("llava", "idefics3", "paligemma")


@pytest.mark.parametrize("size", [(16, 16), (40, 16), (64, 60)])
def test_a_painted_place_changes_the_norm_of_its_token(loaded, size):  # noqa: F811
    """Which is the mean of its patches' where several merge; the end of a row of tiles has none.

    Small towers of LLaVAs pass much on from patch to patch: their order is that of the next test, and that
    of idefics3 and paligemma the one that their features have.
    """
    net, processor = loaded
    plain = scene(size)
    where, before = centres(net, processor, plain), tower_norms(net, encode(processor, plain))
    known = where.isfinite().all(1)
    assert before.isfinite().equal(known)
    if any(name in net.config.model_type for name in GLOBAL):
        return
    for token in known.nonzero().flatten().tolist()[:: max(1, int(known.sum()) // 6)]:
        x, y = where[token].tolist()
        image = plain.images[0].copy()
        ImageDraw.Draw(image).rectangle((x - 1, y - 1, x + 1, y + 1), fill=(250, 10, 250))
        after = tower_norms(net, encode(processor, replace(plain, images=(image,))))
        changed = (after - before).abs().where(known & beside(net, token, len(where)), -1)
        assert changed.argmax() == token


def test_norms_are_those_of_the_last_block(loaded):  # noqa: F811
    """Of the whole picture, whose tokens are patches in line: seen by a hook of one line."""
    net, processor = loaded
    if "llava" not in net.config.model_type:
        return
    row, seen = encode(processor, scene((40, 16))), []
    block = net.model.vision_tower.encoder.layers[-1]
    hook = block.register_forward_hook(lambda *told: seen.append(told[2]))
    given = {name: row.inputs[name] for name in ("pixel_values", "image_sizes") if name in row.inputs}
    net.get_image_features(**given)
    hook.remove()
    states = seen[0] if isinstance(seen[0], torch.Tensor) else seen[0][0]
    assert torch.allclose(tower_norms(net, row)[:16], states[0, -16:].double().norm(dim=-1), rtol=1e-5)


def test_scenes_are_looked_at_one_by_one_and_what_is_no_number_is_told(loaded):  # noqa: F811
    net, processor = loaded
    rows = [encode(processor, scene((16, 16))), encode(processor, scene((16, 16)))]
    broken = replace(rows[1], inputs={name: spoiled(name, value) for name, value in rows[1].inputs.items()})
    _, layout = collate(rows)
    picked, lost = in_tower(net, [rows[0], broken], layout, SINK_VIT)
    assert picked.shape == layout.valid.shape
    assert not (picked & ~layout.named("image")).any()
    assert lost.tolist() == [False, True]


def spoiled(name, value):
    return value * torch.nan if name == "pixel_values" else value
