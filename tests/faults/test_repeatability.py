"""The same question has the same answer, to the bytes, whatever of the machine is no part of the question."""

import hashlib
import os
import random
import subprocess
import sys
from dataclasses import replace
from functools import cache

import pytest
import torch

from tests.faults.injection import Injected
from vtmetrics import IMAGE, Lab, Model, logprob, substitute, truncate
from vtmetrics.inputs import Scene
from vtmetrics.lab.lab import numerics
from vtmetrics.lab.store import Store
from vtmetrics.nets.in_memory import release
from vtmetrics.nets.spec import Spec

SAME = "the same bytes in the store"
INJECTED = {
    "L1": Injected("the same seed twice, llava", SAME),
    "L2": Injected("the same seed twice, qwen2_5_vl", SAME),
    "L4": Injected("blocks of 1 and of 4", "the same up to rounding"),
    "L5": Injected("eager and sdpa", "the same up to rounding, under keys of their own"),
    "L6": Injected("another dtype", "a key of its own"),
    "L7": Injected("another seed of a twin, of an edit", "a key of its own"),
    "L8": Injected("another PYTHONHASHSEED", "the same keys"),
    "L9": Injected("scenes and edits in another order, chance used up before", SAME),
    "L10": Injected("another locale", "the same keys"),
    "L11": Injected("another time zone", "the same keys"),
}
EDITS = [truncate(0.5), substitute(IMAGE, by=0.25, at=0.5)]


@pytest.fixture(scope="module", params=["llava", "qwen2_5_vl"])
def spec(request, directories):
    spec = Spec("tiny", request.param, str(directories[request.param]), embedded=True)
    yield spec
    release(spec)


def kept(spec, root, scenes, edits=EDITS, batch=8):
    model = Model(spec, Lab(Store(root), batch=batch))
    model.sweep(*edits).answer(scenes, logprob)
    return {
        file.relative_to(root): hashlib.sha256(file.read_bytes()).hexdigest() for file in root.rglob("*.*")
    }


def test_a_second_run_has_the_bytes_of_the_first(spec, scenes, tmp_path):
    first = kept(spec, tmp_path / "first", scenes[:4])
    release(spec)
    torch.rand(7)
    random.random()
    assert kept(spec, tmp_path / "again", scenes[:4]) == first
    assert kept(spec, tmp_path / "turned", scenes[3::-1], EDITS[::-1]).keys() == first.keys()


@pytest.mark.parametrize("batch", [1, 4])
def test_blocks_change_rounding_alone(spec, scenes, batch):
    found = [Model(spec, Lab(batch=size)).answer(scenes[:4], logprob, EDITS[0]).values for size in (8, batch)]
    assert found[1] == pytest.approx(found[0], abs=1e-4)


def test_attention_changes_rounding_alone(spec, scenes):
    both = [replace(spec, attention=name) for name in ("sdpa", "eager")]
    found = [Model(one, Lab()).answer(scenes[:4], logprob).values for one in both]
    assert found[1] == pytest.approx(found[0], abs=1e-4)
    assert numerics(both[0]) != numerics(both[1])


@cache
def key_in(**environment):
    """What a fresh process calls an edit, a reading, a scene and a model in this environment."""
    program = (
        "from PIL import Image; from vtmetrics import *; from vtmetrics.inputs import Scene;"
        "from vtmetrics.lab.lab import numerics; from vtmetrics.nets.spec import Spec;"
        "s=Scene('s',(Image.new('RGB',(4,4),'red'),),'Which \u00e4?','r\u00f6t','words','g');"
        "print(ascii([s.digest, str(substitute(IMAGE, by=0.25, at=0.5)), str(correct),"
        "numerics(Spec('m','llava','here'))]))"
    )
    given = os.environ | {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"} | environment
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], env=given, capture_output=True, text=True, check=True, timeout=300
    ).stdout


@pytest.mark.slow
@pytest.mark.parametrize("change", [{"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "Asia/Kathmandu"}])
def test_keys_are_the_same_in_any_environment(change):
    assert key_in(**change) == key_in()


def test_whatever_determines_an_answer_is_in_its_key(directories, scenes):
    """Dtype, attention, kind of device, adapter, twin and its seed, pixels, words, donor."""
    spec = Spec("tiny", "llava", str(directories["llava"]))
    told = [
        numerics(replace(spec, **change))
        for change in (
            {},
            {"dtype": "bfloat16"},
            {"attention": "eager"},
            {"device": "cuda"},
            {"device_map": "auto"},
        )
    ]
    assert len(set(told)) == 5
    twins = [spec, spec.as_twin("untrained"), spec.as_twin("untrained", 1), spec.as_twin("scrambled")]
    assert len({Model(one).digest for one in twins}) == 4
    scene = scenes[0]
    pixels = scene.images[0].copy()
    pixels.putpixel((0, 0), tuple(255 - value for value in pixels.getpixel((0, 0))))
    changes = (
        {},
        {"images": (pixels,)},
        {"prompt": scene.prompt + " "},
        {"answer": "other"},
        {"donor": None},
        {"also": ("x",)},
    )
    digests = {replace_scene(scene, **change).digest for change in changes}
    assert len(digests) == 6
    assert replace_scene(scene, id="other", group="other").digest == scene.digest


def replace_scene(scene, **change):
    told = {name: getattr(scene, name) for name in Scene.__dataclass_fields__}
    return Scene(**(told | change))


def test_a_template_or_a_processor_of_another_kind_is_another_model(directories, tmp_path):
    import shutil  # noqa: PLC0415

    digests = []
    for name in (
        "",
        "chat_template.jinja",
        "processor_config.json",
        "config.json",
        "tokenizer.json",
        "model.safetensors",
    ):
        where = tmp_path / (name or "same")
        shutil.copytree(directories["llava"], where)
        if name:
            (where / name).write_bytes((where / name).read_bytes() + b" ")
        digests.append(Model(Spec("m", "llava", str(where))).digest)
    assert digests[0] == Model(Spec("m", "llava", str(directories["llava"]))).digest
    assert len(set(digests)) == 6


def test_products_of_less_precision_are_other_numerics(monkeypatch):
    numerics.cache_clear()
    plain = numerics(Spec("m", "llava", "here", device="cuda"))
    monkeypatch.setattr(torch, "get_float32_matmul_precision", lambda: "high")
    numerics.cache_clear()
    assert numerics(Spec("m", "llava", "here", device="cuda")) != plain
    assert "high products" in numerics(Spec("m", "llava", "here", device="cuda"))
    numerics.cache_clear()
