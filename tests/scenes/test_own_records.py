"""Records of one's own scenes: what is wrong with one is one sentence, and no other is lost for it."""

import base64
import io
import json

import pytest
from PIL import Image

from fixtures.scenes.own_records import read_records
from fixtures.scenes.own_scenes import read_own
from vtmetrics.inputs import Box

GOOD = {"image": "red.png", "question": "what color ?", "answer": "red", "task": "words"}
CHOICE = {**GOOD, "task": "choices", "options": ["blue", "red"]}


def without(key):
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.fixture
def folder(tmp_path):
    """With pictures of three colours, and one that is cut off."""
    for color in ("red", "blue", "green"):
        Image.new("RGB", (8, 6), color).save(tmp_path / f"{color}.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "red.png").read_bytes()[:40])
    (tmp_path / "text.png").write_text("no picture")
    return tmp_path


@pytest.fixture
def write(folder):
    def written(*records, name="scenes.jsonl"):
        lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
        return folder / name

    return written


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ('{"image": ', "a line is one JSON object in UTF-8, this one is not: Expecting value"),
        ("[1]", "a line is one JSON object, not [1]"),
        (without("question"), "the field 'question' is missing"),
        (without("answer"), "the field 'answer' is missing"),
        (without("task"), "the field 'task' is missing"),
        ({**GOOD, "answer": " "}, "'answer' wants a text that is not empty, got \" \""),
        ({**GOOD, "answer": 3}, "'answer' wants a text that is not empty, got 3"),
        ({**without("answer"), "answers": []}, "'answers' wants a list of texts, got []"),
        ({**GOOD, "answers": ["red"]}, "a record has either 'answer' or 'answers', this one has both"),
        ({**GOOD, "task": "vqa"}, 'unknown task "vqa": wanted one of words, choices, letters,'),
        ({**GOOD, "split": "train"}, 'unknown split "train": wanted one of test, validation'),
        ({**GOOD, "awnser": "red"}, 'unknown key "awnser": a record may have image, bytes, question,'),
        ({**GOOD, "score": "f1"}, 'unknown score "f1": wanted one of exact, squad,'),
        ({**CHOICE, "score": "exact"}, "a record with options is right by a letter, this one has a 'score'"),
        (
            {**GOOD, "score": "vqa"},
            "the score vqa can't be had of these answers: VQA accuracy wants more than 3",
        ),
        ({**GOOD, "score": "box"}, "the score box can't be had of these answers: a reference for boxes"),
        (without("image"), "a picture is given by either 'image', a path, or 'bytes', in base64"),
        ({**GOOD, "image": "gone.png"}, "the picture gone.png can't be opened: there is no such file"),
        (
            {**GOOD, "image": "text.png"},
            "the picture text.png can't be opened: it is no picture that pillow knows",
        ),
        ({**GOOD, "image": "cut.png"}, "the picture cut.png can't be opened: "),
        ({**without("image"), "bytes": "?"}, "the picture in 'bytes' can't be opened: "),
        ({**GOOD, "boxes": [["dog", 0, 0, 9, 6]]}, "a box is [label, left, top, right, bottom] in pixels"),
        ({**GOOD, "boxes": [["dog", 0, 0, "4", 6]]}, "a box is [label, left, top, right, bottom] in pixels"),
        ({**GOOD, "boxes": [[0, 0, 4, 6]]}, "a box is [label, left, top, right, bottom] in pixels"),
        ({**GOOD, "boxes": "dog"}, "'boxes' wants a list, got \"dog\""),
        (
            {**GOOD, "options": ["red", "blue"]},
            "options are for the tasks choices and letters, not for words",
        ),
        ({**CHOICE, "options": ["red"]}, "'options' wants 2 to 26 different texts, got "),
        ({**CHOICE, "answer": "green"}, 'the answer "green" is none of the options: blue, red'),
        ({**CHOICE, "answer": "C"}, 'the answer "C" is none of the options: blue, red'),
        ({**GOOD, "donor": 3}, "'donor' wants an id, or a picture and its answer, got 3"),
        ({**GOOD, "donor": {"image": "blue.png"}}, "the field 'answer' is missing"),
        ({**GOOD, "donor": {"task": "words"}}, 'unknown key "task": a donor may have image,'),
        ({**GOOD, "donor": "nobody"}, "no record of the task words has the id 'nobody' of its donor"),
        (
            {**GOOD, "donor": {"image": "blue.png", "answer": "red"}},
            "its donor has the same answer 'red', it wants another",
        ),
        ({**GOOD, "donor": "other"}, "its donor 'other' is asked something else, it wants the same question"),
        ({**GOOD, "id": "first"}, "scenes.jsonl:1 has the id 'first' and the same task"),
        (
            {**CHOICE, "id": "first", "image": "blue.png"},
            "scenes.jsonl:1 has the id 'first' in another group; one content has one picture",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line_and_loses_nothing_else(write, record, why):
    first = {**GOOD, "id": "first"}
    other = {**GOOD, "id": "other", "question": "which color ?"}
    own = read_own([write(first, "", record, other)])
    assert [record.id for record in own.records] == ["first", "other"]
    (problem,) = own.problems
    assert problem.startswith(f"scenes.jsonl:3: {why}")
    assert "\n" not in problem


def test_who_writes_another_encoding_is_told_so(write):
    file = write(GOOD)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + b"\r\n\xff\r\n")
    records, problems = read_records(file)
    assert len(records) == 1
    assert problems[0].startswith("scenes.jsonl:2: a line is one JSON object in UTF-8, this one is not: ")


def test_a_record_says_what_it_holds(write):
    encoded = io.BytesIO()
    Image.new("RGB", (8, 6), "blue").save(encoded, "PNG")
    (record,), problems = read_records(
        write(
            {
                "bytes": base64.b64encode(encoded.getvalue()).decode(),
                "question": " what is it ? ",
                "answers": ["red", "crimson"],
                "task": "sentences",
                "id": "a",
                "group": "b",
                "split": "validation",
                "boxes": [["dog", 0, 1, 4.5, 6]],
            }
        )
    )
    assert problems == []
    assert (record.where, record.task, record.id, record.group) == ("scenes.jsonl:1", "sentences", "a", "b")
    assert (record.split, record.question, record.answers) == (
        "validation",
        "what is it ?",
        ("red", "crimson"),
    )
    assert record.boxes == (Box("dog", 0, 1, 4.5, 6),)
    assert record.image.getpixel((0, 0)) == (0, 0, 255)


def test_records_about_one_picture_are_one_group_wherever_it_lies(folder, write):
    Image.open(folder / "red.png").save(folder / "copy.bmp")
    asked = (GOOD, {**GOOD, "image": "copy.bmp"}, {**GOOD, "image": "blue.png"})
    first, second, third = read_own([write(*asked)]).records
    assert first.group == second.group != third.group
    assert first.image is second.image
    assert [record.id for record in (first, second, third)] == [f"scenes.jsonl:{n}" for n in (1, 2, 3)]


def test_a_picture_is_turned_upright(folder, write):
    told = Image.Exif()
    told[0x0112] = 6
    Image.new("RGB", (8, 6)).save(folder / "turned.jpg", exif=told)
    (record,), _ = read_records(write({**GOOD, "image": "turned.jpg"}))
    assert record.image.size == (6, 8)
