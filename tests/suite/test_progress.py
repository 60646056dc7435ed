"""Progress is told on a terminal, in the line of pytest's letters; a log has nothing of it."""

import io
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED
from vtmetrics.nets import Spec
from vtmetrics.suite.progress import RUN_PROGRESS, ProgressLine, duration
from vtmetrics.suite.run_progress import RunProgress

MARK = re.compile(r"\x1b\[(\d*)(?:;\d+)*([a-zA-Z])")
TINY = Spec("tiny\x1b[2J", "llava", "nowhere")


class Screen:
    """Lines as a terminal shows them: text overwrites, ESC [ K erases what is behind, ESC [ n D goes back."""

    def __init__(self, written):
        self.lines, self.line, self.place = [], "", 0
        while written:
            if mark := MARK.match(written):
                self.obey(*mark.groups())
                written = written[mark.end() :]
                continue
            self.put(written[0])
            written = written[1:]
        self.lines.append(self.line)

    def obey(self, number, letter):
        if letter == "K":
            self.line = self.line[: self.place]
        elif letter == "D":
            self.place -= int(number)

    def put(self, char):
        if char == "\n":
            self.lines.append(self.line.rstrip())
            self.line, self.place = "", 0
        elif char == "\r":
            self.place = 0
        else:
            self.line = self.line[: self.place].ljust(self.place) + char + self.line[self.place + 1 :]
            self.place += 1


class Terminal(io.StringIO):
    fullwidth, width_of_current_line, hasmarkup = 100, 10, True


@pytest.fixture
def progress():
    """A run of four tests on a clock that only tests move."""
    terminal = Terminal()
    known = {}
    plugins = SimpleNamespace(getplugin=known.get)
    config = SimpleNamespace(get_terminal_writer=lambda: terminal, pluginmanager=plugins)
    told = known[RUN_PROGRESS] = RunProgress(config, terminal, now=lambda: told.clock, total=4)
    told.clock = 0.0
    return told


def shown(progress):
    """What stands in the line behind the letters."""
    return Screen(progress.stream.getvalue()).lines[-1]


def test_tests_are_counted_with_the_time_that_the_others_take(progress):
    assert progress.tests() == ""
    progress.begun, progress.clock = 0.0, 60.0
    assert progress.tests() == "0 of 4 tests"
    progress.done = {"a"}
    assert progress.tests() == "1 of 4 tests, about 3 min left"
    progress.done = {"a", "b", "c", "d"}
    assert progress.tests() == ""


def test_scenes_are_told_with_their_rate_and_the_time_left(progress):
    """The cursor stays; a name is text; another question begins anew."""
    line = ProgressLine(progress.config)
    line(TINY, 0, 128)
    assert shown(progress) == " tiny\\x1b[2J: 0 of 128 scenes"
    progress.clock = 4.0
    line(TINY, 32, 128)
    assert shown(progress) == " tiny\\x1b[2J: 32 of 128 scenes, 8 a second, 12 s left"
    assert Screen(progress.stream.getvalue()).place == 0
    line(TINY, 128, 128)
    assert shown(progress) == ""
    line(TINY, 0, 64, of="steps")
    assert shown(progress) == " tiny\\x1b[2J: 0 of 64 steps"


def test_both_stand_in_one_line_and_what_has_no_room_is_cut(progress):
    progress.begun, progress.clock, progress.done = 0.0, 2.0, {"a"}
    ProgressLine(progress.config)(TINY, 0, 128)
    assert shown(progress) == " 1 of 4 tests, about 6 s left · tiny\\x1b[2J: 0 of 128 scenes"
    progress.stream.width_of_current_line = 70
    progress.tell("x" * 50)
    assert len(shown(progress)) == 29
    progress.stream.width_of_current_line = 95
    progress.tell("x")
    assert shown(progress) == ""


def test_time_is_told_as_exactly_as_it_is_known():
    assert [duration(seconds) for seconds in (0.2, 89, 91, 3000, 7500)] == [
        "0 s",
        "89 s",
        "2 min",
        "50 min",
        "2 h 5 min",
    ]


def test_a_log_has_no_progress_even_if_it_has_colours(suite):
    text = suite.run("--color=yes").stdout.str()
    assert "\x1b[32m" in text
    assert not re.search(r"tests, about|\x1b\[K|\x1b\[\d+D", text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [(), ("-v",), ("-p", "xdist", "-n1")], ids=["letters", "lines", "workers"]
)
def test_on_a_terminal_it_comes_and_goes_and_leaves_pytests_own_lines_alone(suite, options):
    """What the screen shows in the end is what a file would hold."""
    pty = pytest.importorskip("pty")
    suite.write(SUPPORTED, REFUTED)
    command = [sys.executable, "-m", "pytest", "claims", "-p", "no:cacheprovider", *options]
    environment = os.environ | {"COLUMNS": "90", "TERM": "xterm"}
    run = {"cwd": suite.pytester.path, "env": environment}
    master, slave = pty.openpty()
    with subprocess.Popen(command, stdout=slave, **run) as running:  # noqa: S603
        os.close(slave)
        written = "".join(iter(lambda: _read(master), ""))
        running.wait()
    os.close(master)
    kept = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, **run)  # noqa: S603
    assert re.search(r"\d of \d+ tests", written)
    assert not any("tests, about" in line for line in Screen(written).lines)
    assert _letters(Screen(written).lines) == _letters(kept.stdout.splitlines())


def _read(master):
    try:
        return os.read(master, 65536).decode()
    except OSError:  # how a terminal says that nobody writes any more
        return ""


def _letters(lines):
    """The lines from the announcement to the report, without those that are empty."""
    begin = next(place for place, line in enumerate(lines) if line.startswith("measuring "))
    end = next(place for place, line in enumerate(lines) if "= claims =" in line)
    return [line.rstrip() for line in lines[begin:end] if line.strip()]
