"""A net quantised by torch is asked as it is; a twin of floating point would be of another kind."""

import json
import shutil
import warnings

import pytest
import torch
from torch import nn
from transformers import AutoModelForImageTextToText

from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, Model, correct, over_depth, truncate
from vtmetrics.nets import checkpoints
from vtmetrics.nets.loading import load
from vtmetrics.unmeasured import NotMeasured


@pytest.fixture(scope="module", params=["llava", "qwen2_5_vl"])
def quantised(request, directories):
    net, processor = load(directories[request.param])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch wants another package to be used
        smaller = torch.ao.quantization.quantize_dynamic(net, {nn.Linear}, dtype=torch.qint8)
    return Model.of(smaller, processor)


def test_a_net_quantised_as_a_whole_is_measured(quantised):
    scenes = draw("letters", "test", 3)
    assert len(quantised.sweep(truncate(1 / 2), truncate(0)).answer(scenes, correct)[0].values) == 3
    assert not quantised.observe(scenes, over_depth("norm_mean", IMAGE)).missing


def test_a_net_quantised_in_the_files_is_put_in_its_place_and_not_moved(directories, tmp_path, monkeypatch):
    """Bitsandbytes itself is not here: a fake takes off what only it could read."""
    where = shutil.copytree(directories["llava"], tmp_path / "packed")
    told = json.loads((where / "config.json").read_text())
    packed = told | {"quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": True}}
    (where / "config.json").write_text(json.dumps(packed))
    asked, real = {}, AutoModelForImageTextToText.from_pretrained

    def from_pretrained(_, **how):
        asked.update(how)
        net, loaded = real(directories["llava"], **how)
        monkeypatch.setattr(type(net), "to", None)
        return net, loaded

    monkeypatch.setattr(checkpoints, "find_spec", lambda name: name)
    monkeypatch.setattr(AutoModelForImageTextToText, "from_pretrained", from_pretrained)
    load(where)
    assert asked["device_map"] == {"": "cpu"}


@pytest.mark.parametrize("twin", ["twin", "scrambled", "matched"])
def test_its_twins_are_refused_by_the_name_of_its_layers(quantised, twin):
    with pytest.raises(NotMeasured, match=r"none is made of a quantised one: Linear of torch\.ao"):
        getattr(quantised, twin).answer(draw("letters", "test", 1), correct)
