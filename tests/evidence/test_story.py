"""Stories kept beside evidence come back as they were; what is damaged is refused, and no path leads out."""

import io
import json

import pytest
from PIL import Image

from vtmetrics.evidence.evidence import Place
from vtmetrics.evidence.joint_row import JointRow
from vtmetrics.evidence.kept_picture import LONGEST_SIDE, MOST_BYTES, keep_picture, read_picture
from vtmetrics.evidence.story import (
    STORIES,
    CellStory,
    ClaimStory,
    ShownCourse,
    ShownScene,
    drop_cell_story,
    keep_cell_story,
    keep_claim_story,
    keep_joint_row,
    read_stories,
)

PLACE = Place("B1", "at=1/2", "ORG/model", "untrained")
STORY = CellStory(
    PLACE,
    (ShownCourse("norm(IMAGE):1", "PLAIN", (0.1, None), (0.0, None), (0.2, None)),),
    (
        ShownScene(
            "a/b", "what?", "cyan", None, (("PLAIN", "“<b>”"), ("truncate(6)", "")), "written", "x.png"
        ),
    ),
)


def test_stories_come_back_as_they_were(tmp_path):
    keep_cell_story(STORY, tmp_path)
    keep_claim_story(ClaimStory("B1", "Measured  how.", "claims/t.py::test_b", "--scenes=8"), tmp_path)
    together = JointRow("R5", "Both.", ("B1", "B2"))
    keep_joint_row(together, tmp_path)
    told = read_stories(tmp_path)
    assert told.joint == {"R5": together}
    assert told.cells == {PLACE: STORY}
    assert told.claims["B1"].options == "--scenes=8"
    drop_cell_story(PLACE, tmp_path)
    drop_cell_story(PLACE, tmp_path)
    assert read_stories(tmp_path).cells == {}


def test_nothing_is_kept_of_nothing(tmp_path):
    keep_cell_story(CellStory(PLACE), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert read_stories(tmp_path) == ({}, {}, {})


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cell-1.json", "{", "wants one JSON object"),
        ("cell-1.json", "[]", "wants a place, courses and scenes"),
        (
            "cell-1.json",
            '{"place": ["a", "b"], "courses": [], "scenes": []}',
            "wants a place, courses and scenes",
        ),
        (
            "cell-1.json",
            json.dumps({"place": ["a", "", "m", ""], "courses": [{"values": ["x"]}], "scenes": []}),
            "wants",
        ),
        ("claim-1.json", '{"claim": 1}', "wants a protocol and a test"),
        ("claim-1.json", '{"other": "x"}', "wants a protocol and a test"),
        ("joint-1.json", '{"name": "x", "says": "y"}', "wants a name, a sentence and claims"),
        ("joint-1.json", '{"name": "x", "says": "y", "claims": [1]}', "wants a name, a sentence and claims"),
        ("joint-1.json", '["x"]', "wants a name, a sentence and claims"),
    ],
)
def test_what_is_damaged_is_refused_in_a_sentence(tmp_path, name, content, told):
    (tmp_path / STORIES).mkdir()
    (tmp_path / STORIES / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        read_stories(tmp_path)


@pytest.mark.parametrize("size", [(72, 72), (900, 300)])
def test_a_picture_is_kept_small_and_once(tmp_path, size):
    drawn = Image.new("RGBA", size, (200, 30, 30, 255))
    name = keep_picture(drawn, tmp_path)
    assert keep_picture(drawn, tmp_path) == name
    content, kind = read_picture(name, tmp_path)
    with Image.open(io.BytesIO(content)) as kept:
        assert max(kept.size) == min(max(size), LONGEST_SIDE)
    assert (kind, len(list((tmp_path / STORIES).iterdir()))) == ("png", 1)


def test_a_photograph_is_kept_as_one(tmp_path):
    name = keep_picture(Image.effect_noise((500, 500), 120), tmp_path)
    content, kind = read_picture(name, tmp_path)
    assert kind == "jpg"
    assert len(content) < MOST_BYTES


@pytest.mark.parametrize(
    "name", ["../evidence.jsonl", "0123456789abcdef.png", "x.svg", "0123456789abcdef.jpg"]
)
def test_what_is_no_picture_of_ours_is_not_read(tmp_path, name):
    (tmp_path / STORIES).mkdir()
    (tmp_path / "evidence.jsonl").write_text("{}")
    (tmp_path / STORIES / "0123456789abcdef.jpg").write_text("<svg onload=alert(1)>")
    assert read_picture(name, tmp_path) is None
