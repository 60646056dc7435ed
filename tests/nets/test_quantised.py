"""A net quantised by torch is asked as it is; a twin of floating point would be of another kind."""

import warnings

import pytest
import torch
from torch import nn

from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, Model, correct, over_depth, truncate
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


@pytest.mark.parametrize("twin", ["twin", "scrambled", "matched"])
def test_its_twins_are_refused_by_the_name_of_its_layers(quantised, twin):
    with pytest.raises(NotMeasured, match=r"none is made of a quantised one: Linear of torch\.ao"):
        getattr(quantised, twin).answer(draw("letters", "test", 1), correct)
