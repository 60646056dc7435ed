"""Which nets can be edited, and that all others are refused by their names."""

import copy

import pytest
import torch
import transformers as hf
from peft import LoraConfig, get_peft_model

from tests.engine.small_nets import IMAGE, LAYERS, RECIPES, TEXT, TOWER, net, prompts
from vtmetrics.nets.anatomy import FAMILY_OF, anatomy_of


def test_the_families_that_can_be_edited_are_those_that_are_tested():
    assert set(FAMILY_OF) == set(RECIPES)


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


def test_a_net_of_another_family_is_refused_by_its_name():
    small = {**TEXT, "head_dim": 8, "num_hidden_layers": 2}
    gemma = build(hf.Gemma3Config(text_config=small, vision_config=TOWER))
    with pytest.raises(ValueError, match=r"nets of the families llava, .* can be edited, not gemma3"):
        anatomy_of(gemma)
    with pytest.raises(ValueError, match=r"can be edited, not gemma3"):
        anatomy_of(get_peft_model(gemma, LoraConfig(target_modules=["q_proj"])))
    with pytest.raises(ValueError, match=r"can be edited, not llama"):
        anatomy_of(hf.LlamaForCausalLM(hf.LlamaConfig(**TEXT)))
    with pytest.raises(ValueError, match=r"can be edited, not Linear"):
        anatomy_of(torch.nn.Linear(2, 2))


def llava_around(text):
    return build(
        hf.LlavaConfig(vision_config=hf.CLIPVisionConfig(**TOWER), text_config=text, image_token_index=IMAGE)
    )


def test_a_text_model_of_another_kind_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"a llava around one of llama, .* can be edited, not around gemma"):
        anatomy_of(llava_around(hf.GemmaConfig(**TEXT)))


@pytest.mark.parametrize(
    "text",
    [
        hf.MistralConfig(**TEXT, sliding_window=4),
        hf.Qwen2Config(**TEXT, use_sliding_window=True, sliding_window=4, max_window_layers=2),
    ],
    ids=["mistral", "qwen2"],
)
def test_windows_of_attention_are_refused(text):
    """What is removed would move what lies in the window."""
    with pytest.raises(ValueError, match="whose layers all have full attention can be edited"):
        anatomy_of(llava_around(text))


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
