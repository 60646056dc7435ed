"""Records of scenes that are wrong, or odd: refused by file and line, and no other record is lost for one."""

import json

import pytest
from PIL import Image

from fixtures.scenes.own_scenes import read_own
from tests.faults.injection import Injected
from vtmetrics import NotMeasured

REFUSED = "refused by file and line, the others stay"
SOUND = {"image": "a.png", "question": "Which colour?", "answer": "red", "task": "words", "id": "sound"}
GONE = object()
#: what a record says otherwise, and what is said of it
WRONG = {
    "F1": Injected("a field is missing", REFUSED, ({"question": GONE}, "the field 'question' is missing")),
    "F2": Injected("a field of another type", REFUSED, ({"answer": 7}, "'answer' wants a text")),
    "F3": Injected(
        "a gold answer that is null", REFUSED, ({"answer": None}, "the field 'answer' is missing")
    ),
    "F4": Injected(
        "no answers, and an empty one",
        REFUSED,
        ({"answer": GONE, "answers": []}, "'answers' wants a list of texts"),
    ),
    "F5": Injected(
        "an id that is there already", REFUSED, ({"id": "sound"}, "has the id 'sound' and the same task")
    ),
    "F10": Injected("a picture that is null", REFUSED, ({"image": None}, "the field 'image' is missing")),
    "F11": Injected("a box outside of its picture", REFUSED, ({"boxes": [["red", 0, 0, 99, 4]]}, "a box is")),
    "F12": Injected("a box without area", REFUSED, ({"boxes": [["red", 2, 2, 2, 4]]}, "a box is")),
    "F13": Injected("an unknown task", REFUSED, ({"task": "nonsense"}, 'unknown task "nonsense"')),
    "F15": Injected(
        "half a character (a lone surrogate)",
        REFUSED,
        ({"question": "Which \ud800?"}, "got half a character"),
    ),
    "F16": Injected(
        "a box with NaN or a number of 400 digits",
        REFUSED,
        ({"boxes": [["red", float("nan"), 0, 10**400, 4]]}, "a box is"),
    ),
    "F17": Injected("an unknown key", REFUSED, ({"__class__": "os.system"}, "unknown key")),
    "F18": Injected(
        "a donor that is not there",
        REFUSED,
        ({"donor": "nobody"}, "no record of the task words has the id 'nobody'"),
    ),
}
LINES = {
    "F6": Injected("bytes that are no UTF-8", REFUSED, b'{"question": "\xff\xfe"}'),
    "F19": Injected("100,000 brackets in one line", REFUSED, b"[" * 100_000),
    "F20": Injected("a number of 5,000 digits", REFUSED, b'{"id": ' + b"9" * 5000 + b"}"),
    "F21": Injected("NUL bytes, a list, a number, half an object", REFUSED, b"\0\0\0"),
}
ODD = {
    "F7": Injected("a question of a megabyte", "taken as it is", {"question": "red " * 250_000}),
    "F14": Injected(
        "an answer that is the text of an image token",
        "taken as a text; encoding refuses what it can't score",
        {"answer": "<image>"},
    ),
}
INJECTED = WRONG | LINES | ODD


@pytest.fixture
def read(tmp_path):
    Image.new("RGB", (6, 4)).save(tmp_path / "a.png")

    def own(*lines):
        sound = (SOUND | {"id": name} for name in ("sound", "also"))
        first, last = (json.dumps(line).encode() for line in sound)
        (tmp_path / "own.jsonl").write_bytes(b"\n".join([first, *lines, last]) + b"\n")
        return read_own([tmp_path / "own.jsonl"])

    return own


def changed(change):
    told = {key: value for key, value in (SOUND | {"id": "wrong"} | change).items() if value is not GONE}
    return json.dumps(told).encode()


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_record_is_told_and_costs_no_other(read, fault):
    change, why = WRONG[fault].do
    found = read(changed(change))
    assert [record.id for record in found.records] == ["sound", "also"]
    (said,) = found.problems
    assert said.startswith("own.jsonl:2: ")
    assert why in said
    assert len(said) < 600


@pytest.mark.parametrize("fault", LINES)
def test_a_line_that_is_no_record_is_told_and_costs_no_other(read, fault):
    found = read(LINES[fault].do)
    assert [record.id for record in found.records] == ["sound", "also"]
    assert len(found.problems) == 1


@pytest.mark.parametrize("fault", ODD)
def test_an_odd_record_is_a_scene(read, fault):
    found = read(changed(ODD[fault].do))
    assert found.problems == ()
    assert [record.id for record in found.records] == ["sound", "wrong", "also"]
    scenes = [scene for split in ("test", "validation") for scene in scenes_of(found, split)]
    assert len({scene.digest for scene in scenes}) == 2


def scenes_of(found, split):
    try:
        return found.scenes("words", split, 9, few_words=False)
    except NotMeasured:
        return ()
