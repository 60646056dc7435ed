"""Checkpoints load through the public path, offline, and what is none is refused in one sentence."""

import json
import shutil

import pytest
import torch
from transformers.utils import is_torchvision_available

from fixtures.scenes.draw import draw
from tests.engine import small_nets
from tests.families import pictured
from tests.nets import internvl
from vtmetrics.nets.loading import load, without_video

FAMILIES = ("llava", "qwen2_5_vl")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_loaded_net_is_ready_to_be_asked_and_not_to_be_trained(directories, family):
    net, processor = load(directories[family])
    assert not net.training
    assert not any(parameter.requires_grad for parameter in net.parameters())
    assert net.dtype == torch.float32
    assert processor.tokenizer.is_fast


@pytest.mark.parametrize("family", FAMILIES)
def test_dtype_and_attention_are_as_wanted(directories, family):
    net, _ = load(directories[family], dtype="bfloat16", attention="eager")
    assert net.dtype == torch.bfloat16
    assert net.config.text_config._attn_implementation == "eager"


@pytest.mark.parametrize("family", FAMILIES)
def test_two_loads_are_the_same_to_the_bit(directories, family, ask):
    nets = [load(directories[family]) for _ in range(2)]
    scenes = draw("letters", "test", 3)
    one, other = (ask(net, processor, scenes) for net, processor in nets)
    assert torch.equal(one, other)


@pytest.mark.parametrize("family", FAMILIES)
def test_padding_changes_no_answer(directories, family, ask):
    net, processor = load(directories[family])
    scenes = [*draw("count", "test", 1), *draw("position.letter", "test", 1)]
    together = ask(net, processor, scenes)
    for index, scene in enumerate(scenes):
        assert torch.allclose(ask(net, processor, [scene])[0], together[index], atol=1e-4)


def test_hub_checkpoints_keep_image_and_video_settings_apart(directories, tmp_path):
    """Older checkpoints have preprocessor_config.json, and the video's settings elsewhere or nowhere."""
    shutil.copytree(directories["qwen2_5_vl"], tmp_path, dirs_exist_ok=True)
    told = json.loads((tmp_path / "processor_config.json").read_text())
    image = told["image_processor"] | {"processor_class": "Qwen2_5_VLProcessor"}
    (tmp_path / "processor_config.json").unlink()
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(image))
    _, processor = load(tmp_path)
    _, known = load(directories["qwen2_5_vl"])
    (scene,) = draw("color", "test", 1)
    pixels = [
        p.image_processor(scene.images[0], return_tensors="pt")["pixel_values"] for p in (processor, known)
    ]
    assert torch.equal(*pixels)


@pytest.mark.skipif(is_torchvision_available(), reason="torchvision is there: the processor is whole")
def test_without_torchvision_there_is_no_video_but_all_else(directories):
    _, processor = load(directories["qwen2_5_vl"])
    assert processor.video_processor is None
    assert type(processor).__name__ == "Qwen2_5_VLProcessor"
    assert processor.chat_template


def test_an_internvl_keeps_what_its_processor_is_told(tmp_path, ask):
    """The number of image tokens is an argument of the processor, which a careless subclass loses."""
    internvl.build(tmp_path)
    net, processor = load(tmp_path)
    assert processor.image_seq_length == 16
    assert ask(net, processor, draw("color", "test", 2)).isfinite().all()


@pytest.mark.parametrize(
    ("missing", "message"),
    [("config.json", "has a config.json"), ("model.safetensors", r"no \*\.safetensors file")],
)
def test_an_incomplete_directory_says_what_it_lacks(directories, tmp_path, missing, message):
    shutil.copytree(directories["llava"], tmp_path, dirs_exist_ok=True)
    (tmp_path / missing).unlink()
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_a_path_to_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is a directory in hub layout"):
        load(tmp_path / "nothing")


@pytest.mark.parametrize("kind", ["bert", "made_up", None])
def test_a_family_that_sees_no_images_is_refused(directories, tmp_path, kind):
    shutil.copytree(directories["llava"], tmp_path, dirs_exist_ok=True)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind}))
    with pytest.raises(ValueError, match="can't ask about images"):
        load(tmp_path)


def test_an_unknown_dtype_is_refused(directories):
    with pytest.raises(ValueError, match="a dtype is one of float32"):
        load(directories["llava"], dtype="int8")


def test_pickled_weights_are_not_read(directories, tmp_path):
    """A directory with pytorch_model.bin alone is refused before anything is unpickled."""
    shutil.copytree(directories["llava"], tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(ValueError, match="weights in other formats are not read"):
        load(tmp_path)


@pytest.mark.skipif(is_torchvision_available(), reason="the part for videos can be made")
@pytest.mark.parametrize("kind", ["glm_ocr", "minicpmv4_6"])
def test_a_processor_is_made_without_its_part_for_videos(kind, tmp_path):
    """Also of a type without one of its own, and one that asks that part for numbers as it is made."""
    pictured.build(kind, tmp_path)
    _, processor = load(tmp_path)
    assert type(processor).__name__ == pictured.MORE[kind].processor
    assert processor.video_processor is None
    assert processor.image_processor.patch_size == small_nets.PATCH


def test_a_template_may_ask_for_numbers_of_videos():
    """As SmolVLM's does, though no video came."""

    class Asking:
        video_processor = None

        @classmethod
        def get_attributes(cls):
            return ["image_processor", "tokenizer", "video_processor"]

        def apply_chat_template(self):
            return f"{self.video_processor.num_frames} frames"

    processor = without_video(Asking)()
    assert processor.apply_chat_template() == "None frames"
    assert processor.video_processor is None


def test_an_attention_that_a_type_has_not_is_refused_by_its_option(tmp_path):
    pictured.build("got_ocr2", tmp_path)
    with pytest.raises(ValueError, match="a got_ocr2 wants another attention than sdpa: --attention eager"):
        load(tmp_path)


@pytest.mark.skipif(is_torchvision_available(), reason="the processor can be made")
def test_what_a_processor_lacks_is_said_before_weights_are_read(tmp_path):
    """In the first sentence of what transformers says."""
    pictured.build("mistral3", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ImportError, match=r"requires the Torchvision library .* environment$"):
        load(tmp_path)
