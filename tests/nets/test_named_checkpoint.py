"""Model.load takes a directory or a name in the cache, and refuses at once what could not be loaded later."""

import re

import pytest
import torch

from fixtures.scenes.draw import draw
from tests.suite.checkpoint_files import checkpoint
from vtmetrics import Model, correct
from vtmetrics.nets import hub_cache
from vtmetrics.nets.numerics_wanted import check_numerics


def test_a_directory_is_a_model(directories):
    model = Model.load(str(directories["llava"]), dtype="bfloat16", attention="eager")
    assert (model.spec.name, model.spec.family, model.spec.dtype) == ("llava", "llava", "bfloat16")
    assert len(model.answer(draw("letters", "test", 2), correct).values) == 2
    assert (model.told.dtype, model.told.attention) == ("bfloat16", "eager")


def test_a_name_in_the_cache_is_a_model(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    checkpoint(hub_cache.snapshots("org/name") / ("a" * 40), "qwen3_vl")
    spec = Model.load(f"org/name@{'a' * 40}").spec
    assert (spec.name, spec.family, spec.revision) == ("name@aaaaaaa", "qwen", "a" * 40)
    with pytest.raises(ValueError, match=r"^Model\.load never downloads by itself, and org/name is not"):
        Model.load("org/name")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "wants a directory or ORG/NAME, got 'nonsense'"),
        ("./nowhere", "wants a directory, there is none at './nowhere'"),
        ("mine.py:load", "wants a directory or ORG/NAME, got 'mine.py:load'"),
    ],
)
def test_what_is_neither_is_refused(text, words):
    with pytest.raises(ValueError, match=re.escape(f"Model.load {words}")):
        Model.load(text)


@pytest.mark.parametrize(
    ("numerics", "words"),
    [
        ({"dtype": "int8"}, "a dtype of float32, bfloat16, float16, got 'int8'"),
        ({"attention": "flex"}, "an attention of sdpa, eager, flash_attention_2, got 'flex'"),
        ({"device": "gpu"}, "a device such as cpu, cuda or cuda:1, got 'gpu'"),
        ({"device_map": "all"}, "a device map of auto, balanced, balanced_low_0, sequential, got 'all'"),
        ({"device": "xpu:9"}, "a device of this machine, got 'xpu:9': it has "),
    ],
)
def test_numerics_are_refused_before_the_directory_is_looked_at(numerics, words):
    with pytest.raises(ValueError, match=re.escape(f"Model.load wants {words}")):
        Model.load("nowhere/at-all", **numerics)


def test_flash_attention_takes_its_package_and_half_precision(monkeypatch):
    monkeypatch.setattr("vtmetrics.nets.numerics_wanted.find_spec", lambda _: None)
    with pytest.raises(ValueError, match="whose package flash_attn is not installed"):
        check_numerics("it", attention="flash_attention_2")
    monkeypatch.setattr("vtmetrics.nets.numerics_wanted.find_spec", lambda name: name)
    check_numerics("it", "bfloat16", "flash_attention_2")
    with pytest.raises(ValueError, match="takes bfloat16 or float16, not float32"):
        check_numerics("it", "float32", "flash_attention_2")


def test_a_device_map_takes_accelerate(monkeypatch):
    monkeypatch.setattr("vtmetrics.nets.numerics_wanted.find_spec", lambda _: None)
    with pytest.raises(ValueError, match="which takes the package accelerate: not installed"):
        check_numerics("it", device_map="auto")


def test_a_device_is_one_that_is_there(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    for device in ("cpu", "cuda", "cuda:1"):
        check_numerics("it", device=device)
    for device in ("cuda:2", "mps"):
        with pytest.raises(ValueError, match=f"got '{device}': it has 2 of type cuda"):
            check_numerics("it", device=device)
