"""--scenes-from and --scenes-beside: what claims are given, what a run says of it, and what it refuses."""

import json

import pytest
from PIL import Image

from tests.suite.claim_suite import CONFTEST

CLAIMS = '''
@cited("W1")
def test_words(model, words):
    """The model knows words."""
    return model.share(0.9, scenes=len(words))


@cited("L1")
def test_letters(model, letters):
    """The model knows letters."""
    return model.share(0.9, scenes=len(letters))
'''
SCENES = '"fixtures.scenes.own_options", "fixtures.scenes.pytest_fixtures"'
ONE = ("-k", "qwen-2 and not untrained", "--evidence=kept")


@pytest.fixture(autouse=True)
def records(suite):
    """Thirty records about as many pictures, and two that are none."""
    suite.pytester.makeconftest(CONFTEST.replace('plugin",)', f'plugin", {SCENES})'))
    suite.write(CLAIMS)
    lines = []
    for number in range(30):
        Image.new("RGB", (4, 4), (number, 0, 0)).save(suite.pytester.path / f"{number}.png")
        asked = {"image": f"{number}.png", "question": "what color ?", "answer": "red", "task": "words"}
        lines.append(json.dumps({**asked, "split": "test"}))
    lines += ["no record", json.dumps({"image": "31.png", "question": "?", "answer": "red", "task": "words"})]
    (suite.pytester.path / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")


def scenes(suite):
    return {row.claim: (row.verdict, row.scenes) for row in suite.rows()}


def test_instead_of_generated_scenes_what_the_file_lacks_is_not_measured(suite):
    done = suite.run("--scenes-from=mine.jsonl", *ONE)
    assert scenes(suite) == {"W1": ("supported", 30), "L1": ("not measured", 0)}
    (letters,) = [row for row in suite.rows() if row.claim == "L1"]
    assert letters.note == "mine.jsonl holds no scenes of the task letters"
    done.stdout.fnmatch_lines(["scenes of mine.jsonl (test + validation): words 30 + 0"])


def test_malformed_records_are_told_at_the_end_and_lose_nothing_else(suite):
    done = suite.run("--scenes-from=mine.jsonl", *ONE)
    done.stdout.fnmatch_lines(
        [
            "*mine.jsonl: 2 records left out*",
            "mine.jsonl:31: a line is one JSON object in UTF-8, this one is not: *",
            "mine.jsonl:32: the picture 31.png can't be opened: there is no such file",
        ]
    )


def test_beside_generated_scenes_there_are_both(suite):
    suite.run("--scenes-beside=mine.jsonl", "--scenes=25", *ONE)
    assert scenes(suite) == {"W1": ("supported", 50), "L1": ("supported", 25)}


def test_a_run_has_no_more_scenes_than_it_was_told(suite):
    suite.run("--scenes-from=mine.jsonl", "--scenes=25", *ONE)
    assert scenes(suite)["W1"] == ("supported", 25)


@pytest.mark.slow
def test_workers_read_the_same_files(suite):
    done = suite.spawn("--scenes-from=mine.jsonl", "-n2", *ONE)
    assert scenes(suite) == {"W1": ("supported", 30), "L1": ("not measured", 0)}
    assert str(done.stdout).count("mine.jsonl:31: ") == 1


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--scenes-from=gone.jsonl"], "*want a file of JSON lines, got gone.jsonl"),
        (["--scenes-beside=claims"], "*want a file of JSON lines, got claims"),
        (["--scenes-from=empty.jsonl"], "*empty.jsonl holds no well-formed scenes"),
        (["--scenes-from=bad.jsonl"], "bad.jsonl:1: a line is one JSON object, not 3"),
        (["--scenes-from=mine.jsonl", "--scenes-beside=mine.jsonl"], "*use one of the two"),
    ],
)
def test_a_file_without_scenes_is_refused_before_anything_is_loaded(suite, options, why):
    (suite.pytester.path / "empty.jsonl").write_text("\n")
    (suite.pytester.path / "bad.jsonl").write_text("3\n")
    done = suite.run(*options)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([why])
    assert not (suite.pytester.path / "loads.log").exists()
