"""A claim about right answers is asked of nobody who cannot give them."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.models.build import build
from vtmetrics.evidence.evidence import read_evidence

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_an_untrained_model_is_not_competent_and_is_asked_nothing_more(tmp_path):
    build("llava", 0, tmp_path / "raw")
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "pytest", str(ROOT / "claims"), "-k", "C1.half and not untrained"),
            *(
                f"--model={tmp_path / 'raw'}",
                "--scenes=4",
                f"--evidence={tmp_path}",
                "-p",
                "no:cacheprovider",
            ),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    (row,) = read_evidence(tmp_path)
    assert row.verdict == "not measured", ran.stdout
    assert row.note.startswith("not competent in letters: 0.00 [0.00, 0.06] of 64 answers are right")
    assert ran.returncode == 5
