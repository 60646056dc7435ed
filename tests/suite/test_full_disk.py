"""A disk that is full while rows are kept costs what would be kept, said once, and no verdict."""

import shutil
from pathlib import Path

import pytest

from tests.suite.claim_suite import MODELS

TRAINED = Path(__file__).parents[2] / "fixtures/models/weights/llava-0"
ASKED = '''
from vtmetrics import agree, correct, truncate

@cited("A1")
def test_answers(model, letters):
    """The model answers."""
    return model.answer(letters, correct)

@cited("A2")
def test_answers_without_the_image(model, letters):
    """The model answers without the image."""
    return model.answer(letters, agree, truncate(0))
'''


FULL = """
from vtmetrics.lab import disk

real = disk.write_synced

def write(file, content):
    if file.name == "samples.jsonl":
        file.write_bytes(content[:10])
        raise OSError(28, "No space left on device")
    real(file, content)

disk.write_synced = write
"""


@pytest.mark.slow
def test_what_was_measured_is_reported_and_the_sentence_stands_once(suite, tmp_path):
    shutil.copytree(TRAINED, tmp_path / "mine")
    suite.pytester.makeconftest(MODELS + FULL)
    done = suite.write(ASKED).spawn(f"--model={tmp_path / 'mine'}", "--scenes=24", "--evidence=kept")
    rows = suite.rows()
    assert len(rows) == 4
    assert "failed" not in {row.verdict for row in rows}
    text = done.stdout.str()
    assert "Traceback" not in text
    assert (
        text.count("kept/store keeps no more rows, they are measured and reported: [Errno 28] No space") == 1
    )
    assert list((suite.pytester.path / "kept" / "store" / "half").iterdir()) == []
