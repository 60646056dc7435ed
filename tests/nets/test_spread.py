"""A net that accelerate has spread answers like a whole one; what it can't have is said by the devices."""

import numpy as np
import pytest
from accelerate import dispatch_model

from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, PLAIN, Model, correct, logprob, substitute, truncate
from vtmetrics.nets import in_memory
from vtmetrics.nets.loading import load
from vtmetrics.nets.spec import Spec
from vtmetrics.unmeasured import NotMeasured

SPREAD = "spread over cpu and disk"


def places(net):
    """Every second layer of the decoder on disk, all else in memory."""
    far = {part for layer in net.get_decoder().layers[1::2] for part in layer.modules()}
    return {
        name: "disk" if part in far else "cpu"
        for name, part in net.named_modules()
        if [*part.parameters(recurse=False)]
    }


@pytest.fixture(scope="module")
def pair(directories, tmp_path_factory):
    whole, processor = load(directories["llava"])
    net, _ = load(directories["llava"])
    spread = dispatch_model(net, places(net), main_device="cpu", offload_dir=tmp_path_factory.mktemp("far"))
    return Model.of(whole, processor), Model.of(spread, processor)


@pytest.mark.parametrize("edit", [PLAIN, truncate(1 / 2), substitute(IMAGE, by=1 / 4, at=1 / 2)], ids=str)
def test_it_answers_like_a_whole_one(pair, edit):
    scenes = draw("letters", "test", 3)
    whole, spread = (model.answer(scenes, logprob, edit).values for model in pair)
    assert len(spread) == 3
    assert np.allclose([*whole.values()], [*spread.values()], atol=1e-4)


@pytest.mark.parametrize("twin", ["twin", "scrambled", "matched"])
def test_it_has_no_twin(pair, twin):
    with pytest.raises(NotMeasured, match=SPREAD):
        getattr(pair[1], twin).answer(draw("letters", "test", 1), correct)


def test_it_cannot_be_tuned(pair):
    with pytest.raises(NotMeasured, match=SPREAD):
        in_memory.load_alone(pair[1].spec)


def test_a_map_to_one_device_spreads_nothing(directories):
    spec = Spec("m", "llava", str(directories["llava"]), device_map="sequential")
    model = Model(spec)
    assert len(model.answer(draw("letters", "test", 2), correct).values) == 2
    assert len(model.twin.answer(draw("letters", "test", 2), correct).values) == 2
