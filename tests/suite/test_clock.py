"""The clock tells what a run cost, and leaves nothing running."""

import time

from fixtures.models.build import build
from fixtures.scenes.draw import draw
from vtmetrics import Model, correct
from vtmetrics.lab.lab import Lab
from vtmetrics.lab.store import Store
from vtmetrics.nets.spec import Spec
from vtmetrics.suite.clock import Clock, clock_table


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
    """The scenes measured are those of the plain pass."""
    build("llava", 0, tmp_path / "llava")
    spec, scenes = Spec("m", "llava", str(tmp_path / "llava")), draw("words", "test", 2)
    clock = Clock(time.process_time)
    found = Model(spec, Lab()).answer(scenes, correct)
    Model(spec, Lab()).twin.answer(scenes, correct)
    clock.pytest_unconfigure()
    spent = dict(clock.watch.spent)
    assert found.values == Model(spec, Lab()).answer(scenes, correct).values
    assert clock.watch.spent == spent
    assert set(clock.watch.spent) == {"loading", "encoding", "vision tower", "answering", "metrics"}
    assert [set(told) for told in clock.measured.values()] == [{scene.digest for scene in scenes}] * 2
    assert all(clock._plain_pass(spec, told) > 0 for spec, told in clock.measured.items())


def test_what_a_store_knows_is_in_no_plain_pass(tmp_path):
    build("llava", 0, tmp_path / "llava")
    spec, scenes = Spec("m", "llava", str(tmp_path / "llava")), draw("words", "test", 2)
    Model(spec, Lab(Store(tmp_path / "store"))).answer(scenes[:1], correct)
    clock = Clock(time.process_time)
    Model(spec, Lab(Store(tmp_path / "store"))).answer(scenes, correct)
    clock.pytest_unconfigure()
    assert {name: set(told) for name, told in clock.measured.items()} == {spec: {scenes[1].digest}}


def test_it_is_read_on_request(suite):
    """Of fakes no scene is measured."""
    assert "no scene was measured" in suite.run("--cost").stdout.str()
    assert "no scene was measured" not in suite.run().stdout.str()
