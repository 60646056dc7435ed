"""A claim about right answers is asked of nobody who cannot give them."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.models.build import build
from fixtures.scenes.pytest_fixtures import GUESSED, PRACTICE, practice
from vtmetrics import Model
from vtmetrics.evidence.evidence import read_evidence
from vtmetrics.nets.spec import Spec

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
    ability, row = read_evidence(tmp_path)
    assert row.verdict == "not measured", ran.stdout
    assert row.note.startswith("not competent in letters: 0.00 [0.00, 0.06] of 64 answers are right")
    assert (ability.case, ability.value, ability.verdict) == ("letters", 0, "refuted")
    assert "1 raw cannot do letters 0" in ran.stdout
    assert ran.returncode == 5


def test_as_many_practice_scenes_are_asked_about_as_a_run_has():
    """And not fewer than tell whether a task can be done."""
    model = Model(Spec("m", "llava", "nowhere", embedded=True))
    counts = {scenes: len(practice("letters", model, scenes)) for scenes in (4, 128)}
    assert counts == {4: PRACTICE, 128: 128}
    assert len(practice("chains", model, 64)) == GUESSED["chains"]
