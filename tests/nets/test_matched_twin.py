"""Norm-matched twins: as long as their model where one factor can make them so, and as ignorant as ever."""

from math import log
from pathlib import Path

import pytest
import torch

from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, Model, over_depth
from vtmetrics.inputs.encoding import collate, encode
from vtmetrics.nets import matched_twin as module
from vtmetrics.nets.anatomy import anatomy_of
from vtmetrics.nets.loading import load
from vtmetrics.nets.matched_twin import lengths, matched
from vtmetrics.nets.twins import untrained
from vtmetrics.unmeasured import NotMeasured

TRAINED = Path(__file__).parents[2] / "fixtures/models/weights/llava-0"
#: a twentieth of a length, as a logarithm
CLOSE = log(1.05)


@pytest.fixture(scope="module")
def nets(directories):
    """A trained model, and one of another family with norms that its twin does not have by itself."""
    found = {"llava": load(TRAINED), "qwen2_5_vl": load(directories["qwen2_5_vl"])}
    body = anatomy_of(found["qwen2_5_vl"][0])
    with torch.no_grad():
        body.net.get_input_embeddings().weight.mul_(
            torch.rand(len(body.net.get_input_embeddings().weight), 1)
        )
        body.bridges[0].weight.mul_(9)
        for number, layer in enumerate(body.layers):
            layer.mlp.down_proj.weight.mul_(2 + number % 3)
    return found


@pytest.fixture(scope="module")
def twins(nets):
    return {family: matched(*model, 1) for family, model in nets.items()}


def shown(net, processor):
    """What image tokens of scenes look like that no probe resembles."""
    inputs, layout = collate([encode(processor, scene) for scene in draw("captions", "test", 24)])
    return lengths(net, inputs, layout.named("image"))


@pytest.mark.parametrize("family", ["llava", "qwen2_5_vl"])
def test_image_tokens_of_other_pictures_are_as_long_as_the_models_at_every_layer(nets, twins, family):
    net, processor = nets[family]
    found, wanted = (shown(each, processor) for each in (twins[family], net))
    before = shown(untrained(net, 1), processor)
    pairs = zip(found.entering + found.states, wanted.entering + wanted.states, strict=True)
    assert max(abs(mine - its) for mine, its in pairs) < CLOSE
    assert max(abs(mine - its) for mine, its in zip(before.states, wanted.states, strict=True)) > log(2)


def test_every_word_enters_as_long_as_in_the_model(nets, twins):
    pair = twins["qwen2_5_vl"], nets["qwen2_5_vl"][0]
    mine, its = (each.get_input_embeddings().weight.norm(dim=-1) for each in pair)
    torch.testing.assert_close(mine[1:], its[1:])  # the first is padding, which nobody says


def test_only_lengths_are_taken_from_the_model(nets, twins):
    """Each weight of the decoder is the untrained twin's, times one factor a layer, or one a word."""
    fresh = dict(untrained(nets["llava"][0], 1).named_parameters())
    for name, weight in twins["llava"].named_parameters():
        each = torch.nn.functional.cosine_similarity(weight.flatten(), fresh[name].flatten(), dim=0)
        assert each > 0.999 or not fresh[name].any() or "embed_tokens" in name
        if "o_proj" not in name and "down_proj" not in name and "projector" not in name:
            assert torch.equal(weight, fresh[name]) or "embed_tokens" in name


def test_states_that_turn_without_growing_have_a_twin_that_moves_as_far(nets):
    """A random update of that size makes states longer than the model's: it is no smaller for that."""
    net, processor = nets["llava"]
    grown = [[], []]

    def restrain(_, args, given, output):
        before = args[0] if args else given["hidden_states"]
        return output * before.norm(dim=-1, keepdim=True) / output.norm(dim=-1, keepdim=True)

    hooks = [layer.register_forward_hook(restrain, with_kwargs=True) for layer in anatomy_of(net).layers]
    try:
        grown = [shown(each, processor) for each in (net, matched(net, processor, 1))]
    finally:
        [hook.remove() for hook in hooks]
    assert max(grown[0].states) - min(grown[0].states) < 1e-3
    assert all(mine > its - CLOSE for its, mine in zip(grown[0].updates, grown[1].updates, strict=True))


def test_a_matched_twin_is_decided_by_its_seed_and_changes_neither_net_nor_randomness(nets, twins):
    net, processor = nets["qwen2_5_vl"]
    before = [weight.clone() for weight in net.parameters()]
    torch.manual_seed(5)
    same, other = (matched(net, processor, seed).state_dict() for seed in (1, 2))
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(1))
    one = twins["qwen2_5_vl"].state_dict()
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)
    assert all(map(torch.equal, before, net.parameters()))


def test_a_net_in_memory_has_a_matched_twin_with_a_key_of_its_own(nets):
    model = Model.of(*nets["qwen2_5_vl"])
    assert len({model.digest, model.twin.digest, model.matched.digest}) == 3
    curves = model.matched.observe(draw("captions", "test", 2), over_depth("norm_mean", IMAGE))
    wanted = model.observe(draw("captions", "test", 2), over_depth("norm_mean", IMAGE))
    for scene, curve in curves.values.items():
        assert curve == pytest.approx(wanted.values[scene], rel=0.2)


def test_norms_that_are_matched_otherwise_are_another_twins(nets, monkeypatch):
    spec = Model.of(*nets["qwen2_5_vl"]).spec
    kinds = ("", "untrained", "scrambled", "matched")
    before = {kind: Model(spec.as_twin(kind)).digest for kind in kinds}
    monkeypatch.setattr("vtmetrics.nets.digest.MATCHING", 0)
    assert [kind for kind in kinds if Model(spec.as_twin(kind)).digest != before[kind]] == ["matched"]


def test_layers_without_what_is_scaled_have_no_matched_twin(nets, monkeypatch):
    monkeypatch.setattr(module, "WRITERS", ("self_attn.o_proj", "mlp.experts"))
    with pytest.raises(
        NotMeasured, match=r"scales self_attn.o_proj and mlp.experts of each layer, and a Qwen"
    ):
        matched(*nets["qwen2_5_vl"], 1)


def test_a_model_without_finite_norms_has_no_matched_twin(directories):
    net, processor = load(directories["qwen2_5_vl"])
    with torch.no_grad():
        anatomy_of(net).bridges[0].bias.fill_(float("inf"))
    with pytest.raises(NotMeasured, match="whose image tokens have no finite length"):
        Model.of(net, processor).matched.observe(draw("captions", "test", 1), over_depth("norm_mean", IMAGE))
