"""The page "a measurement, file by file" is true: its rooms, its stops, and the calls that it counts."""

import re
import traceback
from pathlib import Path

from fixtures.documents import DOCS, ROOT
from fixtures.room_table import ROOMS as DRAWN_ROOMS
from fixtures.scenes.pytest_fixtures import asked
from tests.house.house import ROOMS
from vtmetrics import Model, correct, truncate
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.nets import Spec

WALK = (DOCS / "file-by-file.md").read_text(encoding="utf-8")
WALKED = re.compile(r"^\| \d+ \| `([\w/]+\.py)` \| `(\w+)` \|", re.MULTILINE)


def test_every_stop_of_the_walk_is_there():
    """From a sentence of the paper to the line that removes image tokens."""
    stops = WALKED.findall(WALK)
    lost = [(file, name) for file, name in stops if not re.search(rf"(?:def|class) {name}\b", _source(file))]
    assert len(stops) > 10
    assert lost == []
    assert "comparatively robust" in _source(stops[0][0])


def _source(file):
    return (ROOT / file).read_text(encoding="utf-8")


def test_the_calls_are_those_that_are_made(monkeypatch):
    """Between the claim's line and the line that removes tokens; comprehensions and labels are no stops."""
    told = WALKED.findall(WALK.partition("<!-- calls -->")[2])
    made = []

    def gather(present, full):
        made.append(traceback.extract_stack()[:-1])
        return present.index_select(full)

    monkeypatch.setattr(PresentTokens, "index_select", PresentTokens.gather, raising=False)
    monkeypatch.setattr(PresentTokens, "gather", gather)
    weights = ROOT / "fixtures/models/weights/llava-0"
    model = Model(Spec("tiny-llava", "llava", str(weights), embedded=True))
    model.sweep(truncate(1 / 2)).answer(asked("hard_letters", "test", 2, embedded=True), correct)
    library = str(ROOT / "vtmetrics")
    asked_for = (stack for stack in made if not any("approval" in frame.filename for frame in stack))
    ours = [frame for frame in next(asked_for) if frame.filename.startswith(library) and frame.name[0] != "<"]
    frames = [frame for frame in ours if Path(frame.filename).stem != "stopwatch"]
    stops = [(str(Path(frame.filename).relative_to(ROOT)), frame.name) for frame in frames]
    assert told[:-1] == stops


def test_the_rooms_are_drawn_as_they_are():
    assert list(DRAWN_ROOMS) == [*ROOMS][::-1]
    drawn = re.findall(r"(?m)^    ([a-z]+)  +\w", WALK)
    assert drawn[: len(ROOMS)] == list(DRAWN_ROOMS)


def test_files_are_where_the_page_says():
    named = sorted(set(re.findall(r"`(\w+\.py)`", WALK)))
    there = {file.name for folder in ("vtmetrics", "fixtures") for file in (ROOT / folder).rglob("*.py")}
    assert [name for name in named if name not in there] == []
