"""What a model is asked follows from its tokenizer, not from how it was given."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.documents import BASELINE
from fixtures.scenes.language import knows_few_words
from tests.suite.foreign_checkpoints import build
from vtmetrics.evidence.evidence import read_evidence
from vtmetrics.model import Model
from vtmetrics.nets import Spec, load_once

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "fixtures/models/weights/llava-0"
MINE = f"""
from transformers import AutoModelForImageTextToText, AutoProcessor

WHERE = {str(WEIGHTS)!r}


def same():
    net = AutoModelForImageTextToText.from_pretrained(WHERE, dtype="float32", attn_implementation="sdpa")
    return net, AutoProcessor.from_pretrained(WHERE)
"""


def test_a_copy_of_an_embedded_model_knows_its_few_words():
    """As a folder under another name, and in memory."""
    folder = Spec("copy", "llava", str(WEIGHTS))
    held = load_once(folder)
    assert knows_few_words(Model(folder))
    assert knows_few_words(Model.of(held.net, held.processor))


def test_another_tokenizer_is_asked_in_plain_english(tmp_path):
    build("llava", tmp_path)
    assert not knows_few_words(Model(Spec("foreign", "llava", str(tmp_path))))


@pytest.mark.slow
def test_the_same_weights_from_a_function_have_the_same_numbers(tmp_path):
    """Every row of the claim but its names: values, intervals, verdicts."""
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    options = [f"--model={tmp_path / 'mine.py'}:same", f"--evidence={tmp_path}", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "claims", "-k", "C1.half and not untrained", *options]
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode in (0, 1), ran.stdout
    (own,) = (row for row in read_evidence(tmp_path) if (row.claim, row.role) == ("C1.half", ""))
    (kept,) = (
        row
        for row in read_evidence(BASELINE / "llava.jsonl")
        if (row.claim, row.model, row.role) == ("C1.half", "tiny-llava", "")
    )
    assert (own.value, own.low, own.high, own.verdict) == (kept.value, kept.low, kept.high, kept.verdict)
    assert not own.embedded
