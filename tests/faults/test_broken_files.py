"""Checkpoints that lie, and a network that is not there: refused in one sentence, nothing run or fetched."""

import json
import os
import pickle
import re
import socket

import pytest
from safetensors.torch import load_file, save_file

from fixtures.models.build import build
from tests.faults.injection import Injected, forked
from tests.suite.broken_checkpoints import WHOLE, config
from vtmetrics import Lab, Model, Recipe, correct
from vtmetrics.nets.checkpoints import lacking
from vtmetrics.nets.in_memory import release
from vtmetrics.nets.loading import load
from vtmetrics.nets.named_checkpoint import NotCachedError, checkpoint_spec
from vtmetrics.nets.soundness import check_sound
from vtmetrics.nets.spec import Spec
from vtmetrics.unmeasured import Unloadable

UNLOADED = "not loaded, with the reason in one sentence"


class Executed:
    """A pickle that does something when it is read."""

    def __reduce__(self):
        return os.mkdir, ("executed",)


def pickled_in_place(where):
    (where / WHOLE).write_bytes(pickle.dumps(Executed()))


def huge_header(where):
    (where / WHOLE).write_bytes((2 << 30).to_bytes(8, "little") + b"{}" * 50)


def header_of_lies(where):
    """Its tensors lie upon each other, as far as the file goes."""
    size = len((where / WHOLE).read_bytes())
    told = json.dumps(
        {name: {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} for name in "ab"}
    ).encode()
    (where / WHOLE).write_bytes(len(told).to_bytes(8, "little") + told + b"\0" * (size - 8 - len(told)))


def whole_numbers(where):
    held = load_file(where / WHOLE)
    save_file({name: tensor.int() for name, tensor in held.items()}, where / WHOLE, metadata={"format": "pt"})


def fewer_patches(where):
    told = json.loads((where / "processor_config.json").read_text())
    told["patch_size"] = 2 * int(told.get("patch_size") or told["image_processor"].get("patch_size", 8))
    (where / "processor_config.json").write_text(json.dumps(told))


BEFORE = {
    "D1": Injected(
        "a pickle called model.safetensors, and no other weights",
        "refused before anything is loaded; it is not run",
        pickled_in_place,
    ),
    "D8": Injected("weights of whole numbers", "refused before anything is loaded", whole_numbers),
    "D10": Injected(
        "a header that says it has 2 GB", "refused before anything is loaded, and not allocated", huge_header
    ),
}
LOADING = {
    "D12": Injected("a configuration of another architecture", UNLOADED, config(model_type="qwen2_5_vl")),
    "D13": Injected(
        "a configuration with more layers than the weights have",
        UNLOADED,
        config(text_config__num_hidden_layers=13),
    ),
    "D15": Injected(
        "a processor that writes as many image tokens as the tower has not",
        UNLOADED,
        fewer_patches,
    ),
    "D23": Injected("tensors that lie upon each other", UNLOADED, header_of_lies),
}
INJECTED = (
    BEFORE
    | LOADING
    | {
        "D9": Injected(
            "an index whose files lie elsewhere (../)", "refused before anything is loaded (test_places.py)"
        ),
        "D24": Injected("a processor that cuts patches of another size than the tower's", UNLOADED),
        "D20": Injected("an adapter of rank 0", "refused in one sentence"),
        "M1": Injected(
            "a model that is not in the cache, offline and online",
            "refused, with the command that fetches it; no socket is opened",
        ),
        "M8": Injected("no socket can be opened at all", "loading and measuring a directory wants none"),
    }
)


@pytest.fixture
def where(tmp_path, monkeypatch):
    build("llava", 0, tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mine"


@pytest.mark.parametrize("fault", BEFORE)
def test_it_is_refused_unread(where, tmp_path, scenes, fault):
    BEFORE[fault].do(where)
    assert str(lacking(where)).startswith("weights with" if fault == "D8" else "a whole model.safetensors")
    with pytest.raises(ValueError, match=r"lacks (?:a whole model\.safetensors|weights with fractions)"):
        checkpoint_spec(str(where), "--model")
    if fault == "D8":  # who asks for it nevertheless has what transformers makes of it
        return
    with pytest.raises(Unloadable):
        Model(Spec("mine", "llava", str(where)), Lab()).answer(scenes[:1], correct)
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("fault", LOADING)
def test_it_gives_no_number(where, fault, scenes):
    LOADING[fault].do(where)
    spec = Spec("mine", "llava", str(where))
    with pytest.raises(Unloadable) as refused:
        Model(spec, Lab()).answer(scenes[:2], correct)
    assert "\n" not in str(refused.value)
    if fault == "D15":
        wanted = (
            r"wants the patches of the net's own tower, this one writes \d+ image tokens .* the net says: \w+"
        )
        assert re.search(wanted, str(refused.value))
    release(spec)


def test_patches_of_another_size_are_refused(tmp_path, scenes):
    """Where the processor itself cuts the picture, the tower is handed what it can't take."""
    build("qwen2_5_vl", 0, tmp_path / "mine")
    config("processor_config.json", image_processor__patch_size=12)(tmp_path / "mine")
    with pytest.raises(
        Unloadable, match="wants the patches of the net's own tower, this one writes 16 image"
    ):
        Model(Spec("mine", "qwen2_5_vl", str(tmp_path / "mine")), Lab()).answer(scenes[:2], correct)


def test_the_picture_that_is_tried_leaves_nothing_behind(tmp_path):
    """An offset that is kept of it would place the words of the next prompt elsewhere."""
    build("qwen2_5_vl", 0, tmp_path / "mine")
    net, processor = load(tmp_path / "mine")
    check_sound(net, processor)
    assert net.model.rope_deltas is None


def test_an_adapter_has_a_rank():
    with pytest.raises(ValueError, match="a recipe wants a rank and a batch from 1"):
        Recipe(rank=0)


def no_network(*_, **__):
    raise AssertionError("a socket was opened")


@pytest.mark.parametrize("offline", ["0", "1"])
def test_a_model_that_is_not_here_is_not_looked_for_elsewhere(monkeypatch, tmp_path, offline):
    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setenv("HF_HUB_OFFLINE", offline)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(NotCachedError, match=r"never downloads by itself, .*: hf download org/name"):
        checkpoint_spec("org/name", "--model")


def test_a_directory_is_measured_without_a_socket(where, scenes):
    def work():
        socket.socket.connect = no_network
        socket.getaddrinfo = no_network
        assert len(Model(Spec("mine", "llava", str(where)), Lab()).answer(scenes[:2], correct).values) == 2

    assert forked(work) == 0
