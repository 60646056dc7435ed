"""Every glyph occurs where it should: planted models, the real claims, the real glue, the real report."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.planted.plant import plant
from fixtures.report.glyph import concluded
from vtmetrics.evidence import read

ROOT = Path(__file__).parents[2]
MODELS = ("frozen", "early", "ignored")
BROKEN = '''
"""A claim with a bug."""

from vtmetrics import at_least, claim
from vtmetrics.paper import Paper

@claim("Z1", source=Paper("T", "1", "S").at("p"), reported="-", expected=at_least(0, "any"))
def test_broken(model):
    """This claim returns a bare NaN."""
    return float("nan")
'''


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Planted models, two claims of the catalogue and a broken one: what was printed, and the evidence."""
    folder = tmp_path_factory.mktemp("planted")
    for name in MODELS:
        plant(name, "llava", folder / name)
    (folder / "test_broken.py").write_text(BROKEN)
    models = [f"--model={folder / name}" for name in MODELS]
    asked = [
        str(ROOT / "claims"),
        str(folder / "test_broken.py"),
        "-k",
        "gap_between or as_it_enters or broken",
    ]
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", *asked, *models, "--scenes=44", f"--evidence={folder / 'evidence'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (folder / "evidence").is_dir(), ran.stdout + ran.stderr
    return ran, read(folder / "evidence")


@pytest.mark.parametrize(
    ("model", "claim", "glyph"),
    [
        ("frozen", "B1.flat", "✓"),
        ("early", "B1.flat", "≡"),
        ("frozen", "B1.input", "✗"),
        ("ignored", "B1.flat", "–"),
        ("early", "B1.input", "?"),
        ("frozen", "Z1", "F"),
    ],
)
def test_a_planted_truth_has_its_glyph(told, model, claim, glyph):
    _, rows = told
    mine = [row for row in rows if (row.model, row.claim, row.twin) == (model, claim, "")]
    assert concluded(mine).glyph == glyph, [(row.role, row.low, row.high, row.verdict) for row in mine]


def test_too_few_scenes_decide_nothing_and_say_how_many_would(told):
    _, rows = told
    open_ones = [row for row in rows if row.verdict == "undecided" and row.arm == "" and row.needs]
    assert open_ones
    assert all(row.needs > row.groups for row in open_ones)


def test_a_bug_of_ours_is_told_with_its_claim_and_status_six(told):
    ran, _ = told
    assert ran.returncode == 6
    assert "test_broken.py" in ran.stdout
    assert "This claim returns a bare NaN." in ran.stdout
