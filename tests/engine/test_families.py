"""Which nets can be edited, and that all others are refused by their names."""

import copy

import pytest
import torch
import transformers as hf
from peft import LoraConfig, get_peft_model

from tests.engine.small_nets import LAYERS, RECIPES, TOWER, net, prompts
from vtmetrics.nets.anatomy import anatomy_of


@pytest.mark.parametrize("family", RECIPES)
def test_the_parts_of_a_net_are_found(family):
    model = net(family)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    body = anatomy_of(model)
    assert body.family == family
    assert body.depth == LAYERS
    assert body.norm is model.get_decoder().norm
    assert body.head is model.lm_head
    assert torch.equal(inputs["input_ids"] == model.config.image_token_id, layout.masks["image"])


# peft asks transformers by a name that will go.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")


def build(config):
    with torch.device("meta"):
        return hf.AutoModelForImageTextToText.from_config(config)


def test_what_cannot_be_edited_is_refused_by_its_name():
    """What its layers take and have is what counts, also under adapters."""
    plain = {"hidden_size": 32, "num_attention_heads": 4, "num_hidden_layers": 2}
    texts = {"ffn_dim": 48, "word_embed_proj_dim": 32, "vocab_size": 96, **plain}
    around = {"vision_config": TOWER, "qformer_config": plain}
    blip = build(hf.Blip2Config(**around, text_config=hf.OPTConfig(**texts)))
    with pytest.raises(ValueError, match="a blip-2 can't be edited: its text model has no rotary positions"):
        anatomy_of(blip)
    with pytest.raises(ValueError, match="a blip-2 can't be edited"):
        anatomy_of(get_peft_model(blip, LoraConfig(target_modules=["q_proj"])))
    with pytest.raises(ValueError, match="a net of transformers can be edited, not a Linear"):
        anatomy_of(torch.nn.Linear(2, 2))


class Blind(torch.nn.Module):
    """A layer that is given no positions."""

    def forward(self, hidden_states, attention_mask, past_key_values=None):
        return hidden_states, attention_mask, past_key_values


class Curious(torch.nn.Module):
    """A layer that is given something of each token, of which nobody knows."""

    def forward(self, hidden_states, attention_mask, position_embeddings, past_key_values, ages):
        return hidden_states, attention_mask, position_embeddings, past_key_values, ages


class Hollow(torch.nn.Module):
    """A layer whose parts have names of its own."""

    def forward(self, hidden_states, attention_mask, position_embeddings, past_key_values):
        return hidden_states, attention_mask, position_embeddings, past_key_values


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (Blind(), "Blind takes no position_embeddings"),
        (Curious(), "Curious takes ages beside its states, of which nothing is known"),
        (Hollow(), "Hollow has none of self_attn, cross_attn, linear_attn, conv"),
    ],
    ids=["blind", "curious", "hollow"],
)
def test_a_layer_that_breaks_the_contract_is_refused_by_its_class(layer, why):
    model = copy.deepcopy(net("llava"))
    model.get_decoder().layers[2] = layer
    with pytest.raises(ValueError, match=f"a llava can't be edited: its {why}"):
        anatomy_of(model)


def test_a_compiled_net_is_refused():
    """It ignores hooks that come after its first call."""
    with pytest.raises(ValueError, match="a compiled OptimizedModule ignores hooks"):
        anatomy_of(torch.compile(net("llava"), backend="eager"))


@pytest.mark.parametrize("part", ["", "model", "model.language_model", "model.language_model.layers.3"])
def test_a_net_that_was_compiled_in_place_is_refused(part):
    """It looks like any other, and answers as if nothing had been edited."""
    model = copy.deepcopy(net("llava"))
    model.get_submodule(part).compile(backend="eager")
    with pytest.raises(ValueError, match=r"a compiled Ll\w+ ignores hooks"):
        anatomy_of(model)


def test_a_net_with_transformers_own_adapters_is_found():
    """They are inside of it, and nothing is wrapped around."""
    model = copy.deepcopy(net("llava"))
    model.add_adapter(LoraConfig(r=2, target_modules=["q_proj"]))
    assert anatomy_of(model).net is model
