"""Timing: passes take turns, the median counts, and nothing is loaded or kept for it."""

from dataclasses import replace

import pytest

from fixtures.scenes.draw import draw
from vtmetrics import PLAIN, Lab, Model, NotMeasured, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.lab.store import Store
from vtmetrics.nets.in_memory import is_held
from vtmetrics.nets.spec import Spec
from vtmetrics.protocols.timing import require_accelerator, savings, seconds
from vtmetrics.readings.cost import COUNTED, MASKED

HALF = truncate(0.5)


@pytest.fixture(scope="module")
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


@pytest.fixture(scope="module")
def scenes():
    return draw("words", "test", 2)


def test_passes_take_turns_and_the_median_of_the_later_rounds_counts(spec, scenes, monkeypatch):
    turns, clock = [], iter([9, 9, 1, 10, 3, 30, 2, 20])

    def once(_, edit, way):
        turns.append((str(edit), str(way)))
        return next(clock)

    monkeypatch.setattr("vtmetrics.protocols.timing._once", once)
    plain, cut = seconds(Model(spec), scenes[:1], (PLAIN, COUNTED), (HALF, MASKED), rounds=3)
    assert turns == [("PLAIN", "counted"), (str(HALF), "masked")] * 4
    assert (list(plain.values.values()), list(cut.values.values())) == ([2], [20])


def test_a_real_pass_takes_time(spec, scenes, monkeypatch):
    """A scene that cannot be encoded takes none, and says why."""

    def some(processor, scene, **told):
        if scene.id == "broken":
            raise OSError("image file is truncated")
        return encode(processor, scene, **told)

    monkeypatch.setattr("vtmetrics.protocols.timing.encode", some)
    broken = replace(scenes[0], id="broken")
    found = seconds(Model(spec), [*scenes, broken], (PLAIN, COUNTED), (HALF, MASKED), rounds=1)
    for scores in found:
        assert min(scores.values.values()) > 0
        assert scores.missing == {"broken": "not encoded: image file is truncated"}


def test_time_is_told_only_where_the_net_is_in_memory(spec, scenes, tmp_path):
    """And never kept: asked again, the counts come from the store and load nothing."""
    model = Model(spec, Lab(Store(tmp_path)))
    assert set(savings(model, scenes, HALF)) == {"flops", "kv_bytes", "time"}
    assert not [asked for asked in Store(tmp_path).rows(model.digest) if "second" in asked.reading]
    model.release()
    again = savings(Model(spec, Lab(Store(tmp_path))), scenes, HALF)
    assert set(again) == {"flops", "kv_bytes"}
    assert not is_held(spec)
    assert all(0.3 < value < 0.5 for value in again["flops"].values.values())


def test_a_plain_pass_spares_nothing(spec, scenes):
    assert savings(Model(spec), scenes, PLAIN) == {}


def test_time_is_judged_on_an_accelerator_alone(spec):
    with pytest.raises(NotMeasured, match="needs --gpu"):
        require_accelerator(Model(spec))
    require_accelerator(Model(replace(spec, device="cuda")))
