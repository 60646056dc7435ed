"""Every glyph occurs where it should: planted models, the real claims, the real glue, the real report."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.planted.plant import plant
from vtmetrics.evidence.conclusion import conclude
from vtmetrics.evidence.evidence import read_evidence

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MODELS = ("frozen", "early", "ignored")
BROKEN = '''
"""A claim with a bug."""

from vtmetrics import at_least, claim
from vtmetrics.evidence.paper_claim import Paper

@claim("Z1", source=Paper("T", "1", "S").at("p"), reported="-", expected=at_least(0, "any"))
def test_broken(model):
    """This claim returns a bare NaN."""
    return float("nan")
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The planted models, and a claim with a bug."""
    folder = tmp_path_factory.mktemp("planted")
    for name in MODELS:
        plant(name, "llava", folder / name)
    (folder / "test_broken.py").write_text(BROKEN)
    return folder


def measured(folder, models, scenes, words):
    """What one run of the claims prints, and its evidence."""
    evidence = folder / f"evidence-{scenes}"
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "pytest", str(ROOT / "claims"), str(folder / "test_broken.py")),
            *(f"--model={folder / name}" for name in models),
            *("-k", f"({words}) and not untrained", f"--scenes={scenes}", f"--evidence={evidence}"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert evidence.is_dir(), ran.stdout + ran.stderr
    return ran, read_evidence(evidence)


@pytest.fixture(scope="module")
def told(folder):
    """With enough scenes to decide three cases of a claim that all scenes agree with."""
    return measured(folder, MODELS, 100, "gap_between or earlier_layer or as_it_enters or broken")


@pytest.mark.parametrize(
    ("model", "claim", "glyph"),
    [
        ("frozen", "B1.level", "✓"),
        ("frozen", "B1.flat", "✓"),
        ("early", "B1.level", "≡"),
        ("early", "B1.flat", "≡"),
        ("frozen", "B1.input", "✗"),
        ("ignored", "B1.level", "–"),
        ("ignored", "B1.flat", "–"),
        ("frozen", "Z1", "F"),
    ],
)
def test_a_planted_truth_has_its_glyph(told, model, claim, glyph):
    _, rows = told
    mine = [row for row in rows if (row.model, row.claim, row.twin) == (model, claim, "")]
    assert conclude(mine).glyph == glyph, [(row.role, row.low, row.high, row.verdict) for row in mine]


def test_a_bug_of_ours_is_told_with_its_claim_and_status_six(told):
    ran, _ = told
    assert ran.returncode == 6
    assert "test_broken.py" in ran.stdout
    assert "This claim returns a bare NaN." in ran.stdout


def test_too_few_scenes_decide_nothing_and_say_how_many_would(folder):
    """Three cases that all scenes agree with take 94 of them, so that twice as many are asked for."""
    ran, rows = measured(folder, MODELS[:1], 24, "earlier_layer")
    mine = [row for row in rows if row.arm == ""]
    assert [(row.verdict, row.needs) for row in mine] == [("undecided", 188)] * 3
    assert conclude(mine).glyph == "?"
    assert ran.returncode == 0
