"""The clock counts each second once, and changes nothing of what it watches."""

import time

import pytest

import vtmetrics.lab.measure
from fixtures.models.build import build
from fixtures.scenes.draw import draw
from vtmetrics import Model, correct
from vtmetrics.lab.lab import Lab
from vtmetrics.lab.store import Store
from vtmetrics.nets.spec import Spec
from vtmetrics.suite.clock import WATCHED, Clock, Stopwatch, clock_table


def test_a_second_belongs_to_the_innermost_function():
    at = [0.0]  # a clock that is moved by hand

    def encode(seconds):
        at[0] += seconds
        return seconds

    watch = Stopwatch(lambda: at[0])
    inner = watch.watched("encoding", encode)

    def answer():
        at[0] += 2
        inner(3)
        with pytest.raises(ZeroDivisionError):
            watch.watched("encoding", fails)()
        return inner(5)

    def fails():
        at[0] += 1
        return 1 / 0

    assert watch.watched("answering", answer)() == 5
    assert watch.spent == {"answering": 2, "encoding": 9}


def test_the_multiple_comes_first_then_the_largest_parts():
    model = Spec("m", "llava", "nowhere")
    scenes = dict.fromkeys("ab")
    lines = list(
        clock_table(
            {"claims/a.py": 30.0, "claims/b.py": 90.0},
            {"encoding": 20.0, "answering": 70.0},
            {model: 8.0, model.as_twin("untrained"): 4.0},
            {model: scenes, model.as_twin("untrained"): scenes},
        )
    )
    columns = "m (2 scenes, 8.0 s), m (untrained) (2 scenes, 4.0 s)"
    assert lines == [
        f"120 s: 10.0 times one plain pass over the same scenes: {columns}.",
        "By step: answering 58 %, all else 25 %, encoding 17 %.",
        "By module: claims/b.py 75 %, claims/a.py 25 %.",
    ]


def test_a_run_is_watched_and_then_left_alone(tmp_path):
    """Every name that is watched exists; the scenes measured are those of the plain pass."""
    build("llava", 0, tmp_path / "llava")
    spec, scenes = Spec("m", "llava", str(tmp_path / "llava")), draw("words", "test", 2)
    before = vtmetrics.lab.measure.encode
    clock = Clock(pytest.MonkeyPatch(), time.process_time)
    found = Model(spec, Lab()).answer(scenes, correct)
    Model(spec, Lab()).twin.answer(scenes, correct)
    clock.pytest_unconfigure()
    assert vtmetrics.lab.measure.encode is before
    assert found.values == Model(spec, Lab()).answer(scenes, correct).values
    assert set(clock.watch.spent) == {"loading", "encoding", "vision tower", "answering", "metrics"}
    assert set(clock.watch.spent) < set(WATCHED.values())
    assert [set(told) for told in clock.measured.values()] == [{scene.digest for scene in scenes}] * 2
    assert all(clock._plain_pass(spec, told) > 0 for spec, told in clock.measured.items())


def test_what_a_store_knows_is_in_no_plain_pass(tmp_path):
    build("llava", 0, tmp_path / "llava")
    spec, scenes = Spec("m", "llava", str(tmp_path / "llava")), draw("words", "test", 2)
    Model(spec, Lab(Store(tmp_path / "store"))).answer(scenes[:1], correct)
    clock = Clock(pytest.MonkeyPatch(), time.process_time)
    Model(spec, Lab(Store(tmp_path / "store"))).answer(scenes, correct)
    clock.pytest_unconfigure()
    assert {name: set(told) for name, told in clock.measured.items()} == {spec: {scenes[1].digest}}


def test_it_is_read_on_request(suite):
    """Of fakes no scene is measured."""
    assert "no scene was measured" in suite.run("--cost").stdout.str()
    assert "no scene was measured" not in suite.run().stdout.str()
