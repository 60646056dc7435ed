"""Every committed checkpoint is whole: it round-trips, speaks about its image, and can be tuned."""

import peft
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText

from fixtures.models.build import save
from fixtures.models.registry import HERE
from fixtures.scenes.draw import draw
from fixtures.training.reply import chat, exact, replies
from vtmetrics.nets.loading import processor_of

SHIPPED = sorted((HERE / "weights").glob("*/config.json"))
#: the repository is cloned whole, its history too: all weights together, in bytes
MOST = 40e6


@pytest.fixture(params=SHIPPED, ids=lambda file: file.parent.name)
def shipped(request):
    return request.param.parent


@pytest.fixture
def parts(shipped):
    """Net and processor as anyone loads them; the part for videos needs torchvision, which may be missing."""
    net = AutoModelForImageTextToText.from_pretrained(shipped)
    return net, processor_of(shipped, net.config.model_type)


def test_all_weights_together_stay_small():
    assert sum(file.stat().st_size for file in (HERE / "weights").rglob("*.safetensors")) <= MOST


def test_weights_round_trip_to_the_bit(shipped, parts, tmp_path):
    save(parts[0], parts[0].config.model_type, tmp_path)
    before, after = (load_file(where / "model.safetensors") for where in (shipped, tmp_path))
    assert before.keys() == after.keys()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


def test_it_says_what_color_things_have(parts):
    scenes = draw("color", "validation", 16)
    net, processor = parts
    told = replies(net.float(), processor, [s.prompt for s in scenes], [s.images[0] for s in scenes])
    assert sum(map(exact, scenes, told)) >= 12


# peft asks transformers by the old name
@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing.:FutureWarning")
def test_an_adapter_teaches_it_another_answer(parts):
    net, processor = parts
    (scene,) = draw("color", "validation", 1)
    text = chat(processor, scene.prompt) + " nothing"
    inputs = processor(images=list(scene.images), text=[text], return_tensors="pt")
    labels = inputs["input_ids"].clone()
    labels[:, :-1] = -100
    torch.manual_seed(0)
    tuned = peft.get_peft_model(
        net.float(), peft.LoraConfig(r=4, target_modules=r".*language_model.*(q_proj|v_proj)")
    )
    adam = torch.optim.AdamW([p for p in tuned.parameters() if p.requires_grad], lr=1e-2)
    losses = []
    for _ in range(8):
        loss = tuned(**inputs, labels=labels).loss
        loss.backward()
        adam.step()
        adam.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
