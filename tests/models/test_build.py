"""A built model is what a hub checkpoint is: a directory that the public classes read, ask and train."""

import json

import peft
import pytest
import torch
from safetensors.torch import load_file

from fixtures.models.build import build, fresh, save
from fixtures.models.family_layout import ANATOMIES
from fixtures.models.tokenizer import tokenizer
from fixtures.models.vocabulary import SIZE, vocabulary
from fixtures.scenes.draw import TASKS, draw
from fixtures.training.reply import chat, replies
from fixtures.training.state_norms import norms
from vtmetrics.nets.loading import load

FAMILIES = ("llava", "qwen2_5_vl")
FILES = {
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "processor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
}

pytestmark = pytest.mark.parametrize("family", FAMILIES)


def test_the_directory_is_that_of_a_hub_checkpoint(directories, family):
    assert {path.name for path in directories[family].iterdir()} == FILES
    assert sum(path.stat().st_size for path in directories[family].iterdir()) < 8e6
    config = json.loads((directories[family] / "config.json").read_text())
    assert config["model_type"] == family
    assert config["dtype"] == "bfloat16"


def test_the_same_seed_builds_the_same_bytes(directories, family, tmp_path):
    build(family, 0, tmp_path)
    assert all((tmp_path / name).read_bytes() == (directories[family] / name).read_bytes() for name in FILES)


def test_another_seed_builds_other_weights(directories, family, tmp_path):
    build(family, 1, tmp_path)
    name = "model.safetensors"
    assert (tmp_path / name).read_bytes() != (directories[family] / name).read_bytes()


def test_building_leaves_the_randomness_of_others_alone(family):
    torch.manual_seed(3)
    wanted = torch.rand(1)
    torch.manual_seed(3)
    fresh(family, 0)
    assert torch.equal(torch.rand(1), wanted)


def test_weights_survive_loading_and_saving(directories, family, tmp_path):
    net, _ = load(directories[family], dtype="bfloat16")
    save(net, family, tmp_path)
    before, after = (load_file(where / "model.safetensors") for where in (directories[family], tmp_path))
    assert before.keys() == after.keys()
    assert all(
        tensor.dtype == torch.bfloat16 and torch.equal(tensor, after[n]) for n, tensor in before.items()
    )


def test_every_word_of_every_scene_is_known(family):
    known = vocabulary(family)
    assert len(known) == SIZE
    told = [scene for task in TASKS for scene in draw(task, "validation", 4)]
    for scene in told:
        if scene.known["kind"] != "things":  # nouns are for language models
            assert set(scene.prompt.split()) | set(scene.answer.split()) <= set(known)


def test_tokens_know_where_in_the_text_they_are(family):
    text = "what color is the circle ?"
    told = tokenizer(family)(text, return_offsets_mapping=True)["offset_mapping"]
    assert [text[start:end] for start, end in told if end] == text.split()


def test_the_prompt_is_the_template_with_an_image_for_each_place(directories, family):
    _, processor = load(directories[family])
    (scene,) = draw("color.letter", "test", 1)
    inputs = processor(images=list(scene.images), text=[chat(processor, scene.prompt)], return_tensors="pt")
    anatomy = ANATOMIES[family]
    asked, _ = anatomy.told(scene.prompt, scene.answer)
    tokens = processor.tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist())
    assert tokens == [*anatomy.prefix(), *asked]
    assert tokens.count(processor.image_token) == anatomy.side**2 >= 64


def test_the_model_speaks(directories, family):
    net, processor = load(directories[family])
    scenes = draw("caption", "test", 3)
    told = list(replies(net, processor, [s.prompt for s in scenes], [s.images[0] for s in scenes]))
    assert len(told) == 3
    assert all(set(text.split()) <= set(vocabulary(family)) for text in told)


# peft asks transformers by the old name
@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing.:FutureWarning")
def test_an_adapter_can_be_trained(directories, family):
    net, processor = load(directories[family])
    (scene,) = draw("color", "test", 1)
    text = chat(processor, scene.prompt) + f" {scene.answer}"
    inputs = processor(images=list(scene.images), text=[text], return_tensors="pt")
    torch.manual_seed(0)
    tuned = peft.get_peft_model(net, peft.LoraConfig(r=2, target_modules=["q_proj", "v_proj"]))
    adam = torch.optim.AdamW([p for p in tuned.parameters() if p.requires_grad], lr=1e-2)
    losses = []
    for _ in range(4):
        loss = tuned(**inputs, labels=inputs["input_ids"]).loss
        loss.backward()
        adam.step()
        adam.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def test_norms_are_those_of_the_states(directories, family):
    """At the first layer, text has the norm of the words that it consists of."""
    net, processor = load(directories[family])
    scenes = draw("color", "test", 2)
    found = norms(net, processor, scenes)
    assert len(found) == 13
    inputs = processor(
        images=list(scenes[0].images), text=[chat(processor, scenes[0].prompt)], return_tensors="pt"
    )
    words = inputs["input_ids"][0][1:]
    words = words[words != net.config.image_token_id]
    wanted = net.get_input_embeddings()(words).norm(dim=-1).mean().item()
    assert norms(net, processor, scenes[:1])[0][1] == pytest.approx(wanted, rel=1e-5)
