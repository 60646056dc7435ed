"""A net in an adapter, or from a function of one's own, is measured like any other."""

import copy

import peft
import pytest
import torch

from fixtures.models.build import build
from vtmetrics import IMAGE, Lab, Model, agree, logprob, substitute, truncate
from vtmetrics.nets.spec import Spec
from vtmetrics.unmeasured import NotMeasured

# peft asks transformers in a way that transformers has deprecated
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
EDITS = [truncate(0.5), substitute(IMAGE, by=0.25, at=0.5)]


@pytest.fixture(scope="module")
def adapted(net_and_processor):
    """The net in a LoRA whose weights are not zero."""
    torch.manual_seed(0)
    net = peft.get_peft_model(
        copy.deepcopy(net_and_processor[0]),
        peft.LoraConfig(r=2, target_modules=r".*language_model.*\.q_proj"),
    )
    with torch.no_grad():
        for name, weight in net.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.5)
    return net.eval()


def test_an_adapter_answers_like_the_net_it_is_merged_into(adapted, net_and_processor, scenes):
    merged = copy.deepcopy(adapted).merge_and_unload()
    for edit in EDITS:
        told = Model.of(adapted, net_and_processor[1]).answer(scenes, logprob, edit)
        wanted = Model.of(merged, net_and_processor[1]).answer(scenes, logprob, edit)
        assert told.values == pytest.approx(wanted.values, abs=1e-4)


def test_the_twins_of_an_adapted_net_can_be_asked(adapted, net_and_processor, scenes):
    model = Model.of(adapted, net_and_processor[1])
    answers = [each.answer(scenes, logprob).values for each in (model, model.twin, model.scrambled)]
    assert len({tuple(values.values()) for values in answers}) == 3


def test_a_function_of_ones_own_is_a_model(scenes, tmp_path):
    """What it returned is told as it is, not as it was asked for."""
    build("llava", 0, tmp_path / "llava")
    file = tmp_path / "mine.py"
    file.write_text(f"""
from vtmetrics.nets.loading import load
def half():
    return load({str(tmp_path / "llava")!r}, dtype="bfloat16", attention="eager")
def nothing():
    return None
""")
    model = Model(Spec("half", "own", f"{file}:half"), Lab())
    assert model.layers == 12
    assert model.answer(scenes, agree).values
    assert (model.told.dtype, model.told.attention, model.told.device) == ("bfloat16", "eager", "cpu")
    with pytest.raises(
        NotMeasured, match=r"TypeError: .* has to return \(net, processor\), it returned NoneType"
    ):
        Model(Spec("nothing", "own", f"{file}:nothing")).answer(scenes, agree)
