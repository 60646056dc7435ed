"""The stopwatch counts each second once, and changes nothing of what it watches."""

import pickle

import pytest

from vtmetrics.nets.in_memory import _loaded
from vtmetrics.stopwatch import Stopwatch, held, reported, timed

AT = [0.0]  # a clock that is moved by hand


@timed("encoding")
def encode(seconds):
    """Takes so long."""
    AT[0] += seconds
    return seconds


@timed("encoding")
def fails():
    AT[0] += 1
    return 1 / 0


@timed("answering")
def answer():
    AT[0] += 2
    encode(3)
    with pytest.raises(ZeroDivisionError):
        fails()
    return encode(5)


def test_a_second_belongs_to_the_innermost_function():
    with held(Stopwatch(lambda: AT[0])) as watch:
        assert answer() == 5
    assert watch.spent == {"answering": 2, "encoding": 9}
    answer()
    assert watch.spent == {"answering": 2, "encoding": 9}


def test_who_holds_a_stopwatch_is_told_what_is_asked():
    told = []
    measure = reported(lambda *scenes: len(scenes))
    with held(Stopwatch(lambda: AT[0], lambda *scenes: told.append(scenes))):
        assert measure("a", "b") == 2
    with held(Stopwatch(lambda: AT[0])):
        measure("c")
    measure("d")
    assert told == [("a", "b")]


def test_a_label_leaves_a_function_what_it_was():
    """Its name, its docstring, its place in a module; who asks may read the label."""
    assert (encode.__name__, encode.__doc__, encode.label) == ("encode", "Takes so long.", "encoding")
    assert pickle.loads(pickle.dumps(_loaded)) is _loaded  # noqa: S301 - our own
