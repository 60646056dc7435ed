"""Sites: curves inside of layers and over the vision tower, against states that plain hooks keep."""

import pytest
import torch
from PIL import Image

from vtmetrics import IMAGE, PLAIN, QUESTION, Model, Scene, over_depth, truncate
from vtmetrics.edits.edit import window
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import matrix_entropy, norms
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block
from vtmetrics.readings.depth_curves import DepthBundle


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def kept(net, inputs, modules, *, before):
    """What each of the modules receives, or gives, in a plain run."""
    seen = [[] for _ in modules]

    def hook(place):
        def take(_, args, given, output=None):
            value = (args[0] if args else given["hidden_states"]) if before else output
            seen[place].append(value[0] if isinstance(value, tuple) else value)

        return take

    register = "register_forward_pre_hook" if before else "register_forward_hook"
    hooks = [getattr(m, register)(hook(place), with_kwargs=True) for place, m in enumerate(modules)]
    with torch.no_grad():
        net(**inputs)
    for handle in hooks:
        handle.remove()
    return [states for (states,) in seen]


SUBLAYERS = {
    "middle": ("post_attention_layernorm", True),
    "attention": ("self_attn", False),
    "ffn": ("mlp", False),
}


@pytest.mark.parametrize("site", SUBLAYERS)
def test_a_curve_over_sublayers_is_the_metric_of_their_states(model, net_and_processor, scenes, site):
    net, processor = net_and_processor
    part, before = SUBLAYERS[site]
    found = [
        model.observe(scenes[:3], over_depth(m, IMAGE, site=site)) for m in ("matrix_entropy", "norm_mean")
    ]
    for scene in scenes[:3]:
        row = encode(processor, scene)
        modules = [getattr(layer, part) for layer in net.get_decoder().layers]
        states = torch.stack(kept(net, row.inputs, modules, before=before))[:, 0, row.masks["image"]]
        assert found[0].values[scene.id] == pytest.approx(matrix_entropy(states).numpy(), rel=1e-5)
        assert found[1].values[scene.id] == pytest.approx(norms(states).mean(-1).numpy(), rel=1e-5)


def test_what_layers_lack_has_no_number_inside_of_them(model, scenes):
    gone = model.observe(scenes[:2], over_depth("norm_mean", IMAGE, site="ffn"), truncate(2))
    assert set(gone.excluded.values()) == {
        f"undefined at {model.layers - 2} of {model.layers} layers: there is no token"
    }
    back = model.observe(scenes[:2], over_depth("drift", IMAGE, site="ffn"), window(2, 4))
    assert set(back.excluded.values()) == {
        f"undefined at 2 of {model.layers} layers: there is no earlier layer to compare with"
    }


def test_a_curve_over_the_tower_is_the_metric_of_its_patches(model, net_and_processor, scenes):
    """Without the class token, and the last block's output at its end."""
    net, processor = net_and_processor
    tower = net.get_encoder(modality="image")
    blocks = tower.blocks if hasattr(tower, "blocks") else tower.encoder.layers
    found = model.observe(scenes[:3], over_depth("norm_mean", IMAGE, site="encoder"))
    moved = model.observe(scenes[:3], over_depth("state_angle", IMAGE, site="encoder"))
    for scene in scenes[:3]:
        row = encode(processor, scene)
        states = kept(net, row.inputs, blocks, before=True)
        states += kept(net, row.inputs, blocks[-1:], before=False)
        patches = [each[0, 1:] if each.ndim == 3 else each for each in states]
        wanted = [float(norms(each).mean()) for each in patches]
        assert found.values[scene.id] == pytest.approx(wanted, rel=1e-5)
        assert len(moved.values[scene.id]) == len(blocks)


def test_the_tower_is_the_same_under_any_edit(model, scenes):
    plain, cut = model.sweep(PLAIN, truncate(2)).observe(
        scenes[:2], over_depth("two_nn", IMAGE, site="encoder")
    )
    assert plain.excluded == cut.excluded
    assert all((plain.values[scene] == cut.values[scene]).all() for scene in plain.values)


def test_patches_of_several_images_are_read_together(net_and_processor):
    """The length of all is the mean of both, and without any image there is nothing to say."""
    net, processor = net_and_processor
    red, blue = Image.new("RGB", (72, 72), "red"), Image.new("RGB", (72, 72), "blue")
    found, name = [], str(over_depth("norm_mean", IMAGE, site="encoder"))
    for images in ((red,), (blue,), (red, blue), ()):
        row = encode(processor, Scene("s", images, "what colour ?", "red", "mine", "group"))
        read = DepthBundle(IMAGE, "encoder").read(Block(net, processor, [row]), PLAIN)
        found.append({name: told for name, _, told in read}[name])
    one, other, both, none = found
    assert both.value == pytest.approx(
        [(a + b) / 2 for a, b in zip(one.value, other.value, strict=True)], rel=1e-4
    )
    assert none.excluded == "there is no token"


def test_what_cannot_be_seen_is_refused():
    with pytest.raises(ValueError, match="seen at states, middle, attention, ffn, encoder, not at 'keys'"):
        over_depth("norm_mean", IMAGE, site="keys")
    with pytest.raises(ValueError, match="holds patches of the whole IMAGE, not QUESTION"):
        over_depth("norm_mean", QUESTION, site="encoder")
    with pytest.raises(ValueError, match="lie in no line, so they have no position_angle"):
        over_depth("position_angle", IMAGE, site="encoder")
    assert str(over_depth("drift", IMAGE, site="ffn")) == "drift(IMAGE, site='ffn'):1"
    assert str(over_depth("drift", IMAGE)) == "drift(IMAGE):1"
