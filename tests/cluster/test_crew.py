"""A crew is hired when there is work, outlives what breaks, waits for nobody, and goes home in order."""

import threading
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from typing import ClassVar

import pytest

from vtmetrics.cluster.crew import BREAKS, Crew
from vtmetrics.cluster.executors import InProcess


def shout(text):
    return text.upper()


class Fragile(InProcess):
    """It does so many jobs, then it is broken for good."""

    started: ClassVar = []

    def __init__(self, lasts, *, tells=False):
        self.lasts, self.tells, self.down = lasts, tells, False
        self.started.append(self)

    def submit(self, fn, /, *args):
        self.lasts -= 1
        if self.lasts >= 0:
            return super().submit(fn, *args)
        if self.tells:
            raise BrokenExecutor("while it was told")
        broken = Future()
        broken.set_exception(BrokenExecutor("a worker died"))
        return broken

    def shutdown(self, **_):
        self.down = True


@pytest.fixture
def started(monkeypatch):
    monkeypatch.setattr(Fragile, "started", [])
    return Fragile.started


def test_nobody_is_hired_before_there_is_work(started):
    with Crew("x", lambda: Fragile(9), task=shout) as crew:
        assert started == []
        assert dict(crew.answers(["a", "b"])) == {0: "A", 1: "B"}
        assert dict(crew.answers(["c"])) == {0: "C"}
        assert len(started) == 1
    assert started[0].down


@pytest.mark.parametrize("tells", [False, True])
def test_what_a_broken_executor_left_is_done_by_another(started, tells):
    crew = Crew("x", lambda: Fragile(2, tells=tells), task=shout)
    answers = list(crew.answers(list("abcde")))
    assert dict(answers) == dict(enumerate("ABCDE"))
    assert len(answers) == 5, "none is answered twice"
    assert len(started) == 3
    assert all(one.down for one in started[:-1])


def test_jobs_at_which_every_worker_dies_end_the_run(started):
    with pytest.raises(RuntimeError, match=r"x: workers died 3 times at the same jobs, 1 are left"):
        list(Crew("x", lambda: Fragile(0), task=shout).answers(["a"]))
    assert len(started) == BREAKS


def test_an_error_of_a_job_is_raised():
    def fails(text):
        raise ValueError(text)

    with pytest.raises(ValueError, match="mine"):
        list(Crew("x", InProcess, task=fails).answers(["mine"]))


def test_a_slow_job_keeps_no_other_waiting():
    """It ends when all others have, and that only comes to pass if they do not wait for it."""
    others = threading.Semaphore(0)

    def one(text):
        if text == "slow":
            for _ in range(6):
                assert others.acquire(timeout=60)
        else:
            others.release()
        return text

    with Crew("x", lambda: ThreadPoolExecutor(2), task=one) as crew:
        said = [answer for _, answer in crew.answers(["slow", *"abcdef"])]
    assert said[-1] == "slow"
    assert sorted(said) == sorted(["slow", *"abcdef"])


def test_whoever_stops_listening_cancels_what_is_not_begun():
    gate, begun = threading.Event(), []

    def one(text):
        begun.append(text)
        return text if text == "a" else str(gate.wait(60))

    with Crew("x", lambda: ThreadPoolExecutor(1), task=one) as crew:
        answers = crew.answers(list("abcd"))
        assert next(answers) == (0, "a")
        answers.close()
        gate.set()
    assert set(begun) <= {"a", "b"}


def test_a_greeting_is_answered_by_a_worker():
    crew = Crew("x", InProcess)
    assert "driver and workers run the same code: mine there" in crew.greeted('{"code": "mine"}')
